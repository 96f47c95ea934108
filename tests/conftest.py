"""What every test starts with: an empty cache; and a clock for promises about time."""

import time
from contextlib import contextmanager

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Facts are cached by content version, and each test counts versions anew."""
    cache.clear()


@pytest.fixture(scope="session")
def elapsed():
    """A context that may take no more than so many seconds of the processor."""

    @contextmanager
    def within(seconds):
        start = time.process_time()
        yield
        assert time.process_time() - start < seconds

    return within
