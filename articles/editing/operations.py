"""Undoing what one action changed in many articles."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True)
class UndoPermissions:
    """What the user who undoes an operation may do, by default everything.

    `authorize` and `create_tags` are those of `undo`; `authorize_restoring` is called with the
    articles in the trash, `authorize_deleting` with those that were created. Revisions that are
    not `viewable` are left out, since a refusal tells a title, and sentences about restored
    articles name only `viewable_articles`.
    """

    authorize: Authorize = allow
    authorize_restoring: Authorize = allow
    authorize_deleting: Authorize = allow
    create_tags: bool = True
    viewable: QuerySet[Revision] | None = None
    viewable_articles: QuerySet[Article] | None = None


EVERYTHING = UndoPermissions()


@retried_atomic
def undo_operation(
    operation: UUID, user: AbstractBaseUser | None, permissions: UndoPermissions = EVERYTHING
) -> UndoneOperation:
    """Undo all changes of an operation that can be undone: edits, deletions if the articles are
    still in the trash, and creations, whose articles go to the trash unless they have been changed
    since. The undoing is one operation itself.

    Articles that the user may not change, and those that went to the trash meanwhile, are refused
    like conflicts.
    """
    viewable = permissions.viewable
    rows = Revision.all_objects.all() if viewable is None else viewable
    rows = rows.filter(operation=operation)
    changes, in_trash = _locked_changes(rows), _in_trash(rows, operation)
    created = _created(changes)
    undoing = _Undoing(user, permissions)
    # First, since the other articles may need the names of these.
    undoing.delete_created(created.values())
    undoing.undo_edits(revision for revision in changes if revision.article_id not in created)
    deleted = TrashedArticle.objects.filter(operation=operation, pk__in=rows.values("trashed"))
    undoing.restore_deleted(deleted.order_by("pk"))
    undoing.undone.refusals.extend(in_trash)
    return undoing.undone


class _Undoing:
    """The operation that undoes another one. `undone` is what it has done so far."""

    def __init__(self, user: AbstractBaseUser | None, permissions: UndoPermissions) -> None:
        self.undone = UndoneOperation([], [], [], [])
        self._user = user
        self._permissions = permissions
        self._operation = uuid4()

    def delete_created(self, revisions: Iterable[Revision]) -> None:
        """Move the articles of `revisions` to the trash."""
        authorize = self._permissions.authorize_deleting
        for revision in revisions:
            with self._refused(revision.fields.get("title", "")):
                article = _unchanged_since(revision)
                trashed = delete([article], self._user, authorize, operation=self._operation)
                self.undone.trashed.extend(trashed)

    def undo_edits(self, revisions: Iterable[Revision]) -> None:
        permissions = self._permissions
        reverse = partial(
            undo,
            authorize=permissions.authorize,
            create_tags=permissions.create_tags,
            operation=self._operation,
        )
        for revision in revisions:
            with self._refused(revision.fields.get("title", "")):
                self.undone.revisions.append(reverse(revision, self._user))

    def restore_deleted(self, deleted: Iterable[TrashedArticle]) -> None:
        authorize = self._permissions.authorize_restoring
        viewable = self._permissions.viewable_articles
        restore = partial(restore_from_trash, operation=self._operation, viewable=viewable)
        for trashed in deleted:
            with self._refused(trashed.title):
                self.undone.restored.extend(restore([trashed], self._user, authorize))

    @contextmanager
    def _refused(self, title: str) -> Iterator[None]:
        """Roll back what happens inside if it raises a refusal, which is added to `undone`."""
        try:
            with transaction.atomic():
                yield
        except ValidationError as error:
            self.undone.refusals.append(Refusal(title, " ".join(error.messages)))
        except PermissionDenied:
            reason = gettext("You may not change this article.")
            self.undone.refusals.append(Refusal(title, reason))


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
