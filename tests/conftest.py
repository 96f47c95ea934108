"""What every test starts with: an empty cache."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Facts are cached by content version, and each test counts versions anew."""
    cache.clear()
