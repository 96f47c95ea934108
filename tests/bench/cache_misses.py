"""What a miss of the page cache costs, beside the same page without the page cache."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from articles.models import Article
from config import caching
from config.current_version import CurrentVersion
from config.page_stores import MemoryStore
from config.pagecache import PageCache

PAGES = 60
ROUNDS = 7


def cache_misses() -> dict[str, float]:
    """Return the CPU milliseconds of article pages without the page cache, and as its misses: the
    mean over some pages of the least of some rounds in turns. Clients accept Brotli and gzip."""
    plain = WSGIHandler()
    cached = PageCache(plain, _empty_store(), CurrentVersion(), caching.cache_key)
    slugs = list(Article.objects.public().order_by("pk").values_list("slug", flat=True))
    slugs = slugs[:: max(1, len(slugs) // PAGES)]
    least = {"no cache": [float("inf")] * len(slugs), "miss": [float("inf")] * len(slugs)}
    for _ in range(ROUNDS):
        for number, slug in enumerate(slugs):
            cached.store = _empty_store()
            for name, application in (("no cache", plain), ("miss", cached)):
                times = least[name]
                times[number] = min(times[number], _time(application, f"/articles/{slug}/"))
    return {name: sum(times) / len(times) for name, times in least.items()}


def _empty_store() -> MemoryStore:
    return MemoryStore(settings.PAGE_CACHE_MB * caching.MEGABYTE)


def _time(application: Callable[..., Any], path: str) -> float:
    factory = RequestFactory(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_ENCODING="gzip, deflate, br")
    environ = factory.get(path).environ
    start = time.process_time()
    body = application(environ, _check)
    b"".join(body)
    getattr(body, "close", lambda: None)()
    return (time.process_time() - start) * 1000


def _check(status: str, headers: list[tuple[str, str]], *rest: object) -> None:
    if not status.startswith("200 "):
        raise RuntimeError(status)
