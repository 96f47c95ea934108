"""Django's cache middleware, its keys prefixed with the content version, as a comparison."""

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
