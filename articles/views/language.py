"""The reader's choice of the language that the interface speaks: one cookie, no session."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from articles import i18n, url_for

YEAR = 365 * 24 * 3600


@csrf_exempt
@require_POST
@never_cache
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language that was chosen, and go back to the page.

    Pages of readers without a session carry no CSRF token, so that they can be cached for all.
    It is the browser that says that the form was ours.
    """
    if not _is_ours(request):
        raise PermissionDenied
    code = request.POST.get("language", "")
    if not i18n.is_offered(code):
        return HttpResponseBadRequest()
    response = HttpResponse(status=303, headers={"Location": _page(request)})
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _is_ours(request: HttpRequest) -> bool:
    """Whether the browser says so: by Fetch Metadata, an older one by the origin."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in ("same-origin", "none")
    return request.headers.get("Origin") == url_for.origin(request)


def _page(request: HttpRequest) -> str:
    """Where the form was. Not told by the form: the page would differ with each query string."""
    page = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(
        page, {request.get_host()}, require_https=request.is_secure()
    )
    return page if safe and page.isprintable() else resolve_url("articles:home")
