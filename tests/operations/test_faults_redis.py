"""A Redis server that is killed or frozen, while editors save and others read."""

import shutil
import time
from contextlib import contextmanager

import pytest

from tests.operations.editors import editors_of, wait_for_saves, working
from tests.operations.faults import ROUNDS, row_for_editors
from tests.operations.services import RedisService, SiteService

EDITORS = 3
TIMES = max(ROUNDS // 4, 1)
PAGES = ("/", "/articles/", "/articles/editor1/", "/api/v1/articles", "/healthz")
# Seconds within which a page is served that Redis would have: twice the time-out of a request to
# Redis, and what a busy machine adds.
SERVED_WITHIN = 1 + 7


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    service = RedisService(tmp_path_factory.mktemp("redis"))
    with service.running():
        yield service


@pytest.fixture(scope="module")
def site(redis, sqlite, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    file = shutil.copy(sqlite, folder / "site.sqlite3")
    site = SiteService(folder, f"sqlite:///{file}", CACHE_URL=redis.url)
    with site.running():
        yield site


@contextmanager
def killed(service):
    service.kill()
    try:
        yield
    finally:
        service.start()


@pytest.mark.parametrize("fault", ["killed", "frozen"])
def test_redis_does_not_respond(site, redis, report, fault):
    editors, longest = editors_of(site, EDITORS), 0.0
    with working(editors):
        for _ in range(TIMES):
            verify_pages(site)
            with killed(redis) if fault == "killed" else redis.frozen():
                longest = max(longest, verify_pages(site), wait_for_saves(editors, EDITORS))
    report(row_for_editors(f"{fault} Redis", site, editors, TIMES, longest))
    assert {answer for editor in editors for answer in editor.answers} == {302}


def verify_pages(site):
    """Verify that readers get pages, and return the longest time of a response."""
    longest = 0.0
    for path in PAGES * 2:
        start = time.monotonic()
        with site.get(path) as response:
            assert response.status == 200, path
            response.read()
        seconds = time.monotonic() - start
        assert seconds < SERVED_WITHIN, path
        longest = max(longest, seconds)
    return longest
