"""What every test starts with: the interface in all its languages, and an empty cache."""

import pytest
from django.core.cache import cache

from articles import catalogues

catalogues.compile_stale()


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Facts are cached by content version, and each test counts versions anew."""
    cache.clear()
