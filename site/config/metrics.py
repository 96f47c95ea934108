"""Metrics for Prometheus: requests, the page cache, queries, saves, conflicts and searches.

With gunicorn, each worker process counts in files of a folder that the master has created, and a
request for the metrics adds them up (`prometheus_client.multiprocess`). The names of the files
have the number of the worker, `METRICS_SLOT`: one that replaces another continues its files. So
no counter falls, and there are no more files than workers at one time.
"""

import atexit
import collections
import os
import threading
import time
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.conf import settings
from django.core.handlers.wsgi import get_path_info
from django.db import DatabaseError
from django.db.backends.signals import connection_created
from django.urls import Resolver404, resolve
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    values,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from articles.models import FailedSearch
from articles.signals import edit_conflict, revision_saved, search_finished

Value = TypeVar("Value")

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SLOT = "METRICS_SLOT"
CONTENT_TYPE = CONTENT_TYPE_LATEST
METHODS = frozenset(("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"))
OTHER = "other"
# Paths that are no URL patterns.
PATHS = ("/healthz", "/readyz", "/metrics")
DATABASE_UP = "Whether the database responds."
FAILED_SEARCHES = "Entries of the list of searches with no results."
# Seconds between two writes of what was counted.
WRITE_INTERVAL = 0.5
# Upper bounds of buckets, in seconds.
REQUEST_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
QUERY_BUCKETS = (0.001, 0.01, 0.1, 1, 10)

# Whether there are other processes.
is_shared = FOLDER in os.environ and SLOT in os.environ
if is_shared:
    slot = os.environ[SLOT]
    values.ValueClass = values.MultiProcessValue(lambda: slot)  # type: ignore[no-untyped-call]


class BatchHistogram(Histogram):
    """A histogram that takes many values at once: writing each takes as long as a cached page
    takes to look up."""

    def observe_all(self, amounts: Sequence[float]) -> None:
        """Observe several values, with one write for each bucket that they are in."""
        self._sum.inc(sum(amounts))
        counts = collections.Counter(bisect_left(self._upper_bounds, each) for each in amounts)
        for index, count in counts.items():
            self._buckets[index].inc(count)


registry = CollectorRegistry()
requests = Counter(
    "diwan_http_requests",
    "Requests by view, method and status.",
    ["view", "method", "status"],
    registry=registry,
)
request_seconds = BatchHistogram(
    "diwan_http_request_duration_seconds",
    "Time until the response begins, by view.",
    ["view"],
    buckets=REQUEST_BUCKETS,
    registry=registry,
)
page_cache_requests = Counter(
    "diwan_page_cache_requests",
    "Requests for pages that may be cached: hit, miss, or stale without the database.",
    ["result"],
    registry=registry,
)
query_seconds = BatchHistogram(
    "diwan_database_query_duration_seconds",
    "Time of statements, without those of the page cache.",
    buckets=QUERY_BUCKETS,
    registry=registry,
)
saves = Counter(
    "diwan_saves", "Stored revisions of articles, by kind.", ["kind"], registry=registry
)
edit_conflicts = Counter(
    "diwan_edit_conflicts",
    "Saves of forms that were based on an older revision.",
    registry=registry,
)
search_seconds = Histogram(
    "diwan_search_duration_seconds",
    "Time of searches of the search page and the API.",
    buckets=REQUEST_BUCKETS,
    registry=registry,
)


class Buffer:
    """Values that a thread writes to the metrics every half second, as long as there are any."""

    def __init__(self) -> None:
        self.requests: deque[tuple[str, str, str, float]] = deque()
        self.pages: deque[str] = deque()
        self.queries: deque[float] = deque()
        self.filled = threading.Event()
        self.lock = threading.Lock()

    def write(self) -> None:
        """Write what there is now."""
        with self.lock:
            _write_requests(_drain(self.requests))
            for result, count in collections.Counter(_drain(self.pages)).items():
                page_cache_requests.labels(result).inc(count)
            if queries := _drain(self.queries):
                query_seconds.observe_all(queries)

    def run(self) -> None:
        """Write when something has come, at most every `WRITE_INTERVAL` seconds."""
        while True:
            self.filled.wait()
            time.sleep(WRITE_INTERVAL)
            self.filled.clear()
            self.write()


