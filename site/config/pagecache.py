"""A page cache: WSGI middleware in front of Django's request handling.

A public page is cached under all that its bytes depend on: URL, host, and the cookies and headers
that the key function reads. An entry is valid for one content version. A lookup compares it with
the current version, which costs one small query; so there is no invalidation, and no stale page.

A response is stored only if the application has confirmed, by `allow_sharing`, that it used
nothing else of the request than what is in the key. So a key that reads a request differently from
the application can cost speed, but cannot show one reader the page of another.
"""

import gzip
import re
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from hashlib import blake2b
from pickle import UnpicklingError
from typing import Any, Protocol, runtime_checkable

import brotli

# Seconds without requests to a shared cache that failed.
RETRY_AFTER = 5.0
# What `pickle` raises for bytes that it did not write, or that another version wrote.
UNPICKLING_ERRORS = (
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    TypeError,
    UnpicklingError,
    ValueError,
)

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Key = tuple[str, ...]

# Bytes of the largest body to cache. Larger ones, such as a feed of books, are rare.
MAX_BODY_SIZE = 2_000_000
# Below this many bytes compression costs more than it saves.
MIN_COMPRESSED_SIZE = 200
ZERO_WEIGHT = re.compile(r"\s*q=0(\.0*)?\s*")
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
# The headers of a 304 (RFC 9110, 15.4.5).
NOT_MODIFIED_HEADERS = frozenset(
    ("cache-control", "content-location", "expires", "vary", "last-modified")
)


def allow_sharing(environ: Environ) -> None:
    """Confirm that the response to this request depends on nothing but its key and the content."""
    environ[SHAREABLE] = True


@dataclass(frozen=True)
class CachedPage:
    """A response with status 200, with its body in each content coding."""

    version: str
    etag: str
    headers: tuple[tuple[str, str], ...]
    bodies: dict[str, bytes]

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values())) + sum(len(a) + len(b) for a, b in self.headers)

    @property
    def last_modified(self) -> str:
        return next((value for name, value in self.headers if name == "Last-Modified"), "")

    def _is_unmodified(self, environ: Environ) -> bool:
        """Whether the client has this page. A date is only compared if there is no ETag, and has
        to be equal: an older date doesn't prove that the page is the same."""
        if if_none_match := environ.get("HTTP_IF_NONE_MATCH", ""):
            return etag_matches(if_none_match, self.etag)
        date = environ.get("HTTP_IF_MODIFIED_SINCE", "")
        return bool(date) and date == self.last_modified

    def respond(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if self._is_unmodified(environ):
            headers = [pair for pair in self.headers if pair[0].lower() in NOT_MODIFIED_HEADERS]
            start_response("304 Not Modified", [*headers, ("ETag", self.etag)])
            return []
        encoding = negotiate_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""), self.bodies)
        body = self.bodies[encoding]
        headers = [*self.headers, ("ETag", self.etag), ("Content-Length", str(len(body)))]
        if encoding:
            headers.append(("Content-Encoding", encoding))
        start_response("200 OK", headers)
        return [body]


def etag_matches(if_none_match: str, etag: str) -> bool:
    """Compare ``If-None-Match`` with the ETag of a page, weakly (RFC 9110, 13.1.2)."""
    tags = (tag.strip().removeprefix("W/") for tag in if_none_match.split(","))
    return if_none_match.strip() == "*" or etag.removeprefix("W/") in tags


def negotiate_encoding(accept_encoding: str, encodings: Iterable[str]) -> str:
    """Return the first of `encodings` that ``Accept-Encoding`` allows, or "" for none."""
    allowed = {}
    for item in accept_encoding.lower().split(","):
        name, _semicolon, weight = item.partition(";")
        allowed[name.strip()] = not ZERO_WEIGHT.fullmatch(weight)
    return next((name for name in encodings if allowed.get(name, False)), "")


def encode(body: bytes) -> dict[str, bytes]:
    """Return `body` by content coding, the smallest first and the uncompressed one, "", last."""
    if len(body) < MIN_COMPRESSED_SIZE:
        return {"": body}
    compressed = {"br": brotli.compress(body, quality=5), "gzip": gzip.compress(body, 6, mtime=0)}
    return {**compressed, "": body}


@runtime_checkable
class SupportsClose(Protocol):
    """A response body that has to be closed after it is sent (PEP 3333)."""

    def close(self) -> None: ...


class Store(Protocol):
    """A container of pages. `get` returns only pages of the given version."""

    def get(self, key: Key, version: str) -> CachedPage | None: ...

    def set(self, key: Key, page: CachedPage) -> None: ...


