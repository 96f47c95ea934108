"""A clock for promises about time."""

import time
from contextlib import contextmanager

import pytest


@pytest.fixture(scope="session")
def elapsed():
    """A context in which no more than so many seconds may pass."""

    @contextmanager
    def within(seconds):
        start = time.perf_counter()
        yield
        assert time.perf_counter() - start < seconds

    return within
