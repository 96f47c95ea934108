"""Where the page cache keeps pages: in memory of a limited size, and in a cache that processes
share."""

import threading
import time
from collections.abc import Callable, Iterator
from hashlib import blake2b
from sys import getsizeof
from typing import Any, NamedTuple, Protocol

from config import availability
from config.cached_pages import CachedPage
from config.page_encoding import decode_page, encode_page

Key = tuple[str, ...]

# Seconds without requests to a shared cache that failed.
RETRY_AFTER = 5.0
# Bytes of an entry in the dictionary of a store, besides the objects that it refers to.
ENTRY_SIZE = 200


class Store(Protocol):
    """A container of pages. `get` returns only pages of the given version."""

    def get(self, key: Key, version: str) -> CachedPage | None: ...

    def set(self, key: Key, page: CachedPage) -> None: ...


class Frequencies:
    """Estimates how often keys were requested lately, in 256 kB whatever their number is.

    A count-min sketch (Cormode and Muthukrishnan, “An improved data stream summary”, Journal of
    Algorithms 55, 2005) with conservative update: each key has a counter in each of four rows,
    and the smallest one counts. As in TinyLFU, counters end at `MAX_COUNT`, and after `PERIOD`
    requests all are halved, so that what was popular once is forgotten.
    """

    ROWS = 4
    WIDTH = 1 << 16
    PERIOD = 1 << 16
    MAX_COUNT = 15
    HALVED = bytes(number // 2 for number in range(256))

    def __init__(self) -> None:
        self.counters = bytearray(self.ROWS * self.WIDTH)
        self.requests = 0

    def count(self, key: Key) -> None:
        """Count one request for `key`."""
        positions = self._positions(key)
        least = min(self.counters[position] for position in positions)
        if least < self.MAX_COUNT:
            for position in positions:
                if self.counters[position] == least:
                    self.counters[position] = least + 1
        self.requests += 1
        if self.requests >= self.PERIOD:
            self.counters = self.counters.translate(self.HALVED)
            self.requests //= 2

    def estimate(self, key: Key) -> int:
        """Return the number of requests for `key`; more if it collides with others in all rows."""
        return min(self.counters[position] for position in self._positions(key))

    def _positions(self, key: Key) -> list[int]:
        """Return the counter of `key` in each row, from 16 bits of its hash each."""
        bits = hash(key)
        return [row * self.WIDTH + (bits >> 16 * row & self.WIDTH - 1) for row in range(self.ROWS)]


class Entry(NamedTuple):
    """A page in memory, and the bytes that it takes together with its key."""

    page: CachedPage
    size: int


class MemoryStore:
    """Pages in the memory of this process, at most `limit` bytes with their keys.

    If they take more, the least recently used ones are evicted, but only by a page that was
    requested more often than each of them, or if they are of another version of the content. Else
    the new page is not stored. This is TinyLFU (Einziger, Friedman and Manes, “TinyLFU: A Highly
    Efficient Cache Admission Policy”, ACM Transactions on Storage 13, 2017) in front of LRU: a
    crawl of many URLs, each of them requested once or twice, evicts nothing that readers use.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self.entries: dict[Key, Entry] = {}
        self.frequencies = Frequencies()
        self.lock = threading.Lock()

    def get(self, key: Key, version: str) -> CachedPage | None:
        with self.lock:
            self.frequencies.count(key)
            entry = self.entries.pop(key, None)
            if entry:
                self.entries[key] = entry
        return entry.page if entry and entry.page.version == version else None

    def set(self, key: Key, page: CachedPage) -> None:
        new = Entry(page, ENTRY_SIZE + memory_size(key) + memory_size(page))
        with self.lock:
            if old := self.entries.pop(key, None):
                self.size -= old.size
            if new.size > self.limit:
                return
            victims = list(self._least_recent(self.size + new.size - self.limit))
            if all(self._gives_way(victim, key, page.version) for victim in victims):
                for victim in victims:
                    self.size -= self.entries.pop(victim).size
                self.entries[key] = new
                self.size += new.size

    def is_reused(self, key: Key) -> bool:
        """Return whether a page was requested more than once lately."""
        with self.lock:
            return self.frequencies.estimate(key) > 1

    def _least_recent(self, excess: int) -> Iterator[Key]:
        """Yield the least recently used keys whose pages take `excess` bytes together."""
        for key, entry in self.entries.items():
            if excess <= 0:
                return
            excess -= entry.size
            yield key

    def _gives_way(self, victim: Key, key: Key, version: str) -> bool:
        """Whether the page of `victim` is evicted by one of `key`, which is of this version."""
        if self.entries[victim].page.version != version:
            return True
        return self.frequencies.estimate(victim) < self.frequencies.estimate(key)


class SharedStore:
    """Pages in `memory`, and behind it in a Django cache that processes share.

    Processes with the same `namespace` and `secret` share pages, others can't read theirs. Only
    pages that are requested again get into the cache, so that many URLs which are requested once
    don't fill it. If the cache raises one of `errors`, the store works without it, and tries again
    after `RETRY_AFTER` seconds.
    """

    def __init__(
        self,
        memory: MemoryStore,
        cache: Any,
        namespace: str,
        secret: bytes,
        errors: tuple[type[Exception], ...],
    ) -> None:
        self.memory = memory
        self.cache = cache
        self.namespace = namespace
        self.secret = secret
        self.errors = errors
        self.retry_at = 0.0

    def get(self, key: Key, version: str) -> CachedPage | None:
        if page := self.memory.get(key, version):
            return page
        digest = self._digest(key)
        shared = decode_page(self._try(lambda: self.cache.get(digest)), self.secret, digest)
        if not shared or shared.version != version:
            return None
        self.memory.set(key, shared)
        return shared

    def set(self, key: Key, page: CachedPage) -> None:
        self.memory.set(key, page)
        if self.memory.is_reused(key):
            digest = self._digest(key)
            encoded = encode_page(page, self.secret, digest)
            self._try(lambda: self.cache.set(digest, encoded))

    def _try(self, request: Callable[[], Any]) -> Any:
        """Return the result of a request to the cache, or None while the cache is down."""
        if time.monotonic() < self.retry_at:
            return None
        try:
            result = request()
        except self.errors as error:
            self.retry_at = time.monotonic() + RETRY_AFTER
            availability.redis.failed(error)
            return None
        availability.redis.succeeded()
        return result

    def _digest(self, key: Key) -> str:
        text = "\0".join((self.namespace, *key))
        return blake2b(text.encode("utf-8", "surrogateescape")).hexdigest()


def memory_size(value: object) -> int:
    """Return the bytes of a page, or of a container of texts, with all that is in it."""
    size = getsizeof(value)
    match value:
        case CachedPage():
            parts: Any = (value.version, value.etag, value.headers, value.bodies)
        case tuple():
            parts = value
        case dict():
            parts = value.values()
        case _:
            parts = ()
    return size + sum(map(memory_size, parts))
