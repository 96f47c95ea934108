"""A cache in local memory that returns the objects themselves."""

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache


class ObjectCache(LocMemCache):
    """Django's cache in local memory pickles what it stores, which protects callers from changes
    by others. Statistics of many tags take longer to unpickle than a page takes to render, and
    nothing changes them. Only `get` and `set` store objects."""

    # What the class in Django has, and its types leave out.
    _cache: Any
    _lock: Any
    _has_expired: Any
    _delete: Any
    _set: Any

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        key = self.make_key(key, version=version)
        with self._lock:
            if self._has_expired(key):
                self._delete(key)
                return default
            self._cache.move_to_end(key, last=False)
            return self._cache[key]

    def set(
        self,
        key: Any,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        key = self.make_key(key, version=version)
        with self._lock:
            self._set(key, value, timeout)
