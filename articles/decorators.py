"""View decorators: conditional GET by content version."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import update_wrapper
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from articles import VERSION
from articles.http import public_cache_control
from articles.models import ContentVersion

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def conditional(view: View[P]) -> View[P]:
    """Call `view` for GET and HEAD only, and not if the client has the current response.

    The response may depend on content, settings and the URL, but on nothing else of the request.
    """

    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return conditional_response(request, lambda: view(request, *args, **kwargs))

    return require_safe(update_wrapper(wrapper, view))


def conditional_response(
    request: HttpRequest, get_response: Callable[[], HttpResponse]
) -> HttpResponse:
    """Return 304 if the client has the current response, and that of `get_response` otherwise.

    This takes one query, for the content version. Successful responses get its headers.
    """
    version, changed = ContentVersion.objects.public_version()
    etag, last_modified = _etag(request, version), _last_modified(changed)
    response = get_conditional_response(request, etag=etag, last_modified=last_modified)
    if response is None:
        response = get_response()
    if response.status_code in (200, 304):
        response["ETag"] = etag
        if last_modified:
            response["Last-Modified"] = http_date(last_modified)
        response["Cache-Control"] = public_cache_control()
    return response


def _etag(request: HttpRequest, version: str) -> str:
    state = f"{version} {VERSION} {settings.SITE_NAME} {request.build_absolute_uri()}"
    return f'"{hashlib.sha256(state.encode()).hexdigest()[:32]}"'


def _last_modified(changed: datetime) -> int | None:
    """Return the second of the last change, or None while that second is not over.

    Until then content may change again in the same second, and so have the same date. It can
    still do so in a transaction that takes longer, so only the ETag is exact.
    """
    second = int(changed.timestamp())
    return second if timezone.now().timestamp() >= second + 1 else None
