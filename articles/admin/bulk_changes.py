"""What an action would change in each of the selected articles, and why it can't change others."""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import editing
from articles.admin.deletion import deletion_summaries
from articles.admin.status import status_label
from articles.form_fields import TagsField
from articles.models import Article, Draft, Status, Tag, Tagging
from articles.text import names
from articles.widgets import TagsInput


class BulkChange(NamedTuple):
    """What an action does to one article, or, in `refusal`, why it does nothing.

    `old` and `new` are states, or `old` are tags that it removes and `new` those that it adds.
    """

    article: Article
    state: str
    refusal: str = ""
    old: Sequence[str] = ()
    new: Sequence[str] = ()
    note: str = ""


class TagsForm(forms.Form):
    """The tags to add or to remove. With `must_exist`, new ones are refused."""

    tags = TagsField(
        label=gettext_lazy("Tags"),
        widget=TagsInput({"list": "tag_names"}),
        help_text=gettext_lazy("Separate tags with commas."),
    )

    def __init__(self, data: Any = None, *, must_exist: bool) -> None:
        super().__init__(data)
        self.must_exist = must_exist
        self.new: list[str] = []

    def clean_tags(self) -> list[str]:
        """Return the names that the tags have, or will have."""
        texts: list[str] = self.cleaned_data["tags"]
        if not texts:
            raise ValidationError(_("Enter at least one tag."), "required")
        tags = Tag.objects.resolve(texts)
        self.new = [text for text in texts if names.fold(text) not in tags]
        if self.must_exist and self.new:
            message = _("There is no tag “%(tag)s”.") % {"tag": self.new[0]}
            raise ValidationError(message, "unknown_tag")
        try:
            editing.check_tags(self.new)
        except ValidationError as error:
            raise ValidationError(error.messages, "invalid_tag") from error
        by_key = {key: tag.name for key, tag in tags.items()}
        return list(dict.fromkeys(by_key.get(names.fold(text), text) for text in texts))


# The functions below take the articles, and the tags that were entered, if any.
Plan = Callable[[Sequence[Article], Sequence[str]], list[BulkChange]]


def plan_publication(articles: Sequence[Article], _tags: Sequence[str]) -> list[BulkChange]:
    drafts = set(Draft.objects.filter(pk__in=articles).values_list("pk", flat=True))
    return [_publication(article, article.pk in drafts) for article in articles]


def _publication(article: Article, has_draft: bool) -> BulkChange:
    if article.status != Status.PUBLISHED:
        change = _status_change(article, Status.PUBLISHED)
        is_hidden = not _with_status(article, Status.PUBLISHED).is_public
        return change._replace(note=_("Its dates hide it from readers.") if is_hidden else "")
    if has_draft:
        return _refused(article, _("It is published already. To publish its draft, open it."))
    return _refused(article, _("It is published already."))


def plan_unpublishing(articles: Sequence[Article], _tags: Sequence[str]) -> list[BulkChange]:
    return [
        _status_change(article, Status.DRAFT)
        if article.status == Status.PUBLISHED
        else _refused(article, _("It is not published."))
        for article in articles
    ]


def plan_archiving(articles: Sequence[Article], _tags: Sequence[str]) -> list[BulkChange]:
    return [
        _status_change(article, Status.ARCHIVED)
        if article.status != Status.ARCHIVED
        else _refused(article, _("It is archived already."))
        for article in articles
    ]


def plan_added_tags(articles: Sequence[Article], tags: Sequence[str]) -> list[BulkChange]:
    changes = []
    for article, current in _with_tags(articles):
        added = [tag for tag in tags if tag not in current]
        refusal = "" if added or not tags else _("It has these tags already.")
        changes.append(_refused(article, refusal)._replace(new=added))
    return changes


def plan_removed_tags(articles: Sequence[Article], tags: Sequence[str]) -> list[BulkChange]:
    changes = []
    for article, current in _with_tags(articles):
        removed = [tag for tag in tags if tag in current]
        refusal = "" if removed or not tags else _("It has none of these tags.")
        changes.append(_refused(article, refusal)._replace(old=removed))
    return changes


def plan_deletion(articles: Sequence[Article], _tags: Sequence[str]) -> list[BulkChange]:
    summaries = deletion_summaries(articles)
    return [
        BulkChange(article, status_label(article), note=summary)
        for article, summary in zip(articles, summaries, strict=True)
    ]


def _with_tags(articles: Sequence[Article]) -> Iterator[tuple[Article, set[str]]]:
    tags = Tagging.objects.tags_by_article([article.pk for article in articles])
    for article in articles:
        yield article, {tag.name for tag in tags[article.pk]}


def _refused(article: Article, refusal: str) -> BulkChange:
    return BulkChange(article, status_label(article), refusal)


def _status_change(article: Article, status: Status) -> BulkChange:
    old, new = status_label(article), status_label(_with_status(article, status))
    return BulkChange(article, old, old=[old], new=[new])


def _with_status(article: Article, status: Status) -> Article:
    changed = copy(article)
    changed.status = status
    return changed
