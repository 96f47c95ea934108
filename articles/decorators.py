"""Answers to machines that ask again and again: known by the content version and their address."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import update_wrapper
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from articles import VERSION
from articles.models import ContentVersion

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def conditional(view: View[Rest]) -> View[Rest]:
    """Let `view` be asked only if content has changed since the reader has seen its answer."""

    def answer(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        return conditional_response(request, lambda: view(request, *args, **kwargs))

    return require_safe(update_wrapper(answer, view))


def conditional_response(request: HttpRequest, ask: Callable[[], HttpResponse]) -> HttpResponse:
    """304 after one query if the reader's copy is still true, or what `ask` gives."""
    version, since = ContentVersion.objects.version_and_date()
    etag, date = _etag(request, version), _date(since)
    response = get_conditional_response(request, etag=etag, last_modified=date)
    if response is None:
        response = ask()
    if response.status_code in (200, 304):
        response["ETag"] = etag
        if date:
            response["Last-Modified"] = http_date(date)
        patch_cache_control(response, public=True, no_cache=True)
    return response


def _etag(request: HttpRequest, version: str) -> str:
    known_by = f"{version} {VERSION} {settings.SITE_NAME} {request.build_absolute_uri()}"
    return f'"{hashlib.sha256(known_by.encode()).hexdigest()[:32]}"'


def _date(since: datetime) -> int | None:
    """The second in which content changed last, once it is over: before that it may change again
    and have the same date. So it may if a transaction takes long: only the ETag is exact."""
    second = int(since.timestamp())
    return second if timezone.now().timestamp() >= second + 1 else None
