"""Public pages as bytes that are kept as long as the content is what it was.

Wraps the WSGI application, in front of Django's request handling. A page is kept under what
decides its looks: address, host, and the cookies and headers that `variant` reads. It was made at
one content version; one tiny query tells whether that is still the current one. So nothing is
ever purged, and nothing stale is shown.
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

# Seconds after which a shared cache that gave no answer is asked again.
REST = 5.0
# What `pickle` says of bytes that it did not write, or that another version did.
UNREADABLE = (
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
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]
Key = tuple[str, ...]

# A larger answer, such as a feed of books, is made anew for each reader who has not got it.
LARGEST_PAGE = 2_000_000
# Below this many bytes compression costs more than it saves.
SMALLEST = 200
REFUSED = re.compile(r"\s*q=0(\.0*)?\s*")
NOT_KEPT = re.compile(r"\b(no-store|private)\b")
CONDITIONAL = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_IF_RANGE")
# What is decided for each answer anew.
OWN_HEADERS = frozenset(("content-length", "content-encoding", "etag", "date"))
# What a 304 repeats (RFC 9110, 15.4.5).
REPEATED = frozenset(("cache-control", "content-location", "expires", "vary", "last-modified"))


@dataclass(frozen=True)
class Page:
    """One answer, in every encoding that it is asked for in."""

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

    def _is_known(self, environ: Environ) -> bool:
        """Whether this reader has the page. The date counts only for who knows no tag, and only
        if it is the very one, for nothing says that what is older is the same."""
        if known := environ.get("HTTP_IF_NONE_MATCH", ""):
            return matches(known, self.etag)
        date = environ.get("HTTP_IF_MODIFIED_SINCE", "")
        return bool(date) and date == self.last_modified

    def answer(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if self._is_known(environ):
            kept = [pair for pair in self.headers if pair[0].lower() in REPEATED]
            start("304 Not Modified", [*kept, ("ETag", self.etag)])
            return []
        encoding = accepted(environ.get("HTTP_ACCEPT_ENCODING", ""), self.bodies)
        body = self.bodies[encoding]
        headers = [*self.headers, ("ETag", self.etag), ("Content-Length", str(len(body)))]
        if encoding:
            headers.append(("Content-Encoding", encoding))
        start("200 OK", headers)
        return [body]


def matches(wanted: str, etag: str) -> bool:
    """Whether ``If-None-Match`` names the page that there is, weakly (RFC 9110, 13.1.2)."""
    known = (tag.strip().removeprefix("W/") for tag in wanted.split(","))
    return wanted.strip() == "*" or etag.removeprefix("W/") in known


def accepted(header: str, bodies: Iterable[str]) -> str:
    """The smallest encoding among `bodies` that ``Accept-Encoding`` allows; empty for none."""
    allowed = {}
    for part in header.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        allowed[name.strip()] = not REFUSED.fullmatch(weight)
    return next((name for name in bodies if allowed.get(name, False)), "")


def encoded(body: bytes) -> dict[str, bytes]:
    """`body` in each encoding, the smallest first and as it is last."""
    if len(body) < SMALLEST:
        return {"": body}
    compressed = {"br": brotli.compress(body, quality=5), "gzip": gzip.compress(body, 6, mtime=0)}
    return {**compressed, "": body}


@runtime_checkable
class Closing(Protocol):
    """A body that wants to know when it has been sent (PEP 3333)."""

    def close(self) -> None: ...


class Store(Protocol):
    """Where pages are kept. What is not of `version` any more is as good as not there."""

    def get(self, key: Key, version: str) -> Page | None: ...

    def set(self, key: Key, page: Page) -> None: ...


class Memory:
    """Pages in this process, at most `limit` bytes; those not asked for the longest go first."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self.pages: dict[Key, Page] = {}
        self.lock = threading.Lock()

    def get(self, key: Key, version: str) -> Page | None:
        with self.lock:
            page = self.pages.pop(key, None)
            if page:
                self.pages[key] = page
        return page if page and page.version == version else None

    def set(self, key: Key, page: Page) -> None:
        with self.lock:
            if old := self.pages.pop(key, None):
                self.size -= old.size
            self.pages[key] = page
            self.size += page.size
            while self.size > self.limit:
                self.size -= self.pages.pop(next(iter(self.pages))).size


