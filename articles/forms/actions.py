"""What a user can do with the form of an article: its submit buttons, in place of a status field.

A button saves what the form shows and moves the article, or the draft of it, to a state.
"""

from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext as _

from articles.models import Article, Status


class FormAction(StrEnum):
    """The names of the buttons, as forms and scripts post them."""

    DRAFT = "_draft"
    SUBMIT = "_submit"
    RETURN = "_return"
    PUBLISH = "_publish"
    SCHEDULE = "_schedule"
    UNPUBLISH = "_unpublish"
    ARCHIVE = "_archive"


# What changes what readers see, now or later, or decides on a review.
PUBLISHING = frozenset(FormAction) - {FormAction.DRAFT, FormAction.SUBMIT}
# What saves the draft of a published article, and not the article itself.
DRAFT_ACTIONS = frozenset((FormAction.DRAFT, FormAction.SUBMIT, FormAction.RETURN))
BEFORE_PUBLICATION = (Status.DRAFT, Status.REVIEW)


class Button(NamedTuple):
    """A submit button with its name and its label."""

    name: FormAction
    label: str


def possible_actions(article: Article, newest: Status) -> Iterator[FormAction]:
    """Yield what an editor can do with an article, in the order of the buttons.

    `article` has the stored status, and `newest` is the status of its newest state, which is that
    of the draft of a published article.
    """
    yield FormAction.DRAFT
    if newest == Status.REVIEW:
        yield FormAction.RETURN
    elif newest != Status.ARCHIVED:
        yield FormAction.SUBMIT
    yield FormAction.PUBLISH
    yield FormAction.SCHEDULE
    if article.pk and article.status not in BEFORE_PUBLICATION:
        yield FormAction.UNPUBLISH
    if article.pk and article.status != Status.ARCHIVED:
        yield FormAction.ARCHIVE


def buttons(article: Article, newest: Status, *, can_publish: bool) -> list[Button]:
    """Return the buttons of the form for a user with or without the permission to publish."""
    return [
        Button(action, _label(action, article))
        for action in possible_actions(article, newest)
        if can_publish or action not in PUBLISHING
    ]


def _label(action: FormAction, article: Article) -> str:
    match action:
        case FormAction.DRAFT:
            keeps_status = article.status in (Status.REVIEW, Status.ARCHIVED)
            return _("Save") if keeps_status else _("Save draft")
        case FormAction.SUBMIT:
            return _("Submit for review")
        case FormAction.RETURN:
            return _("Send back")
        case FormAction.PUBLISH:
            return _publish_label(article)
        case FormAction.SCHEDULE:
            return _("Schedule")
        case FormAction.UNPUBLISH:
            is_archived = article.status == Status.ARCHIVED
            return _("Move to drafts") if is_archived else _("Unpublish")
        case FormAction.ARCHIVE:
            return _("Archive")


def _publish_label(article: Article) -> str:
    if article.is_due:
        return _("Publish changes")
    return _("Publish now") if article.status == Status.PUBLISHED else _("Publish")


def posted_actions(names: Collection[str]) -> list[FormAction]:
    """Return the actions among the names of posted values: one, unless a script made them up.

    Without any, as after a press of Enter without a button, or with those of Django's
    forms, the form is saved without being published.
    """
    return [action for action in FormAction if action in names] or [FormAction.DRAFT]


def refusal(action: FormAction, *, can_publish: bool) -> str:
    """Return why an action that is not among the buttons of the form is refused."""
    if action in PUBLISHING and not can_publish:
        return _("You don't have permission to publish articles. Submit it for review instead.")
    if action == FormAction.RETURN:
        return _("This article isn't waiting for review any more.")
    return _("This is not possible in the present state of the article.")
