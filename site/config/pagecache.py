"""A page cache: WSGI middleware in front of Django's request handling.

A public page is cached under all that its bytes depend on: URL, host, and the cookies and headers
that the key function reads. An entry is valid for one content version. A lookup compares it with
the current version, which costs one small query; so there is no invalidation, and no stale page
unless the database does not respond.

A response is stored only if the application has confirmed, by `allow_sharing`, that it used
nothing else of the request than what is in the key. So a key that reads a request differently from
the application can cost speed, but cannot show one reader the page of another.
"""

import re
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, Protocol, runtime_checkable

from config.cached_pages import IDENTITY, CachedPage, Environ, StartResponse
from config.page_stores import Key, Store

Headers = list[tuple[str, str]]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# Bytes of the largest body to cache. Larger ones, such as a feed of books, are rare.
MAX_BODY_SIZE = 2_000_000
NOT_CACHEABLE = re.compile(r"\b(no-store|private)\b")
# The entry of the environ by which the application confirms that the response may be shared.
SHAREABLE = "pagecache.shareable"
# What the key holds of the headers, and the cache itself negotiates.
KEY_HEADERS = frozenset(("accept-encoding", "accept-language", "cookie"))
CONDITIONAL_HEADERS = (
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_RANGE",
    "HTTP_IF_RANGE",
)
# Set for each response, and not cached with the page.
RESPONSE_HEADERS = frozenset(("content-length", "content-encoding", "etag", "date"))
# The entry of the environ by which the cache tells the application that it compresses pages.
ACTIVE = "pagecache.active"
# The entry of the environ with the current content version.
VERSION = "pagecache.version"
# What the cache had of a page, for `observe`.
HIT, MISS, STALE_HIT = "hit", "miss", "stale"
# The headers of a page whose freshness could not be checked. Other caches must not prolong that.
STALE_HEADERS = (
    ("Cache-Status", 'Diwan; hit; ttl=-1; detail="database not available"'),
    ("Cache-Control", "no-cache"),
)


def is_cacheable(
    environ: Environ, status: int, headers: Mapping[str, str], *, streaming: bool
) -> bool:
    """Return whether a response to this request is public, from its headers, which are looked up
    in lower case."""
    vary = {name.strip().lower() for name in headers.get("vary", "").split(",")}
    return (
        status == HTTPStatus.OK
        and SHAREABLE in environ
        and "set-cookie" not in headers
        and "content-encoding" not in headers
        and KEY_HEADERS.issuperset(vary - {""})
        and not NOT_CACHEABLE.search(headers.get("cache-control", ""))
        and not streaming
    )


def allow_sharing(environ: Environ) -> None:
    """Confirm that the response to this request depends on nothing but its key and the content."""
    environ[SHAREABLE] = True


@runtime_checkable
class SupportsClose(Protocol):
    """A response body that has to be closed after it is sent (PEP 3333)."""

    def close(self) -> None: ...


def discard_result(result: str) -> None:
    """Observe nothing."""


