"""Undoing a change: its reversal in the present state of an article."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.editing.articles import Authorize, allow, save
from articles.editing.restoring import check_unique
from articles.editing.tags import tag_names
from articles.models import Article, Revision, RevisionKind, Tag
from articles.models.article import AUTHORED
from articles.models.revision import authored_values
from articles.text import names
from articles.text.merge import Conflict, merge, merge_sets, merge_values
from articles.transactions import retried_atomic

# Lists of independent values. Former names are no part of a change: `save` writes them.
SETS = ("aliases", "tags")
VALUES = tuple(name for name in AUTHORED if name not in (*SETS, "former", "body"))

State = Mapping[str, Any]


class UndoConflict(ValidationError):
    """A change can't be undone, and why."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="undo_conflict")


class NothingToUndo(UndoConflict):
    """The present state has nothing of a change."""

    def __init__(self) -> None:
        super().__init__(gettext("The article has nothing of this change any more."))


@retried_atomic
def undo(
    revision: Revision,
    user: AbstractBaseUser | None,
    *,
    authorize: Authorize = allow,
    create_tags: bool = True,
    operation: UUID | None = None,
) -> Revision:
    """Reverse in the present state of an article what `revision` changed, and nothing else.

    `authorize` is called with the stored article and with the one that would be saved. Raises
    `UndoConflict` if a later change has changed the same again, and the errors of `save`.
    """
    article = Article.objects.locked([revision.article_id]).get()
    tags = reverse_change(article, revision)
    authorize(article)
    check_unique(article)
    undone = save(
        article,
        tags,
        user,
        format_lazy(_("Undid revision {number}"), number=revision.number),
        authorize=authorize,
        create_tags=create_tags,
        kind=RevisionKind.UNDONE,
        operation=operation,
    )
    if undone is None:
        raise NothingToUndo
    return undone


def reverse_change(article: Article, revision: Revision) -> list[str]:
    """Take the change that `revision` made out of the values of `article`, which are those stored.

    Returns the tags without it. Saves nothing. Raises `UndoConflict` if that is not possible.
    """
    old, new = _state(_previous_state(revision)), _state(revision)
    present: State = {**article.authored(), "tags": tag_names(article)}
    # The order of `merge_sets` is that of its last argument.
    merged: dict[str, Any] = {
        name: merge_sets(new[name], old[name], present[name]) for name in SETS
    }
    merged |= {name: merge_values(new[name], present[name], old[name]) for name in VALUES}
    merged["body"] = _merge_texts(new["body"], present["body"], old["body"])
    _refuse_conflicts(merged)
    if all(present[name] == value for name, value in merged.items()):
        raise NothingToUndo
    tags: list[str] = merged.pop("tags")
    for name, value in merged.items():
        setattr(article, name, value)
    return tags


def _previous_state(revision: Revision) -> Revision:
    """Return the revision with the state that the article had before."""
    if revision.is_draft:
        raise UndoConflict(gettext("This is a change of a draft. Edit or discard the draft."))
    live = Revision.objects.filter(article=revision.article_id, is_draft=False)
    previous = live.filter(number__lt=revision.number).order_by("-number").first()
    if previous is None:
        raise UndoConflict(gettext("This revision began the article. Delete the article instead."))
    return previous


def _state(revision: Revision) -> dict[str, Any]:
    values = authored_values(revision.fields, revision.body)
    return {**values, "tags": present_names(revision.tag_names)}


def present_names(tags: list[str]) -> list[str]:
    """Return the names of tags as they are now: they may have been renamed or merged."""
    present = Tag.objects.resolve(tags)
    by_key = ((names.fold(tag), tag) for tag in tags)
    return [present[key].name if key in present else tag for key, tag in by_key]


def _merge_texts(base: str, mine: str, theirs: str) -> str | Conflict[str]:
    merged = merge(base, mine, theirs)
    return merged.resolve() if merged.is_clean else merged.conflicts[0]


def _refuse_conflicts(merged: State) -> None:
    conflicts = [name for name, value in merged.items() if isinstance(value, Conflict)]
    if conflicts:
        labels = [str(Article._meta.get_field(name).verbose_name) for name in conflicts]  # type: ignore[union-attr]
        message = gettext("What it changed has been changed again since then: %(fields)s.")
        raise UndoConflict(message % {"fields": gettext(", ").join(labels)})
