"""Django's cache middleware with the content version in its keys, to compare the page cache with."""

from django.middleware.cache import FetchFromCacheMiddleware, UpdateCacheMiddleware

from articles.models import ContentVersion


class KeyPrefix:
    """An attribute that is the current content version. Django's own value is ignored."""

    def __get__(self, middleware: object, owner: type) -> str:
        return ContentVersion.objects.current()

    def __set__(self, middleware: object, value: str) -> None:
        pass


class UpdateCache(UpdateCacheMiddleware):
    key_prefix = KeyPrefix()  # type: ignore[assignment]


class FetchFromCache(FetchFromCacheMiddleware):
    key_prefix = KeyPrefix()  # type: ignore[assignment]
