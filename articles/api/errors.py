"""Exceptions → JSON responses with `title`, `status` and `detail`.

The members are those of RFC 9457, but for `type`: the responses are application/json.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

JSON = "application/json; charset=utf-8"
# The status codes of errors that every operation documents.
ERRORS = frozenset((400, 404, 429))
# Those of operations on one article, which may have been deleted.
ARTICLE_ERRORS = ERRORS | {410}


class CanonicalName(Exception):
    """The requested article or tag has another slug, `name`: redirect to that URL."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def error_response(
    status: int, detail: str, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    body = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    content = json.dumps(body, ensure_ascii=False)
    return HttpResponse(content, JSON, status=status, headers=headers)


def add_exception_handlers(api: NinjaAPI) -> None:
    api.add_exception_handler(Http404, _http404)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(ValidationError, _validation_error)
    api.add_exception_handler(CanonicalName, _redirect)


def unknown_url(request: HttpRequest, path: str) -> HttpResponse:
    return error_response(404, "The API has no such URL. /api/v1/docs lists its URLs.")


def _http404(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return error_response(404, "No public article or tag has this name.")


def _http_error(request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    status = error.status_code if isinstance(error, HttpError) else 400
    return error_response(status, str(error))


def _validation_error(
    request: HttpRequest, error: ValidationError | type[ValidationError]
) -> HttpResponse:
    errors = error.errors if isinstance(error, ValidationError) else []
    return error_response(400, "; ".join(f"{item['loc'][-1]}: {item['msg']}" for item in errors))


def _redirect(request: HttpRequest, error: CanonicalName | type[CanonicalName]) -> HttpResponse:
    match = request.resolver_match
    if not match or not isinstance(error, CanonicalName):
        raise error
    url = reverse(match.view_name, kwargs={**match.kwargs, "name": error.name})
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{url}?{query}" if query else url, permanent=True)