buffer = Buffer()


def _drain(queue: deque[Value]) -> list[Value]:
    """Remove and return what is in a buffer now; threads may add more meanwhile."""
    return [queue.popleft() for _ in range(len(queue))]


def _write_requests(events: list[tuple[str, str, str, float]]) -> None:
    counts: collections.Counter[tuple[str, str, str]] = collections.Counter()
    times: dict[str, list[float]] = {}
    for path, method, status, seconds in events:
        view = view_name(path)
        counts[view, method if method in METHODS else OTHER, status] += 1
        times.setdefault(view, []).append(seconds)
    for labels, count in counts.items():
        requests.labels(*labels).inc(count)
    for view, amounts in times.items():
        request_seconds.labels(view).observe_all(amounts)


def count_request(environ: dict[str, Any], status: str, seconds: float) -> None:
    """Count a request, and observe how long it took until the response began."""
    event = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"], status[:3], seconds
    buffer.requests.append(event)
    if not buffer.filled.is_set():
        buffer.filled.set()


def count_page(result: str) -> None:
    """Count a request to the page cache, by what the cache had of the page."""
    buffer.pages.append(result)


@lru_cache(maxsize=4096)
def view_name(path: str) -> str:
    """Return the name of the view that `PATH_INFO` leads to: one of the URL patterns, of which
    there are few, and never the path itself."""
    decoded = get_path_info({"PATH_INFO": path})
    if decoded.startswith(settings.STATIC_URL):
        return "static"
    if decoded in PATHS:
        return decoded[1:]
    try:
        return resolve(decoded).view_name
    except Resolver404:
        return "none"


class FailedSearches(Collector):
    """Counts the list of failed searches when the metrics are requested, and tells whether the
    database responds."""

    def collect(self) -> Iterator[Metric]:
        try:
            count = FailedSearch.objects.count()
        except DatabaseError:
            yield GaugeMetricFamily("diwan_database_up", DATABASE_UP, 0)
            return
        yield GaugeMetricFamily("diwan_database_up", DATABASE_UP, 1)
        yield GaugeMetricFamily("diwan_failed_searches", FAILED_SEARCHES, count)


def metrics_text() -> bytes:
    """Return the metrics of all worker processes, in the text format of Prometheus."""
    current = CollectorRegistry()
    current.register(FailedSearches())
    buffer.write()
    if is_shared:
        MultiProcessCollector(current)  # type: ignore[no-untyped-call]
        return generate_latest(current)
    return generate_latest(current) + generate_latest(registry)


def _measure_queries(connection: Any, **kwargs: Any) -> None:
    """Measure the statements of a connection: a receiver of `connection_created`."""
    if _measure not in connection.execute_wrappers:
        connection.execute_wrappers.append(_measure)


def _measure(execute: Callable[..., Any], *arguments: Any) -> Any:
    start = time.perf_counter()
    try:
        return execute(*arguments)
    finally:
        buffer.queries.append(time.perf_counter() - start)


def _count_save(sender: Any, kind: str, **kwargs: Any) -> None:
    saves.labels(str(kind)).inc()


def _count_conflict(sender: Any, **kwargs: Any) -> None:
    edit_conflicts.inc()


def _measure_search(sender: Any, seconds: float, **kwargs: Any) -> None:
    search_seconds.observe(seconds)


def connect_signals() -> None:
    """Measure queries, saves, conflicts and searches from now on."""
    connection_created.connect(_measure_queries)
    revision_saved.connect(_count_save)
    edit_conflict.connect(_count_conflict)
    search_finished.connect(_measure_search)


def measure() -> None:
    """Measure what happens in this process until it ends, and write what was counted."""
    connect_signals()
    threading.Thread(target=buffer.run, daemon=True).start()
    atexit.register(buffer.write)
