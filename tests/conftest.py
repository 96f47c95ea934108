"""Fixtures for all tests."""

import time
from contextlib import contextmanager

import pytest
from django.core.cache import cache

from articles.models import Article
from tests import factories


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Statistics are cached by content version, which starts at the same number in each test."""
    cache.clear()


@pytest.fixture(scope="session")
def elapsed():
    """Return a context manager that fails after this number of seconds of processor time."""

    @contextmanager
    def limit(seconds):
        start = time.process_time()
        yield
        assert time.process_time() - start < seconds

    return limit


@pytest.fixture
def peace() -> Article:
    """An article in English."""
    return factories.article("Peace", body="See [[War]].")


@pytest.fixture
def salam(peace) -> Article:
    """The translation of `peace` into Arabic."""
    return factories.article("سلام", language="ar", translation_of="peace", body="انظر [[War]].")
