"""The responses to errors on the server: 503 if the database is not available, and 500."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from articles import views
from articles.api.errors import error_response

API = "/api/"
# Seconds after which clients may try again.
RETRY_AFTER = 5


def server_error(request: HttpRequest) -> HttpResponse:
    """Respond to the exception that is being handled. Django calls this as ``handler500``."""
    if is_temporary(sys.exc_info()[1]):
        return service_unavailable(request)
    return views.server_error(request)


def is_temporary(error: BaseException | None) -> bool:
    """Return whether the database may accept the same request later.

    Drivers raise `OperationalError` if the server is down, busy or slow. That of SQLite also
    raises it for wrong SQL, such as a missing table, with the result code SQLITE_ERROR.
    """
    code = getattr(error and error.__cause__, "sqlite_errorname", "")
    return isinstance(error, OperationalError | InterfaceError) and code != "SQLITE_ERROR"


def service_unavailable(request: HttpRequest) -> HttpResponse:
    if request.path_info.startswith(API):
        response = error_response(503, "The database is not available. Try again later.")
    else:
        response = views.service_unavailable(request)
    response["Retry-After"] = str(RETRY_AFTER)
    add_never_cache_headers(response)
    return response
