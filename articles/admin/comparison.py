"""Two revisions of an article side by side: changed fields, then the text by paragraph."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from articles.admin.base import BaseAdmin
from articles.admin.history import (
    article_revisions,
    page_context,
    revision_number,
    stored_article,
)
from articles.models import Article, Revision, Status
from articles.models.revision import complete
from articles.queries.revisions import next_revision, previous_revision
from articles.text import diff, names

# In the order in which they are compared.
COMPARED_FIELDS = (
    *("status", "publish_at", "expire_at", "tags", "title", "slug", "aliases", "former"),
    *("summary", "language", "translation_of", "author", "featured"),
)


class FieldChange(NamedTuple):
    """The values that a field lost, and those that it got, in words."""

    label: str
    removed: list[str]
    added: list[str]


def compare(model_admin: BaseAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the differences between the revisions `?old=` and `?new=`.

    By default these are the newest one and the one before `new`. The first revision is compared
    with an empty article.
    """
    article = stored_article(pk)
    revisions = article_revisions(request, pk)
    old, new = _selected(request, revisions)
    context = {
        **page_context(model_admin, request, article, _("Compare revisions")),
        "old": old,
        "new": new,
        "is_change": old == previous_revision(revisions, new),
        "older": old and previous_revision(revisions, old),
        "newer": next_revision(revisions, new),
        **differences(_state(old) if old else {}, _state(new)),
    }
    return TemplateResponse(request, "admin/articles/history/compare.html", context)


def _selected(
    request: HttpRequest, revisions: QuerySet[Revision]
) -> tuple[Revision | None, Revision]:
    numbers = sorted(filter(None, (revision_number(request, name) for name in ("old", "new"))))
    if numbers:
        new = get_object_or_404(revisions, number=numbers[-1])
    else:
        new = get_object_or_404(revisions.order_by("-number")[:1])
    if len(numbers) == 2:
        return get_object_or_404(revisions, number=numbers[0]), new
    return previous_revision(revisions, new), new


def _state(revision: Revision) -> dict[str, Any]:
    return {**complete(revision.fields), "body": revision.body}


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``differences.html`` shows of two states: snapshots with the body. `old` may be
    empty."""
    changes = (_field_change(name, old.get(name), new[name]) for name in COMPARED_FIELDS)
    paragraphs = [*map(_without_line_ends, diff.compare(old.get("body", ""), new["body"]))]
    return {
        "field_changes": [change for change in changes if change.removed or change.added],
        "sections": diff.fold(paragraphs),
        "text_has_changed": any(paragraph.kind != "equal" for paragraph in paragraphs),
        "text_language": new["language"],
        "text_direction": names.direction(new["language"]),
    }


def _without_line_ends(paragraph: diff.Paragraph) -> diff.Paragraph:
    """Return the paragraph without the white space after it, which is not displayed."""
    pieces = list(paragraph.pieces)
    while pieces and not pieces[-1].text.rstrip():
        pieces.pop()
    if pieces:
        pieces[-1] = replace(pieces[-1], text=pieces[-1].text.rstrip())
    is_equal = all(piece.kind == "equal" for piece in pieces)
    return diff.Paragraph("equal" if is_equal else paragraph.kind, tuple(pieces))


def _field_change(name: str, old: Any, new: Any) -> FieldChange:
    removed, added = _values(name, old), _values(name, new)
    return FieldChange(
        str(capfirst(Article._meta.get_field(name).verbose_name)),  # type: ignore[union-attr]
        [value for value in removed if value not in added],
        [value for value in added if value not in removed],
    )


def _values(name: str, value: Any) -> list[str]:
    """Return the value or values of a field in words; none if it is empty."""
    if not value:
        return []
    if isinstance(value, list):
        return value
    if name == "status":
        return [str(dict(Status.choices).get(value, value))]
    if name in ("publish_at", "expire_at"):
        return [_format(parse_datetime(value))]
    return [_("yes") if value is True else str(value)]


def _format(value: datetime | None) -> str:
    return date_format(timezone.localtime(value), "DATETIME_FORMAT") if value else ""
