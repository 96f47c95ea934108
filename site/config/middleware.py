"""Middleware: policies for browsers, the interface language, which responses caches may store and
for how long, compression, and publication on time."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, cast

from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.middleware import http
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers

from articles import i18n
from articles.http import declared_parameters, public_cache_control
from articles.routing import uses_replica
from config import health
from config.cached_pages import negotiate_encoding
from config.database_status import status
from config.errors import service_unavailable
from config.pagecache import ACTIVE, allow_sharing, is_cacheable
from config.publication import publication

Handler = Callable[[HttpRequest], HttpResponse]
# Directives that say how long a client may use a stored response without asking.
LIMITS_STORING = re.compile(r"\b(max-age|no-cache|no-store)\b")
# The media types of texts.
COMPRESSIBLE = re.compile(
    r"text/|application/(json|xml|javascript)\b|(application|image)/[\w.-]+\+(json|xml)\b"
)
# Stands for the names of all cookies or parameters, if code has iterated over them.
ALL = "*"
# The statuses that Django has pages for developers for.
DEBUG_PAGES = (404, 500)
# Django parses a query string that is empty too.
NO_PARAMETERS = QueryDict()
# Hexadecimal digits of an ETag.
ETAG_LENGTH = 32
# Headers that compare the response with one that the client has (RFC 9110, 13.1).
PRECONDITIONS = frozenset(
    (
        "HTTP_IF_MATCH",
        "HTTP_IF_NONE_MATCH",
        "HTTP_IF_MODIFIED_SINCE",
        "HTTP_IF_UNMODIFIED_SINCE",
    )
)
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


class RecordedCookies(Mapping[str, str]):
    """The cookies of a request, and the names of those that have been read."""

    def __init__(self, cookies: Mapping[str, str]) -> None:
        self.cookies = cookies
        self.names_read: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names_read.add(name)
        return self.cookies[name]

    def __iter__(self) -> Iterator[str]:
        self.names_read.add(ALL)
        return iter(self.cookies)

    def __len__(self) -> int:
        self.names_read.add(ALL)
        return len(self.cookies)


class RecordedParameters(Mapping[str, str]):
    """The query string of a request, and the names of the parameters that have been read.

    Methods of `QueryDict` that this class does not have read all of them.
    """

    def __init__(self, parameters: QueryDict) -> None:
        self.parameters = parameters
        self.names_read: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names_read.add(name)
        return str(self.parameters[name])

    def getlist(self, name: str) -> list[str]:
        self.names_read.add(name)
        return self.parameters.getlist(name)

    def __iter__(self) -> Iterator[str]:
        self.names_read.add(ALL)
        return iter(self.parameters)

    def __len__(self) -> int:
        self.names_read.add(ALL)
        return len(self.parameters)

    def __getattr__(self, name: str) -> Any:
        self.names_read.add(ALL)
        return getattr(self.parameters, name)


def shared_or_private(get_response: Handler) -> Handler:
    """Allow the page cache, and other shared caches, to store a response, or mark it as private.

    The cache's key has the parameters of the query string that the view declares
    (`vary_on_parameters`). A response for which another one was read is not stored, since it would
    be the same for all values. The query string as a text is only read for redirects and for the
    ETags of Django's responses, which are not stored.

    It is private if the request had a session cookie or a view used the session, which includes
    the user, or a cookie that is not part of the page cache's key, or if it sets a cookie, as
    those do that use the CSRF token. Django's own middleware reads the cookies of the session and
    of the token for each request.
    """
    in_key = {"theme", settings.LANGUAGE_COOKIE_NAME}
    read_always = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}

    def middleware(request: HttpRequest) -> HttpResponse:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        query = request.GET if request.META.get("QUERY_STRING") else NO_PARAMETERS
        cookies, parameters = RecordedCookies(request.COOKIES), RecordedParameters(query)
        request.COOKIES = cast("dict[str, str]", cookies)
        request.GET = cast("QueryDict", parameters)  # type: ignore[assignment]
        response = get_response(request)
        session = getattr(request, "session", None)
        uses_session = has_session or (session is not None and session.accessed)
        if uses_session or response.cookies or cookies.names_read - in_key - read_always:
            _make_private(request, response)
        elif parameters.names_read <= _declared_parameters(request):
            allow_sharing(request.META)
            if response.status_code == HTTPStatus.OK and not _is_file(request):
                response.setdefault("Cache-Control", public_cache_control())
        return response

    return middleware


def _make_private(request: HttpRequest, response: HttpResponse) -> None:
    """Let no shared cache store the response, nor, unless it is a file, the browser: after the
    user has logged out, the next one must not see it."""
    if _is_file(request):
        patch_cache_control(response, private=True)
    else:
        response["Cache-Control"] = "private, no-store"


def _is_file(request: HttpRequest) -> bool:
    return request.path_info.startswith(settings.MEDIA_URL)


def _declared_parameters(request: HttpRequest) -> frozenset[str]:
    match = request.resolver_match
    return declared_parameters(match.func) if match else frozenset()


class CompressionMiddleware(GZipMiddleware):
    """Compress texts, unless the page cache does that, for all clients that accept a coding.

    The length of a compressed response must not reveal a secret (BREACH): CSRF tokens are masked
    for each page, and Django adds random bytes to the header of each.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        is_text = COMPRESSIBLE.match(response.get("Content-Type", ""))
        if not is_text or response.streaming or _is_left_to_page_cache(request, response):
            return response
        if not negotiate_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""), ["gzip"]):
            # Django's class compresses for all that name gzip, also for those that refuse it.
            patch_vary_headers(response, ("Accept-Encoding",))
            return response
        return super().process_response(request, response)


