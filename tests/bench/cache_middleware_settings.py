"""The production settings with Django's cache middleware in the positions that its docs give."""

from tests.bench.settings import *  # noqa: F403
from tests.bench.settings import CACHES, MIDDLEWARE

MIDDLEWARE = [
    "tests.bench.cache_middleware.UpdateCache",
    *MIDDLEWARE,
    "tests.bench.cache_middleware.FetchFromCache",
]
# The default of 300 entries is less than the pages of the benchmark need.
CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 10_000}
PAGE_CACHE_MB = 0
