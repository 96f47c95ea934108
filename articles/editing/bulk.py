"""Changes of many articles by one action: their status, and single tags of them.

The revisions of one call have one operation, by which it can be undone.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from uuid import UUID, uuid4

from django.contrib.auth.models import AbstractBaseUser
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from articles.editing.articles import Authorize, allow, locked_articles, save_without_version
from articles.editing.tags import get_or_create_tags, tags_of
from articles.models import Article, ContentVersion, RevisionKind, Status, Tag
from articles.transactions import retried_atomic

# Changes an article that is locked. Returns its new tags, or None to keep them.
Change = Callable[[Article], list[str] | None]


@retried_atomic
def publish(
    articles: Iterable[Article],
    user: AbstractBaseUser | None,
    authorize: Authorize = allow,
    *,
    operation: UUID | None = None,
) -> list[Article]:
    """Show `articles` to readers, as far as their schedules allow. Return those that changed.

    `authorize` is called with each stored article once all are locked, here and in the functions
    below.
    """
    comment = gettext_lazy("Published")
    return _set_status(articles, Status.PUBLISHED, user, comment, authorize, operation)


@retried_atomic
def unpublish(
    articles: Iterable[Article],
    user: AbstractBaseUser | None,
    authorize: Authorize = allow,
    *,
    operation: UUID | None = None,
) -> list[Article]:
    """Turn `articles` into drafts. Return those that changed."""
    comment = gettext_lazy("Unpublished")
    return _set_status(articles, Status.DRAFT, user, comment, authorize, operation)


@retried_atomic
def archive(
    articles: Iterable[Article],
    user: AbstractBaseUser | None,
    authorize: Authorize = allow,
    *,
    operation: UUID | None = None,
) -> list[Article]:
    """Hide `articles` from readers for good. Return those that changed."""
    comment = gettext_lazy("Archived")
    return _set_status(articles, Status.ARCHIVED, user, comment, authorize, operation)


@retried_atomic
def add_tags(
    articles: Iterable[Article],
    tags: Iterable[str],
    user: AbstractBaseUser | None,
    authorize: Authorize = allow,
    *,
    create_tags: bool = True,
    operation: UUID | None = None,
) -> list[Article]:
    """Add `tags` to those that `articles` have. Return those that changed.

    Tags that don't exist are created, or refused by a ValidationError without `create_tags`.
    """
    texts = list(tags)

    # Called for the first article once all are locked: tags are locked after articles.
    @lru_cache(maxsize=1)
    def added() -> list[Tag]:
        return get_or_create_tags(texts, create=create_tags)

    def change(article: Article) -> list[str]:
        return _names([*tags_of(article), *added()])

    comment = gettext_lazy("Tags added")
    return _change(articles, change, user, comment, authorize, operation, RevisionKind.TAGS)


@retried_atomic
def remove_tags(
    articles: Iterable[Article],
    tags: Iterable[str],
    user: AbstractBaseUser | None,
    authorize: Authorize = allow,
    *,
    operation: UUID | None = None,
) -> list[Article]:
    """Remove `tags`, by name or synonym, from `articles`. Return those that changed."""
    removed = set(Tag.objects.resolve(tags).values())

    def change(article: Article) -> list[str]:
        return _names(tag for tag in tags_of(article) if tag not in removed)

    comment = gettext_lazy("Tags removed")
    return _change(articles, change, user, comment, authorize, operation, RevisionKind.TAGS)


def _names(tags: Iterable[Tag]) -> list[str]:
    return [tag.name for tag in tags]


def _set_status(
    articles: Iterable[Article],
    status: Status,
    user: AbstractBaseUser | None,
    comment: Promise,
    authorize: Authorize,
    operation: UUID | None,
) -> list[Article]:
    def change(article: Article) -> None:
        article.status = status

    return _change(articles, change, user, comment, authorize, operation, RevisionKind.STATUS)


def _change(
    articles: Iterable[Article],
    change: Change,
    user: AbstractBaseUser | None,
    comment: Promise,
    authorize: Authorize,
    operation: UUID | None,
    kind_of_one: RevisionKind,
) -> list[Article]:
    """Save `articles` as `change` makes them. Return those that it has changed.

    The revisions have the kind `kind_of_one` if there is only one article.
    """
    articles, changed, public, operation = list(articles), [], False, operation or uuid4()
    kind = RevisionKind.BULK if len(articles) > 1 else kind_of_one
    for article in locked_articles(articles):
        tags = change(article)
        revision, was_public = save_without_version(
            article, tags, user, comment, authorize=authorize, kind=kind, operation=operation
        )
        if revision:
            public |= was_public
            changed.append(article)
    if changed:
        keys = [article.pk for article in changed]
        ContentVersion.objects.bump(public=public, articles=keys)
    return changed