class PageCache:
    """A WSGI application that answers for `application` with the pages in `store`.

    `version` returns the current content version. If it raises one of `errors`, requests go to
    the application. If it raises one of `unavailable`, because the database does not respond,
    pages of the last version are served, with a header that says so. `key` returns what the
    response to a request depends on, or None if the response is not public. `observe` is called
    with `HIT`, `MISS` or `STALE_HIT` for each request that has a key and a version.
    """

    def __init__(
        self,
        application: Application,
        store: Store,
        version: Callable[[], str],
        key: Callable[[Environ], Key | None],
        errors: tuple[type[Exception], ...] = (),
        unavailable: tuple[type[Exception], ...] = (),
        max_body_size: int = MAX_BODY_SIZE,
        observe: Callable[[str], None] | None = None,
    ) -> None:
        self.application = application
        self.store = store
        self.version = version
        self.key = key
        self.errors = errors
        self.unavailable = unavailable
        self.last_version = ""
        self.max_body_size = max_body_size
        self.observe = observe or discard_result
        self.lock = threading.Lock()
        self.in_progress: dict[tuple[Key, str], Future[CachedPage | None]] = {}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = self.key(environ)
        if key is None:
            return self.application(environ, start_response)
        try:
            version = self.last_version = self.version()
        except self.unavailable:
            return self._respond_stale(key, environ, start_response)
        except self.errors:
            return self.application(environ, start_response)
        if environ["REQUEST_METHOD"] == "HEAD":
            get = {**environ, "REQUEST_METHOD": "GET"}
            return discard(self._respond(key, version, get, start_response))
        return self._respond(key, version, environ, start_response)

    def _respond_stale(
        self, key: Key, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Respond with a page that was true when the database last responded, and say so in the
        header Cache-Status (RFC 9211)."""
        page = self.store.get(key, self.last_version)
        if not page:
            self.observe(MISS)
            return self.application(environ, start_response)

        def start_stale(status: str, headers: Headers) -> Any:
            fresh = [pair for pair in headers if pair[0].lower() != "cache-control"]
            return start_response(status, [*fresh, *STALE_HEADERS])

        self.observe(STALE_HIT)
        body = page.respond(environ, start_stale)
        return () if environ["REQUEST_METHOD"] == "HEAD" else body

    def _respond(
        self, key: Key, version: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        page = self.store.get(key, version)
        self.observe(HIT if page else MISS)
        if page:
            reused = page.reused(environ)
            if reused is not page:
                self.store.set(key, reused)
            return reused.respond(environ, start_response)
        return self._respond_uncached(key, version, environ, start_response)

    def _respond_uncached(
        self, key: Key, version: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Respond with a page from the application. Of concurrent requests for a page only the
        first gets to the application, and the others wait for its page (single flight)."""
        with self.lock:
            future = self.in_progress.get((key, version))
            if is_first := future is None:
                future = self.in_progress[key, version] = Future()
        if not is_first:
            page = future.result()
            respond = page.respond if page else self.application
            return respond(environ, start_response)
        page = None
        try:
            response = ApplicationResponse(self.application, environ, version)
            if page := response.to_page(version):
                page = page.prepared(environ)
                if len(page.bodies[IDENTITY]) <= self.max_body_size:
                    self.store.set(key, page)
        finally:
            with self.lock:
                del self.in_progress[key, version]
            future.set_result(page)
        return page.respond(environ, start_response) if page else response.send(start_response)


def discard(body: Iterable[bytes]) -> Iterable[bytes]:
    """Close `body` and return an empty one."""
    if isinstance(body, SupportsClose):
        body.close()
    return ()


class ApplicationResponse:
    """The response of the application, held back until it is known whether it can be cached."""

    def __init__(self, application: Application, environ: Environ, version: str) -> None:
        self.status = ""
        self.headers: Headers = []
        # The cache needs the whole page, not a 304 or a part of it.
        excluded = (*CONDITIONAL_HEADERS, SHAREABLE)
        self.environ = {name: environ[name] for name in environ if name not in excluded}
        self.environ |= {ACTIVE: True, VERSION: version}
        self.body = application(self.environ, self._start_response)

    def _start_response(self, status: str, headers: Headers, exc_info: Any = None) -> None:
        self.status, self.headers = status, headers

    def send(self, start_response: StartResponse) -> Iterable[bytes]:
        start_response(self.status, self.headers)
        return self.body

    def to_page(self, version: str) -> CachedPage | None:
        """Return the response as a page, or None if it is not public. Reads the body."""
        values = {name.lower(): value for name, value in self.headers}
        streaming = getattr(self.body, "streaming", True)
        status = int(self.status.partition(" ")[0])
        if not is_cacheable(self.environ, status, values, streaming=streaming):
            return None
        body = b"".join(self.body)
        self.body.close()  # type: ignore[attr-defined]
        digest = blake2b(body, digest_size=12).hexdigest()
        excluded = (*RESPONSE_HEADERS, "vary")
        headers = [pair for pair in self.headers if pair[0].lower() not in excluded]
        headers.append(("Vary", ", ".join(filter(None, [values.get("vary"), "Accept-Encoding"]))))
        if "cache-control" not in values:
            headers.append(("Cache-Control", "no-cache"))
        return CachedPage(version, f'W/"{digest}"', tuple(headers), {IDENTITY: body})