class ConditionalGetMiddleware(http.ConditionalGetMiddleware):
    """Set an ETag, and respond with 304 if the client has the response.

    Pages that the page cache stores get their ETag from it. For others the digest is SHA-256, as
    processors have instructions for it: Django's MD5 takes twice as long.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if request.method != "GET" or _is_left_to_page_cache(request, response):
            return response
        if self.needs_etag(response) and "ETag" not in response and not response.streaming:
            digest = hashlib.sha256(response.content).hexdigest()  # type: ignore[attr-defined]
            response["ETag"] = f'"{digest[:ETAG_LENGTH]}"'
        if PRECONDITIONS.isdisjoint(request.META):
            return response
        return super().process_response(request, response)


def _is_left_to_page_cache(request: HttpRequest, response: HttpResponseBase) -> bool:
    if ACTIVE not in request.META or response.cookies:
        return False
    status, headers = response.status_code, response.headers
    return is_cacheable(request.META, status, headers, streaming=response.streaming)


def limited_storing(get_response: Handler) -> Handler:
    """Let caches ask again before they use a response that does not say how long it is valid.

    Without this header caches may decide, also for redirects and for pages that don't exist (RFC
    9111, 4.2.2). Names can change hands and be taken back: after renaming there and back, two
    redirects that are stored form a loop. Uploaded files are left to caches.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        has_limit = LIMITS_STORING.search(response.get("Cache-Control", ""))
        if not has_limit and not _is_file(request):
            patch_cache_control(response, no_cache=True)
        return response

    return middleware


def health_checks(get_response: Handler) -> Handler:
    """Answer monitoring before anything needs the host, the scheme, the user or the database."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not (view := health.VIEWS.get(request.path_info)):
            return get_response(request)
        response = view(request)
        # Without it, the server would send the response in chunks.
        response["Content-Length"] = str(len(response.content))
        return response

    return middleware


def available_database(get_response: Handler) -> Handler:
    """Respond with 503 at once while the database server is known not to respond."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if status.is_down() and not uses_replica():
            return service_unavailable(request)
        return get_response(request)

    return middleware


def publication_on_time(get_response: Handler) -> Handler:
    """Publish the changes whose time has come before the request is answered, whatever it is."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not status.is_down():
            publication.publish_due()
        return get_response(request)

    return middleware


def browser_policies(get_response: Handler) -> Handler:
    """Set the Content-Security-Policy, and a Permissions-Policy that denies features which no page
    uses, so that no injected script can use them.

    django-csp's own middleware builds the header for each response, because a view may change it,
    and that takes as long as a query. Here no view does, so it is built once. As there, Django's
    error pages for developers have none.
    """
    content = build_policy() or ""
    permissions = ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES)

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not (settings.DEBUG and response.status_code in DEBUG_PAGES):
            response.setdefault("Content-Security-Policy", content)
        response.setdefault("Permissions-Policy", permissions)
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
            request.META.get("HTTP_ACCEPT_LANGUAGE", ""),
        )
        with translation.override(language):
            response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    return middleware
