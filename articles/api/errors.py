"""Errors → answers that say in JSON what was wrong."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from articles.api.decorators import problem

ERRORS = frozenset((400, 404, 429))


class Moved(Exception):
    """What was asked for has its one address under another name."""

    def __init__(self, name: str, *, permanent: bool = True) -> None:
        super().__init__(name)
        self.name = name
        self.permanent = permanent


def answer_problems(api: NinjaAPI) -> None:
    """Let `api` answer every error in the same form."""
    api.add_exception_handler(Http404, _missing)
    api.add_exception_handler(HttpError, _refused)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(Moved, _moved)


def unknown(request: HttpRequest, **given: str) -> HttpResponse:
    return problem(404, "The API has no such address. /api/v1/docs lists those that it has.")


def _missing(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    return problem(404, "There is nothing of that name.")


def _refused(request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    status = error.status_code if isinstance(error, HttpError) else 400
    return problem(status, str(error))


def _invalid(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    errors = error.errors if isinstance(error, ValidationError) else []
    said = (f"{each['loc'][-1]}: {each['msg']}" for each in errors)
    return problem(400, "; ".join(said))


def _moved(request: HttpRequest, error: Moved | type[Moved]) -> HttpResponse:
    match = request.resolver_match
    if not match or not isinstance(error, Moved):
        raise error
    address = reverse(match.view_name, kwargs={**match.kwargs, "name": error.name})
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{address}?{query}" if query else address, permanent=error.permanent)
