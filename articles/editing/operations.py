"""Undoing what one action changed in many articles."""

from typing import NamedTuple
from uuid import UUID, uuid4

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext

from articles.editing.articles import Authorize, allow
from articles.editing.undoing import undo
from articles.models import Article, Revision
from articles.sql import chunks
from articles.transactions import retried_atomic


class Refusal(NamedTuple):
    """A revision that was not undone, and why."""

    revision: Revision
    reason: str


class UndoneOperation(NamedTuple):
    """The new revisions, and the revisions that could not be undone."""

    revisions: list[Revision]
    refusals: list[Refusal]


@retried_atomic
def undo_operation(
    operation: UUID,
    user: AbstractBaseUser | None,
    *,
    authorize: Authorize = allow,
    create_tags: bool = True,
) -> UndoneOperation:
    """Undo all revisions of an operation that can be undone. The undoing is one operation itself.

    `authorize` and `create_tags` are those of `undo`; articles that the user may not change are
    refused like conflicts.
    """
    # Of several changes of one article, the last comes first.
    revisions = list(Revision.objects.filter(operation=operation).order_by("article", "-number"))
    for batch in chunks([revision.article_id for revision in revisions]):
        list(Article.objects.locked(batch).values_list("pk"))
    undone, undoing = UndoneOperation([], []), uuid4()
    for revision in revisions:
        try:
            with transaction.atomic():
                undone.revisions.append(
                    undo(
                        revision,
                        user,
                        authorize=authorize,
                        create_tags=create_tags,
                        operation=undoing,
                    )
                )
        except ValidationError as error:
            undone.refusals.append(Refusal(revision, " ".join(error.messages)))
        except PermissionDenied:
            reason = gettext("You may not change this article.")
            undone.refusals.append(Refusal(revision, reason))
    return undone
