"""What every request to the API passes: methods, the rate limit, conditional answers, CORS."""

import hashlib
import json
import time
from collections.abc import Callable
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt

from articles.decorators import conditional_response

WINDOW = 60
METHODS = ("GET", "HEAD", "OPTIONS")
# What a browser asks before a script of another site sends a header of its own (Fetch, CORS).
PREFLIGHT = {
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since",
    "Access-Control-Max-Age": "86400",
    "Allow": ", ".join(METHODS),
}
JSON = "application/json; charset=utf-8"


def guarded(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponse]:
    @csrf_exempt
    def answer(request: HttpRequest, **given: str) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=204, headers=PREFLIGHT)
        else:
            response = _refused(request) or _read(request, view, given)
        # Everybody may read this anyway; so may the scripts of other sites.
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        return response

    return answer


def problem(status: int, detail: str) -> HttpResponse:
    body = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return HttpResponse(json.dumps(body, ensure_ascii=False), JSON, status=status)


def _refused(request: HttpRequest) -> HttpResponse | None:
    if request.method not in METHODS:
        response = problem(405, "The API is for reading: use GET or HEAD.")
        response["Allow"] = ", ".join(METHODS)
        return response
    if wait := seconds_to_wait(request.META.get("REMOTE_ADDR", "")):
        rate = settings.API_RATE
        response = problem(429, f"More than {rate} requests a minute. Wait {wait} s.")
        response["Retry-After"] = str(wait)
        return response
    return None


def _read(
    request: HttpRequest, view: Callable[..., HttpResponseBase], given: dict[str, str]
) -> HttpResponse:
    method, request.method = request.method, "GET"
    try:
        with override(settings.LANGUAGE_CODE):
            return conditional_response(request, lambda: _whole(view(request, **given)))
    finally:
        request.method = method


def _whole(response: HttpResponseBase) -> HttpResponse:
    if not isinstance(response, HttpResponse):
        raise TypeError("The API answers at once, it does not stream.")
    return response


def seconds_to_wait(address: str) -> int:
    """0 if a client may ask now. Counts the requests of each minute by the clock."""
    window, into = divmod(time.time(), WINDOW)
    rates = caches["rates"]
    key = f"{_client(address)}.{int(window)}"
    rates.add(key, 0, timeout=WINDOW)
    try:
        count = rates.incr(key)
    except ValueError:  # It has just been evicted.
        count = 1
    return int(WINDOW - into) + 1 if count > settings.API_RATE else 0


def _client(address: str) -> str:
    """Who asks: an address of IPv4, or the network that a client of IPv6 can choose its from."""
    try:
        parsed = ip_address(address)
    except ValueError:
        parsed = None
    if isinstance(parsed, IPv6Address):
        address = str(parsed.ipv4_mapped or parsed.exploded[:19])
    return hashlib.sha256(address.encode(errors="replace")).hexdigest()
