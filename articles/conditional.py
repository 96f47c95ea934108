"""Answers to machines that ask again and again: known by the content version and their address."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import update_wrapper
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date

from articles.methods import read_only
from articles.models import ContentVersion

Rest = ParamSpec("Rest")
View = Callable[Concatenate[HttpRequest, Rest], HttpResponse]


def by_version(view: View[Rest]) -> View[Rest]:
    """Let `view` be asked only if content has changed since the reader has seen its answer."""

    def answer(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        return answered(request, lambda: view(request, *args, **kwargs))

    return read_only(update_wrapper(answer, view))


def answered(request: HttpRequest, ask: Callable[[], HttpResponse]) -> HttpResponse:
    """304 after one query if the reader's copy is still true, or what `ask` gives."""
    version = ContentVersion.objects.current()
    etag, seen = _etag(request, version), int(_first_seen(version).timestamp())
    response = get_conditional_response(request, etag=etag, last_modified=seen)
    if response is None:
        response = ask()
    if response.status_code in (200, 304):
        response["ETag"], response["Last-Modified"] = etag, http_date(seen)
        patch_cache_control(response, public=True, no_cache=True)
    return response


def _etag(request: HttpRequest, version: str) -> str:
    known_by = f"{version} {settings.SITE_NAME} {request.build_absolute_uri()}"
    return f'"{hashlib.sha256(known_by.encode()).hexdigest()[:32]}"'


def _first_seen(version: str) -> datetime:
    """When this content was noticed first, which is never before it was changed.

    Later than the change by what nobody asked in between; no article could tell it better, for
    what is deleted or withdrawn leaves no date behind.
    """
    key = f"articles.seen.{version}"
    now = timezone.now()
    seen: datetime | None = cache.get_or_set(key, now, timeout=None)
    return seen or now
