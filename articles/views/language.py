"""Set the language of the interface in a cookie, without a session."""

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
    """Remember the selected language and redirect back to the page of the form.

    Public pages have no CSRF token, so that one cached page serves all readers. Instead, the
    browser's headers say whether the form is one of this site.
    """
    if not url_for.is_same_origin(request):
        raise PermissionDenied
    code = request.POST.get("language", "")
    if not i18n.is_offered(code):
        return HttpResponseBadRequest()
    response = HttpResponse(status=303, headers={"Location": _referring_page(request)})
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _referring_page(request: HttpRequest) -> str:
    """Return the page of the form. A form field for it would make cached pages differ by query
    string."""
    page = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(
        page, {request.get_host()}, require_https=request.is_secure()
    )
    return page if safe and page.isprintable() else resolve_url("articles:home")
