"""Undoing what one action changed in many articles."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple
from uuid import UUID, uuid4

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils.translation import gettext

from articles.editing.articles import Authorize, allow
from articles.editing.trash import RestoredArticle, delete, restore_from_trash
from articles.editing.undoing import UndoConflict, undo
from articles.models import Article, Revision, TrashedArticle
from articles.sql import chunks
from articles.transactions import retried_atomic


class Refusal(NamedTuple):
    """An article that the operation changed and that was not changed back, and why."""

    title: str
    reason: str


class UndoneOperation(NamedTuple):
    """The new revisions of articles, those that are back from the trash, those that the operation
    had created, which are in the trash now, and what was refused."""

    revisions: list[Revision]
    restored: list[RestoredArticle]
    trashed: list[TrashedArticle]
    refusals: list[Refusal]


@retried_atomic
def undo_operation(
    operation: UUID,
    user: AbstractBaseUser | None,
    *,
    authorize: Authorize = allow,
    authorize_restoring: Authorize = allow,
    authorize_deleting: Authorize = allow,
    create_tags: bool = True,
    viewable: QuerySet[Revision] | None = None,
    viewable_articles: QuerySet[Article] | None = None,
) -> UndoneOperation:
    """Undo all changes of an operation that can be undone: edits, deletions if the articles are
    still in the trash, and creations, whose articles go to the trash unless they have been changed
    since. The undoing is one operation itself.

    `authorize` and `create_tags` are those of `undo`; `authorize_restoring` is called with the
    articles in the trash, `authorize_deleting` with those that were created. Articles that the
    user may not change, and those that went to the trash meanwhile, are refused like conflicts.
    Revisions that are not `viewable` are left out, since a refusal tells a title, and sentences
    about restored articles name only `viewable_articles`.
    """
    rows = Revision.all_objects.all() if viewable is None else viewable
    rows = rows.filter(operation=operation)
    undone, undoing = UndoneOperation([], [], [], []), uuid4()
    changes, in_trash = _locked_changes(rows), _in_trash(rows, operation)
    created = _created(changes)
    # First, since the other articles may need the names of these.
    for revision in created.values():
        with _refused(undone, revision.fields.get("title", "")):
            article = _unchanged_since(revision)
            undone.trashed.extend(delete([article], user, authorize_deleting, operation=undoing))
    reverse = partial(undo, authorize=authorize, create_tags=create_tags, operation=undoing)
    for revision in changes:
        if revision.article_id in created:
            continue
        with _refused(undone, revision.fields.get("title", "")):
            undone.revisions.append(reverse(revision, user))
    deleted = TrashedArticle.objects.filter(operation=operation, pk__in=rows.values("trashed"))
    restore = partial(restore_from_trash, operation=undoing, viewable=viewable_articles)
    for trashed in deleted.order_by("pk"):
        with _refused(undone, trashed.title):
            undone.restored.extend(restore([trashed], user, authorize_restoring))
    undone.refusals.extend(in_trash)
    return undone


def _created(changes: list[Revision]) -> dict[int | None, Revision]:
    """Return by primary key the articles that begin with one of `changes`, each with the last."""
    articles = {revision.article_id for revision in changes}
    first: dict[int | None, int] = {}
    for batch in chunks(list(articles)):
        live = Revision.objects.filter(article__in=batch, is_draft=False).order_by()
        first |= dict(live.values_list("article").annotate(Min("number")))
    created = {
        revision.article_id
        for revision in changes
        if revision.number == first.get(revision.article_id)
    }
    # The changes of one article begin with the last.
    last = {revision.article_id: revision for revision in reversed(changes)}
    return {article: last[article] for article in sorted(created, key=lambda pk: pk or 0)}


def _unchanged_since(revision: Revision) -> Article:
    """Return the article of a revision if that is its newest. Raises UndoConflict otherwise."""
    newer = Revision.objects.filter(article=revision.article_id, number__gt=revision.number)
    if newer.exists():
        message = gettext("It has been changed since it was created. Delete the article instead.")
        raise UndoConflict(message)
    article: Article = Article.objects.get(pk=revision.article_id)
    return article


def _locked_changes(rows: QuerySet[Revision]) -> list[Revision]:
    """Return the revisions of articles that are not in the trash, and lock these articles. Of
    several changes of one article, the last comes first."""
    revisions = list(rows.filter(article__isnull=False).order_by("article", "-number"))
    for batch in chunks([revision.article_id for revision in revisions]):
        list(Article.objects.locked(batch).values_list("pk"))
    return revisions


def _in_trash(rows: QuerySet[Revision], operation: UUID) -> list[Refusal]:
    """Return refusals for those articles of `rows` that another operation moved to the trash."""
    trashed = TrashedArticle.objects.filter(pk__in=rows.values("trashed"))
    titles = trashed.exclude(operation=operation).order_by("pk").values_list("title", flat=True)
    return [Refusal(title, gettext("It is in the trash.")) for title in titles]


@contextmanager
def _refused(undone: UndoneOperation, title: str) -> Iterator[None]:
    """Roll back what happens inside if it raises a refusal, which is added to `undone`."""
    try:
        with transaction.atomic():
            yield
    except ValidationError as error:
        undone.refusals.append(Refusal(title, " ".join(error.messages)))
    except PermissionDenied:
        undone.refusals.append(Refusal(title, gettext("You may not change this article.")))
