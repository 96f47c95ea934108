"""A PostgreSQL server that is frozen, stopped or read-only, while editors save and others read."""

import time
from contextlib import contextmanager
from statistics import median

import pytest

from tests.operations.editors import editors_of, wait_for_saves, working
from tests.operations.faults import ROUNDS, row_for_editors
from tests.operations.servers import wait_until
from tests.operations.services import SiteService

EDITORS = 3
TIMES = max(ROUNDS // 4, 1)
# A page that is in the cache before the fault, and one that is not.
CACHED, UNCACHED = "/articles/", "/articles/none-{}/"
# Seconds of a fault, within which it is noticed by many requests.
OUTAGE = 3
# Seconds that the site promises for most responses, and until it is back, and what a busy machine
# adds.
ANSWERED_WITHIN, BACK_WITHIN = 1 + 0.5, 2 + 6


@pytest.fixture(scope="module")
def site(postgresql, tmp_path_factory):
    """A running site. Its worker has the cache of pages."""
    folder, url = tmp_path_factory.mktemp("site"), postgresql.create_database()
    site = SiteService(folder, url)
    with site.running():
        yield site


def get(site, path):
    """Return the status, the headers, and how many seconds the response took."""
    start = time.monotonic()
    with site.get(path) as response:
        response.read()
        return response.status, response.headers, time.monotonic() - start


@contextmanager
def stopped(service):
    service.stop()
    try:
        yield
    finally:
        service.start()


def verify_outage(site):
    """Verify what readers get for some seconds, and return the times of the responses."""
    times, end = [], time.monotonic() + OUTAGE
    while time.monotonic() < end:
        status, headers, seconds = get(site, UNCACHED.format(time.monotonic()))
        assert (status, headers["Retry-After"]) == (503, "5")
        times.append(seconds)
        status, headers, seconds = get(site, CACHED)
        assert (status, "ttl=-1" in headers["Cache-Status"]) == (200, True)
        times.append(seconds)
    return times


def is_served(site):
    status, _headers, _seconds = get(site, UNCACHED.format(time.monotonic()))
    return status == 404


@pytest.mark.parametrize("fault", ["frozen", "stopped"])
def test_postgresql_does_not_respond(site, postgresql, report, fault):
    answered, back = [], 0.0
    editors = editors_of(site, EDITORS)
    with working(editors):
        for _ in range(TIMES):
            get(site, CACHED)
            with postgresql.frozen() if fault == "frozen" else stopped(postgresql):
                answered += verify_outage(site)
            back = max(back, wait_until(lambda: is_served(site)))
            wait_for_saves(editors, EDITORS)
    report(row_for_editors(f"{fault} database", site, editors, TIMES, back))
    assert median(answered) < ANSWERED_WITHIN
    assert back < BACK_WITHIN
