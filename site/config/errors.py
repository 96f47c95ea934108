"""The responses to errors on the server: 503 if the database is not available, and 500."""

import sys

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from articles import views
from articles.api.errors import error_response
from articles.routing import uses_replica
from config import availability
from config.database_status import is_temporary

API = "/api/"
# Seconds after which clients may try again.
RETRY_AFTER = 5


def server_error(request: HttpRequest) -> HttpResponse:
    """Respond to the exception that is being handled. Django calls this as ``handler500``."""
    error = sys.exc_info()[1]
    if error and is_temporary(error):
        if not uses_replica():
            availability.database.failed(error)
        return service_unavailable(request)
    return views.server_error(request)


def service_unavailable(request: HttpRequest) -> HttpResponse:
    if request.path_info.startswith(API):
        response = error_response(503, "The database is not available. Try again later.")
    else:
        response = views.service_unavailable(request)
    response["Retry-After"] = str(RETRY_AFTER)
    add_never_cache_headers(response)
    return response
