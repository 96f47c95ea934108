"""Saving and publishing articles."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from articles import derived, fingerprints, search, sql
from articles.editing.revisions import in_site_language, record
from articles.editing.slugs import free_slug
from articles.editing.tag_visibility import mark_public
from articles.editing.tags import get_or_create_tags, set_tags, tags_of
from articles.models import (
    Article,
    ContentVersion,
    Draft,
    Kind,
    Name,
    Revision,
    RevisionKind,
    Status,
    Tag,
    Tagging,
)
from articles.models.article import AUTHORED
from articles.models.revision import kind_of_change, snapshot
from articles.sql import CompiledQuery, chunks
from articles.text import names
from articles.transactions import retried_atomic

# Raises an exception if the user may not change or delete the article, as it is stored.
Authorize = Callable[[Article], None]

# Why a scheduled change is not published.
NOT_PUBLISHED = gettext_lazy("The article was not published any more.")


class SaveKeywords(TypedDict, total=False):
    """The keyword arguments of `save`."""

    # The number of the revision that the change is based on: a newer one is a conflict.
    base: int | None
    # Called with the stored article once it is locked: its status can't change any more.
    authorize: Authorize
    # Whether tags that don't exist are created, as by default, or refused.
    create_tags: bool
    # Of the revision, if that is not the kind of the change.
    kind: RevisionKind | None
    # Ties the revision to those of other articles.
    operation: UUID | None
    # The time of the change, if that is not now.
    updated: datetime | None


class SaveOptions(SaveKeywords, total=False):
    """The arguments of `save`, which all functions take that save the text of an article too."""

    tags: Iterable[str] | None
    user: AbstractBaseUser | None
    comment: str | Promise


class EditConflict(ValidationError):
    """The newest revision, `newest`, is not the one on which an edit is based."""

    def __init__(self, newest: Revision) -> None:
        message = gettext("Another editor saved this article while you were editing.")
        super().__init__(message, code="edit_conflict")
        self.newest = newest


def allow(_article: Article) -> None:
    """Authorize everything: the caller needs no permission, or has checked it."""


@dataclass(frozen=True)
class ArticleChange:
    """An article with the tags that it gets, and what is stored of it: nothing if it is new."""

    article: Article
    tags: list[Tag]
    stored: Article | None = None
    stored_tags: Sequence[Tag] = ()
    newest: Revision | None = None

    @cached_property
    def before(self) -> dict[str, Any] | None:
        return state(self.stored, self.stored_tags) if self.stored else None

    @cached_property
    def after(self) -> dict[str, Any]:
        return state(self.article, self.tags)

    @property
    def is_visible(self) -> bool:
        """Whether readers could see the article before, or can see it now."""
        return self.article.is_public or bool(self.stored and self.stored.is_public)


@transaction.atomic
def save(
    article: Article,
    tags: Iterable[str] | None = None,
    user: AbstractBaseUser | None = None,
    comment: str | Promise = "",
    **keywords: Unpack[SaveKeywords],
) -> Revision | None:
    """Save `article` with exactly these tags, or with those that it has, and all derived rows.

    A former title or slug stays a name of the article. Returns the new revision, or None if
    nothing has changed.
    Raises ValidationError for a field that is wrong, `derived.NameTaken` for a name of another
    article, `EditConflict` if the newest revision is not number `base`, and
    `Article.DoesNotExist` if the article has been deleted.
    """
    revision, public = save_without_version(article, tags, user, comment, **keywords)
    if revision:
        ContentVersion.objects.bump(public=public, articles=[article.pk])
    return revision


def save_without_version(
    article: Article,
    tags: Iterable[str] | None,
    user: AbstractBaseUser | None,
    comment: str | Promise,
    **keywords: Unpack[SaveKeywords],
) -> tuple[Revision | None, bool]:
    """Do what `save` does, without a new content version. Return the new revision, and whether
    readers could see the article before or can see it now. Call inside atomic()."""
    change = _prepare(article, tags, user, keywords)
    if change.before == change.after:
        return None, False
    article.updated = keywords.get("updated") or timezone.now()
    _write(change)
    revision = derived.complete_write(
        [article],
        index=lambda _articles: search.index_article(article, change.tags),
        record=lambda _articles: _record(change, user, comment, keywords),
    )
    return revision, change.is_visible


def _prepare(
    article: Article,
    tags: Iterable[str] | None,
    user: AbstractBaseUser | None,
    keywords: SaveKeywords,
) -> ArticleChange:
    """Lock the stored article and check everything that can be wrong before a row is written."""
    stored = lock_stored(article)
    create_tags = keywords.get("create_tags", True)
    if stored is None:
        article.owner_id = user.pk if user else article.owner_id
        article.clean_fields()
        return ArticleChange(article, _selected([], tags, create_tags))
    keywords.get("authorize", allow)(stored)
    keep_former_names(article, stored)
    newest = newest_revision(article, keywords.get("base"))
    article.clean_fields(exclude=_unchanged_fields(article, stored))
    current = tags_of(article)
    return ArticleChange(article, _selected(current, tags, create_tags), stored, current, newest)


def _unchanged_fields(article: Article, stored: Article) -> list[str]:
    """Return the fields that need no check: those with the value that is stored, which was checked
    before, and those that are derived anew."""
    fields: list[Any] = [Article._meta.get_field(name) for name in (*AUTHORED, "owner")]
    unchanged = [
        field.name
        for field in fields
        if getattr(article, field.attname) == getattr(stored, field.attname)
    ]
    return [*unchanged, *derived.DERIVED]


def lock_stored(article: Article) -> Article | None:
    """Return the article as it is in the database, locked, or None for a new one."""
    if not article.pk:
        return None
    stored: Article | None = next(iter(_locked_article.objects(article.pk)), None)
    if stored is None and not article._state.adding:
        raise Article.DoesNotExist(f"“{article.title}” has been deleted.")
    return stored


@CompiledQuery
def _locked_article(pk: int, at: datetime) -> QuerySet[Article]:
    """The article with the columns that a save compares."""
    articles: QuerySet[Article] = Article.objects.locked([pk])
    return articles.only(*AUTHORED, "owner", "hidden_former", "sort_key")


def newest_revision(article: Article, base: int | None) -> Revision | None:
    """Return the newest revision of a locked article. Raise `EditConflict` if it is not number
    `base`."""
    newest: Revision | None = next(iter(_newest.objects(article.pk)), None)
    if base is not None and newest and newest.number != base:
        raise EditConflict(newest)
    return newest


@CompiledQuery
def _newest(article: int, at: datetime) -> QuerySet[Revision]:
    return Revision.objects.newest(article).only("number")


def _selected(current: list[Tag], texts: Iterable[str] | None, create_tags: bool) -> list[Tag]:
    """Return the tags of `texts`, without a query if they are the current ones."""
    texts = None if texts is None else list(texts)
    if texts is None or {*map(names.fold, texts)} - {""} == {tag.key for tag in current}:
        return current
    return get_or_create_tags(texts, create=create_tags)


def state(article: Article, tags: Iterable[Tag]) -> dict[str, Any]:
    """Return the authored fields of `article` with its tags."""
    return {**snapshot(article, [tag.name for tag in tags]), "body": article.body}


def _write(change: ArticleChange) -> None:
    """Write the rows of an article and its relations."""
    article, stored = change.article, change.stored
    if stored and stored.is_due:
        mark_public(change.stored_tags)
    document = derived.derive(article)
    if stored:
        sql.update(article, stored)
    else:
        sql.insert(article)
    derived.write_relations(
        [(article, document)],
        claim=_claim(article, stored),
        inserted=[] if stored else [article.pk],
        tag=lambda _articles: _set_tags(change),
    )
    if article.is_public:
        mark_public(change.tags)
    if stored and stored.status == Status.PUBLISHED != article.status:
        _cancel_scheduled_change(article)


def _cancel_scheduled_change(article: Article) -> None:
    """Keep the draft of an article that is not published any more, and tell why it is not
    published at its date."""
    Draft.objects.filter(pk=article.pk, publish_at__isnull=False).update(
        publish_at=None, scheduled_by=None, failure=in_site_language(NOT_PUBLISHED)
    )


def _record(
    change: ArticleChange,
    user: AbstractBaseUser | None,
    comment: str | Promise,
    keywords: SaveKeywords,
) -> Revision:
    return record(
        change.article,
        {name: value for name, value in change.after.items() if name != "body"},
        user,
        comment,
        kind=keywords.get("kind") or kind_of_change(change.before, change.after),
        operation=keywords.get("operation"),
        after=change.newest,
        created=change.article.updated,
        old_body=change.stored.body if change.stored else None,
    )


def _claim(article: Article, stored: Article | None) -> Callable[[Sequence[Article]], None] | None:
    """Return what writes the names of `article`, or None if they have not changed."""
    if not stored:
        return derived.claim_new_names
    return None if _names(stored) == _names(article) else derived.claim_names


def _names(article: Article) -> tuple[str, list[tuple[Kind, str]]]:
    return article.language, article.all_names()


def _set_tags(change: ArticleChange) -> None:
    article, stored = change.article, change.stored
    set_tags(article, change.tags, change.stored_tags)
    if stored and stored.sort_key != article.sort_key:
        Tagging.objects.filter(content_object=article).update(sort_key=article.sort_key)


def keep_former_names(article: Article, stored: Article, former: Iterable[str] = ()) -> None:
    """Make title and slug that `article` gives up, and `former`, its former names.

    `stored` is the article as it was. Links by a name that readers have never seen keep working,
    but the name is not shown to them.
    """
    current = {names.fold(name) for name in (article.title, article.slug, *article.aliases)}
    candidates = [*article.former, *former, stored.title, stored.slug]
    by_key = {names.fold(name): name for name in reversed(candidates)}
    article.former = [name for key, name in reversed(by_key.items()) if key not in current]
    article.hidden_former = _hidden_former_names(article, stored, current)


def _hidden_former_names(article: Article, stored: Article, current: set[str]) -> list[str]:
    """Return the names that `article` gave up, or gives up, before readers could see them."""
    hidden = {names.fold(name): name for name in stored.hidden_former}
    former = {names.fold(name): name for name in (stored.title, stored.slug)}
    if released := former.keys() - current:
        public = released if stored.is_public else _public_keys(stored, hidden)
        hidden |= {key: former[key] for key in released}
        hidden = {key: name for key, name in hidden.items() if key not in released & public}
    current_keys = set(article.keys())
    return [name for key, name in hidden.items() if key in current_keys]


def _public_keys(stored: Article, hidden: Collection[str]) -> set[str]:
    """Return the keys of the names that readers may know, of an article that they can't see.

    `hidden` are those of former names that they have never seen.
    """
    former = set(map(names.fold, stored.former)).difference(hidden)
    return Revision.objects.public_keys(stored.pk, hidden) | former


def remove_former_name(article: Article, key: str) -> None:
    """Free a former name of `article` for another article. Call inside atomic()."""
    stored = Article.objects.only(*fingerprints.FIELDS).get(pk=article.pk)
    stored.former = [name for name in stored.former if names.fold(name) != key]
    fingerprints.stamp(stored)
    stored.save(update_fields=["former", "derived_by", "derived_from"])
    Name.objects.filter(article=article, key=key).delete()


def locked_articles(articles: Iterable[Article]) -> Iterator[Article]:
    """Lock `articles`, then yield them as they are stored, without those deleted meanwhile.

    What the caller has loaded may be older than what is stored, and must not overwrite it.
    """
    keys = sorted(article.pk for article in articles)
    for batch in chunks(keys):
        list(Article.objects.locked(batch).values_list("pk"))
    for batch in chunks(keys, derived.BATCH):
        stored = Article.objects.filter(pk__in=batch).order_by("pk")
        yield from stored.defer("html", "text", "toc")


@retried_atomic
def create_stub(title: str, language: str, user: AbstractBaseUser | None) -> Article:
    """Create a draft that has nothing but a title."""
    language = names.language_tag(language)
    article = Article(title=title, slug=free_slug(title, language), language=language)
    save(article, user=user, comment=gettext_lazy("Created as a stub"))
    return article