class MemoryStore:
    """Pages in the memory of this process, at most `limit` bytes; the least recently used are
    evicted."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self.pages: dict[Key, CachedPage] = {}
        self.lock = threading.Lock()

    def get(self, key: Key, version: str) -> CachedPage | None:
        with self.lock:
            page = self.pages.pop(key, None)
            if page:
                self.pages[key] = page
        return page if page and page.version == version else None

    def set(self, key: Key, page: CachedPage) -> None:
        with self.lock:
            if old := self.pages.pop(key, None):
                self.size -= old.size
            self.pages[key] = page
            self.size += page.size
            while self.size > self.limit:
                self.size -= self.pages.pop(next(iter(self.pages))).size


class SharedStore:
    """Pages in `memory`, and behind it in a Django cache that processes share.

    Processes with the same `namespace` share pages. If the cache raises one of `errors`, the
    store works without it, and tries again after `RETRY_AFTER` seconds.
    """

    def __init__(
        self, memory: MemoryStore, cache: Any, namespace: str, errors: tuple[type[Exception], ...]
    ) -> None:
        self.memory = memory
        self.cache = cache
        self.namespace = namespace
        self.errors = errors
        self.retry_at = 0.0

    def get(self, key: Key, version: str) -> CachedPage | None:
        if page := self.memory.get(key, version):
            return page
        shared = self._try(lambda: self.cache.get(self._digest(key)))
        if not isinstance(shared, CachedPage) or shared.version != version:
            return None
        self.memory.set(key, shared)
        return shared

    def set(self, key: Key, page: CachedPage) -> None:
        self.memory.set(key, page)
        self._try(lambda: self.cache.set(self._digest(key), page))

    def _try(self, request: Callable[[], Any]) -> Any:
        """Return the result of a request to the cache, or None while the cache is down."""
        if time.monotonic() < self.retry_at:
            return None
        try:
            return request()
        except UNPICKLING_ERRORS:
            return None
        except self.errors:
            self.retry_at = time.monotonic() + RETRY_AFTER
            return None

    def _digest(self, key: Key) -> str:
        text = "\0".join((self.namespace, *key))
        return blake2b(text.encode("utf-8", "surrogateescape")).hexdigest()


class PageCache:
    """A WSGI application that answers for `application` with the pages in `store`.

    `version` returns the current content version. If it raises one of `errors`, requests go to
    the application. `key` returns what the response to a request depends on, or None if the
    response is not public.
    """

    def __init__(
        self,
        application: Application,
        store: Store,
        version: Callable[[], str],
        key: Callable[[Environ], Key | None],
        errors: tuple[type[Exception], ...] = (),
        max_body_size: int = MAX_BODY_SIZE,
    ) -> None:
        self.application = application
        self.store = store
        self.version = version
        self.key = key
        self.errors = errors
        self.max_body_size = max_body_size
        self.lock = threading.Lock()
        self.in_progress: dict[tuple[Key, str], Future[CachedPage | None]] = {}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = self.key(environ)
        if key is None:
            return self.application(environ, start_response)
        try:
            version = self.version()
        except self.errors:
            return self.application(environ, start_response)
        if environ["REQUEST_METHOD"] == "HEAD":
            get = {**environ, "REQUEST_METHOD": "GET"}
            return discard(self._respond(key, version, get, start_response))
        return self._respond(key, version, environ, start_response)

    def _respond(
        self, key: Key, version: str, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        if page := self.store.get(key, version):
            return page.respond(environ, start_response)
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
            response = ApplicationResponse(self.application, environ)
            page = response.to_page(version)
            if page and len(page.bodies[""]) <= self.max_body_size:
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

    def __init__(self, application: Application, environ: Environ) -> None:
        self.status = ""
        self.headers: Headers = []
        # The cache needs the whole page, not a 304 or a part of it.
        excluded = (*CONDITIONAL_HEADERS, SHAREABLE)
        self.environ = {name: environ[name] for name in environ if name not in excluded}
        self.body = application(self.environ, self._start_response)

    def _start_response(self, status: str, headers: Headers, exc_info: Any = None) -> None:
        self.status, self.headers = status, headers

    def send(self, start_response: StartResponse) -> Iterable[bytes]:
        start_response(self.status, self.headers)
        return self.body

    def to_page(self, version: str) -> CachedPage | None:
        """Return the response as a page, or None if it is not public. Reads the body."""
        values = {name.lower(): value for name, value in self.headers}
        if not self._is_cacheable(values):
            return None
        body = b"".join(self.body)
        self.body.close()  # type: ignore[attr-defined]
        digest = blake2b(body, digest_size=12).hexdigest()
        excluded = (*RESPONSE_HEADERS, "vary")
        headers = [pair for pair in self.headers if pair[0].lower() not in excluded]
        headers.append(("Vary", ", ".join(filter(None, [values.get("vary"), "Accept-Encoding"]))))
        if "cache-control" not in values:
            headers.append(("Cache-Control", "no-cache"))
        return CachedPage(version, f'W/"{digest}"', tuple(headers), encode(body))

    def _is_cacheable(self, headers: dict[str, str]) -> bool:
        vary = {name.strip().lower() for name in headers.get("vary", "").split(",")}
        return (
            self.status.startswith("200 ")
            and SHAREABLE in self.environ
            and "set-cookie" not in headers
            and "content-encoding" not in headers
            and KEY_HEADERS.issuperset(vary - {""})
            and not NOT_CACHEABLE.search(headers.get("cache-control", ""))
            and getattr(self.body, "streaming", True) is False
        )
