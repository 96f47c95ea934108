"""Undoing what one action changed in many articles."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple
from uuid import UUID, uuid4

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from articles.editing.articles import Authorize, allow
from articles.editing.trash import RestoredArticle, restore_from_trash
from articles.editing.undoing import undo
from articles.models import Article, Revision, TrashedArticle
from articles.sql import chunks
from articles.transactions import retried_atomic


class Refusal(NamedTuple):
    """An article that the operation changed and that was not changed back, and why."""

    title: str
    reason: str


class UndoneOperation(NamedTuple):
    """The new revisions of articles, those that are back from the trash, and what was refused."""

    revisions: list[Revision]
    restored: list[RestoredArticle]
    refusals: list[Refusal]


@retried_atomic
def undo_operation(
    operation: UUID,
    user: AbstractBaseUser | None,
    *,
    authorize: Authorize = allow,
    authorize_restoring: Authorize = allow,
    create_tags: bool = True,
    viewable: QuerySet[Revision] | None = None,
    viewable_articles: QuerySet[Article] | None = None,
) -> UndoneOperation:
    """Undo all changes of an operation that can be undone: edits, and deletions if the articles
    are still in the trash. The undoing is one operation itself.

    `authorize` and `create_tags` are those of `undo`; `authorize_restoring` is called with the
    articles in the trash. Articles that the user may not change, and those that went to the trash
    meanwhile, are refused like conflicts. Revisions that are not `viewable` are left out, since a
    refusal tells a title, and sentences about restored articles name only `viewable_articles`.
    """
    rows = Revision.all_objects.all() if viewable is None else viewable
    rows = rows.filter(operation=operation)
    undone, undoing = UndoneOperation([], [], []), uuid4()
    edits, in_trash = _locked_edits(rows), _in_trash(rows, operation)
    reverse = partial(undo, authorize=authorize, create_tags=create_tags, operation=undoing)
    for revision in edits:
        with _refused(undone, revision.fields.get("title", "")):
            undone.revisions.append(reverse(revision, user))
    deleted = TrashedArticle.objects.filter(operation=operation, pk__in=rows.values("trashed"))
    restore = partial(restore_from_trash, operation=undoing, viewable=viewable_articles)
    for trashed in deleted.order_by("pk"):
        with _refused(undone, trashed.title):
            undone.restored.extend(restore([trashed], user, authorize_restoring))
    undone.refusals.extend(in_trash)
    return undone


def _locked_edits(rows: QuerySet[Revision]) -> list[Revision]:
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
