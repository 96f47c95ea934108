"""CORS, allowed methods, rate limit and conditional GET of all URLs of the API.

This is a middleware because the hooks of django-ninja, `throttle` and `add_decorator`, run after
it has chosen the operation by method and URL: they don't see HEAD, OPTIONS and unknown URLs, and
a decorator for conditional GET would answer 304 before the request is counted.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import override

from articles.api.errors import error_response
from articles.api.throttling import ClientThrottle
from articles.decorators import conditional_response

GetResponse = Callable[[HttpRequest], HttpResponse]

PREFIX = "/api/v1/"
# The documentation is HTML, in the language of the interface: a page like those of the site.
HTML_PAGES = (PREFIX, f"{PREFIX}docs")
ALLOW = "GET, HEAD, OPTIONS"
# The API is public, so all origins may read it. These constant headers don't need
# django-cors-headers, which would also vary every response by Origin.
CORS_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
}
# What a browser asks for before a script sends a conditional request to another site.
PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": ALLOW,
    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
    "Allow": ALLOW,
}

throttle = ClientThrottle()


def api_middleware(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if not path.startswith(PREFIX) or path in HTML_PAGES:
            return get_response(request)
        response = api_response(request, get_response)
        for name, value in CORS_HEADERS.items():
            response[name] = value
        return response

    return middleware


def api_response(request: HttpRequest, get_response: GetResponse) -> HttpResponse:
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers=PREFLIGHT_HEADERS)
    if request.method not in ("GET", "HEAD"):
        detail = "The API is read-only. Use GET or HEAD."
        return error_response(405, detail, {"Allow": ALLOW})
    if not throttle.allow_request(request):
        wait = throttle.wait()
        detail = f"More than {settings.API_RATE} requests a minute. Wait {wait} s."
        return error_response(429, detail, {"Retry-After": str(wait)})
    return conditional_response(request, lambda: as_get(request, get_response))


def as_get(request: HttpRequest, get_response: GetResponse) -> HttpResponse:
    """Return the response to GET, since django-ninja has no operation for HEAD.

    The server leaves out the body if the client has sent HEAD. Text that is not content is in
    the site's language, whichever language the interface has for the client.
    """
    method, request.method = request.method, "GET"
    try:
        with override(settings.LANGUAGE_CODE):
            return get_response(request)
    finally:
        request.method = method
