"""Where the page cache keeps pages: what is evicted, and what processes share."""

import threading
import tracemalloc
from random import Random

import pytest

from config.availability import Availability
from config.cached_pages import CachedPage
from config.page_stores import Frequencies, MemoryStore, SharedStore

HEADERS = (("Content-Type", "text/html"), ("Vary", "Cookie, Accept-Encoding"))
FLOOD = 50_000


def page(version="1", size=1000):
    return CachedPage(version, 'W/"etag"', HEADERS, {"": b"x" * size})


def url(number):
    return ("http", "localhost", "", f"/articles/{number}/", "", "", "en")


def request(store, key, version="1", size=1000):
    """Get a page, and store it if it is not there. Return whether it was."""
    if store.get(key, version):
        return True
    store.set(key, page(version, size))
    return False


def filled(limit=1_000_000):
    """A store that is full of pages requested once."""
    memory = MemoryStore(limit)
    for number in range(limit // 1000):
        request(memory, ("fill", str(number)))
    return memory


def test_a_page_gets_no_space_of_pages_that_are_requested_as_often():
    memory = filled()
    before = list(memory.entries)
    assert not request(memory, url(1)) and url(1) not in memory.entries
    assert not request(memory, url(1)) and url(1) in memory.entries
    assert before[0] not in memory.entries and before[-1] in memory.entries


def test_the_least_recently_used_of_equally_frequent_pages_is_evicted():
    memory = filled()
    first, second, *_rest = memory.entries
    memory.get(first, "1")
    for _ in range(3):
        request(memory, url(1))
    assert first in memory.entries and second not in memory.entries


def test_pages_of_another_version_are_evicted_by_any_page():
    memory = filled()
    for key in list(memory.entries):
        memory.get(key, "1")
    assert not memory.get(next(iter(memory.entries)), "2")
    request(memory, url(1), "2")
    assert url(1) in memory.entries


def test_a_page_that_is_rendered_again_replaces_itself():
    memory = filled()
    memory.set(url(1), page("1", 10))
    key = next(reversed(memory.entries))
    size = memory.size
    memory.set(key, page("2", 900))
    assert memory.get(key, "2") and memory.size == size - 100
    memory.set(key, page("2", memory.limit))
    assert not memory.get(key, "2") and memory.size <= memory.limit


@pytest.mark.parametrize("repeats", [1, 2])
def test_a_flood_of_urls_evicts_nothing_that_readers_use(repeats):
    """50,000 URLs, while readers request a hundred pages, each every five hundred requests."""
    memory, random = MemoryStore(1_000_000), Random(1)
    readers = [url(f"read-{number}") for number in range(100)]
    for key in readers * 4:
        request(memory, key)
    hits, flood = [], 0
    for number in range(FLOOD // repeats):
        for _ in range(repeats):
            flood += request(memory, url(number))
        if number % 5 == 0:
            hits.append(request(memory, random.choice(readers)))
    assert all(hits) and all(key in memory.entries for key in readers)
    assert memory.size <= memory.limit


@pytest.mark.parametrize("size", [0, 300, 5000])
def test_the_limit_is_that_of_the_memory_with_keys_and_overhead(size):
    memory = MemoryStore(500_000)
    tracemalloc.start()
    try:
        for number in range(5_000):
            key = (*url(number)[:4], "q=" + "y" * (number % 300), "", "en")
            request(memory, key, size=size)
        allocated, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert memory.size <= memory.limit
    assert 0.3 * memory.limit < allocated < 1.1 * memory.limit


def test_what_was_popular_is_forgotten():
    frequencies = Frequencies()
    for _ in range(20):
        frequencies.count(url("old"))
    assert frequencies.estimate(url("old")) == Frequencies.MAX_COUNT
    for _ in range(5):
        for number in range(Frequencies.PERIOD):
            frequencies.count(url(number % 10))
    assert frequencies.estimate(url("old")) < frequencies.estimate(url(1))
    assert frequencies.estimate(url("old")) == 0


def test_frequencies_of_many_keys_are_near_their_number_of_requests():
    frequencies = Frequencies()
    for number in range(FLOOD):
        frequencies.count(url(number))
    estimates = [frequencies.estimate(url(number)) for number in range(FLOOD)]
    assert sum(estimates) / FLOOD < 1.2


SECRET = b"secret"


class FakeCache(dict):
    """A shared cache that can be down."""

    is_down = False

    def get(self, key):
        if self.is_down:
            raise OSError
        return super().get(key)

    def set(self, key, value):
        if self.is_down:
            raise OSError
        self[key] = value


def shared(cache, namespace="code", secret=SECRET):
    return SharedStore(MemoryStore(10_000), cache, namespace, secret, (OSError,))


def requested(store, key):
    """Request a page that two readers have requested."""
    for _ in range(2):
        store.get(key, "1")
    store.set(key, page())


def test_processes_share_pages_through_a_shared_cache():
    cache = FakeCache()
    one, two = (shared(cache) for _ in range(2))
    requested(one, ("a",))
    assert two.get(("a",), "1") and not two.get(("a",), "2")
    assert not shared(cache, "new code").get(("a",), "1")
    cache.is_down = True
    requested(one, ("b",))
    assert one.get(("b",), "1") and not two.get(("b",), "1")
    cache.is_down = False
    requested(one, ("c",))
    assert not two.get(("c",), "1"), "a cache that failed is not used for a while"


def test_a_cache_that_stops_and_responds_again_is_two_lines(caplog, monkeypatch):
    monkeypatch.setattr("config.page_stores.RETRY_AFTER", 0.0)
    monkeypatch.setattr("config.availability.MIN_INTERVAL", 0.0)
    monkeypatch.setattr("config.availability.redis", Availability("Redis"))
    cache = FakeCache()
    store = shared(cache)
    cache.is_down = True
    for _ in range(100):
        store.get(("a",), "1")
    cache.is_down = False
    for _ in range(100):
        store.get(("a",), "1")
    messages = [record.getMessage() for record in caplog.records]
    assert messages == ["Redis is not available: OSError", "Redis is available again, after 0 s."]


def test_a_page_that_is_requested_once_is_not_shared():
    cache = FakeCache()
    store = shared(cache)
    for number in range(100):
        request(store, url(number))
    assert not cache
    request(store, url(1))
    store.set(url(1), page())
    assert len(cache) == 1


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: b"x" + data[1:]])
def test_values_that_another_program_has_changed_are_cache_misses(change):
    cache = FakeCache()
    requested(shared(cache), ("a",))
    cache.update({key: change(value) for key, value in cache.items()})
    reader = shared(cache)
    assert not reader.get(("a",), "1")


def test_a_page_of_another_url_or_secret_is_a_cache_miss():
    cache = FakeCache()
    store = shared(cache)
    requested(store, ("a",))
    requested(store, ("b",))
    other = shared(cache, secret=b"other secret")
    assert not other.get(("a",), "1")
    first, second = cache
    cache[first], cache[second] = cache[second], cache[first]
    assert not shared(cache).get(("a",), "1")


def test_values_of_other_types_are_cache_misses():
    cache = FakeCache()
    one = shared(cache)
    requested(one, ("a",))
    cache.update(dict.fromkeys(cache, 7))
    assert not shared(cache).get(("a",), "1")


def test_the_memory_store_is_thread_safe():
    memory = MemoryStore(5000)

    def work(number):
        for turn in range(300):
            memory.set((str(turn % 7 + number),), page("1", 500))
            memory.get((str(turn % 5),), "1")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert memory.size == sum(entry.size for entry in memory.entries.values()) <= 5000