class Shared:
    """Pages in this process, and behind them in a Django cache that other processes share.

    `build` tells those apart that would make different pages. When the cache raises one of
    `errors`, it is taken for one that has nothing, and not asked again for `REST` seconds.
    """

    def __init__(
        self, memory: Memory, cache: Any, build: str, errors: tuple[type[Exception], ...]
    ) -> None:
        self.memory = memory
        self.cache = cache
        self.build = build
        self.errors = errors
        self.asked_again = 0.0

    def get(self, key: Key, version: str) -> Page | None:
        if page := self.memory.get(key, version):
            return page
        shared = self._ask(lambda: self.cache.get(self._name(key)))
        if not isinstance(shared, Page) or shared.version != version:
            return None
        self.memory.set(key, shared)
        return shared

    def set(self, key: Key, page: Page) -> None:
        self.memory.set(key, page)
        self._ask(lambda: self.cache.set(self._name(key), page))

    def _ask(self, question: Callable[[], Any]) -> Any:
        """What the cache says; None if it does not, and for a while after that."""
        if time.monotonic() < self.asked_again:
            return None
        try:
            return question()
        except UNREADABLE:
            return None
        except self.errors:
            self.asked_again = time.monotonic() + REST
            return None

    def _name(self, key: Key) -> str:
        text = "\0".join((self.build, *key))
        return blake2b(text.encode("utf-8", "surrogateescape")).hexdigest()


class PageCache:
    """`application` with its public pages kept in `store`.

    `version` gives the content version that holds now; `variant` gives what of a request decides
    the looks of a page, its address first, or None if the page is for this reader alone. Where
    `version` raises one of `errors`, nothing is looked up: the application has the say.
    """

    def __init__(
        self,
        application: Application,
        store: Store,
        version: Callable[[], str],
        variant: Callable[[Environ], Key | None],
        errors: tuple[type[Exception], ...] = (),
    ) -> None:
        self.application = application
        self.store = store
        self.version = version
        self.variant = variant
        self.errors = errors
        self.lock = threading.Lock()
        self.under_way: dict[tuple[Key, str], Future[Page | None]] = {}

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        key = self.variant(environ)
        if key is None:
            return self.application(environ, start)
        try:
            version = self.version()
        except self.errors:
            return self.application(environ, start)
        if environ["REQUEST_METHOD"] == "HEAD":
            asked = {**environ, "REQUEST_METHOD": "GET"}
            return without(self._get(key, version, asked, start))
        return self._get(key, version, environ, start)

    def _get(self, key: Key, version: str, environ: Environ, start: Start) -> Iterable[bytes]:
        if page := self.store.get(key, version):
            return page.answer(environ, start)
        return self.make(key, version, environ, start)

    def make(self, key: Key, version: str, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer with a page that is made now, by one of all those who want it at once."""
        with self.lock:
            made = self.under_way.get((key, version))
            if leads := made is None:
                made = self.under_way[key, version] = Future()
        if not leads:
            page = made.result()
            return page.answer(environ, start) if page else self.application(environ, start)
        page = None
        try:
            response = Response(self.application, environ)
            page = response.page(version)
            if page and len(page.bodies[""]) <= LARGEST_PAGE:
                self.store.set(key, page)
        finally:
            with self.lock:
                del self.under_way[key, version]
            made.set_result(page)
        return page.answer(environ, start) if page else response.passed_on(start)


def without(body: Iterable[bytes]) -> Iterable[bytes]:
    """Nothing of `body`, which is closed."""
    if isinstance(body, Closing):
        body.close()
    return ()


class Response:
    """What the application answers, looked at before it is passed on."""

    def __init__(self, application: Application, environ: Environ) -> None:
        self.status = ""
        self.headers: Headers = []
        # A whole page is wanted, whatever of it this reader has already.
        asked = {k: v for k, v in environ.items() if k not in CONDITIONAL}
        self.body = application(asked, self._start)

    def _start(self, status: str, headers: Headers, exc_info: Any = None) -> None:
        self.status, self.headers = status, headers

    def passed_on(self, start: Start) -> Iterable[bytes]:
        start(self.status, self.headers)
        return self.body

    def page(self, version: str) -> Page | None:
        """The answer as a page, if it is one that all readers may have."""
        found = {name.lower(): value for name, value in self.headers}
        if not self._may_be_kept(found):
            return None
        body = b"".join(self.body)
        self.body.close()  # type: ignore[attr-defined]
        digest = blake2b(body, digest_size=12).hexdigest()
        kept = [pair for pair in self.headers if pair[0].lower() not in (*OWN_HEADERS, "vary")]
        kept.append(("Vary", ", ".join(filter(None, [found.get("vary"), "Accept-Encoding"]))))
        if "cache-control" not in found:
            kept.append(("Cache-Control", "no-cache"))
        return Page(version, f'W/"{digest}"', tuple(kept), encoded(body))

    def _may_be_kept(self, headers: dict[str, str]) -> bool:
        return (
            self.status.startswith("200 ")
            and "set-cookie" not in headers
            and not NOT_KEPT.search(headers.get("cache-control", ""))
            and getattr(self.body, "streaming", True) is False
        )
