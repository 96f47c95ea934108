"""A clock for promises about time."""

import time
from contextlib import contextmanager

import pytest


@pytest.fixture(scope="session")
def elapsed():
    """A context that may take no more than so many seconds of the processor."""

    @contextmanager
    def within(seconds):
        start = time.process_time()
        yield
        assert time.process_time() - start < seconds

    return within
