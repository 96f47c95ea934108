"""Middleware: the client's IP address, the Permissions-Policy header, the interface language."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from articles import i18n

Handler = Callable[[HttpRequest], HttpResponse]
UNUSED_FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)


def address_from_proxy(get_response: Handler) -> Handler:
    """Set REMOTE_ADDR to the last address of X-Forwarded-For, the one that the proxy added."""

    def middleware(request: HttpRequest) -> HttpResponse:
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if forwarded:
            request.META["REMOTE_ADDR"] = forwarded
        return get_response(request)

    return middleware


def permissions_policy(get_response: Handler) -> Handler:
    """Deny features of the browser that no page uses, so that no injected script can use them."""
    policy = ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES)

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Permissions-Policy", policy)
        return response

    return middleware


def interface_language(get_response: Handler) -> Handler:
    """Activate the language of the interface for the request.

    Django's LocaleMiddleware also marks feeds, files and the API as varying by language, which
    they don't, and leaves the language active in the thread.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        language = i18n.negotiate_language(
            request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""),
            request.headers.get("Accept-Language", ""),
        )
        with translation.override(language):
            response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    return middleware
