"""Remember of each tag whether readers have seen its name and its slug."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain, pairwise
from typing import Any

from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime

import articles.models.fields
from articles.text import names


def mark_public_tags(apps: Any, schema_editor: Any) -> None:
    """Mark the tags of articles that are or were public, also by their revisions.

    Nothing tells the slug of that time. It redirected so far wherever the name did, so both are
    marked.
    """
    Tag, Tagging, Revision = (
        apps.get_model("articles", name) for name in ("Tag", "Tagging", "Revision")
    )
    due = Q(content_object__publish_at=None) | Q(content_object__publish_at__lte=timezone.now())
    public = Tagging.objects.filter(due, content_object__status="published")
    _mark(Tag.objects.filter(pk__in=public.values("tag")))
    unmarked = Tag.objects.filter(name_was_public=False)
    if unmarked.exists():
        keys = {key for tags in _public_tags(Revision) for key in map(names.fold, tags)}
        for pk, key in unmarked.values_list("pk", "key"):
            if key in keys:
                _mark(Tag.objects.filter(pk=pk))


def _mark(tags: Any) -> None:
    tags.update(name_was_public=True, slug_was_public=True)


def _public_tags(revision_model: Any) -> Iterator[list[str]]:
    """Yield the names of the tags in all revisions in whose time readers could see the article."""
    rows = revision_model.objects.order_by("article", "number").values_list(
        *("article", "created"),
        *(f"fields__{name}" for name in ("status", "publish_at", "expire_at", "tags")),
    )
    now = timezone.now()
    for (article, start, status, publish_at, expire_at, tags), following in pairwise(
        chain(rows.iterator(), [(None,)])
    ):
        end = following[1] if following[0] == article else now
        if status == "published" and _overlap(start, end, publish_at, expire_at):
            yield tags or []


def _overlap(
    start: datetime, end: datetime, publish_at: str | None, expire_at: str | None
) -> bool:
    """Whether an article with these dates could be seen at some time from `start` to `end`."""
    opens, closes = parse_datetime(publish_at or ""), parse_datetime(expire_at or "")
    return (opens is None or opens < end) and (closes is None or closes > start)


class Migration(migrations.Migration):
    dependencies = [("articles", "0011_revision_kinds_and_owners")]

    operations = [
        migrations.AddField(
            "tag", "name_was_public", models.BooleanField(default=False, editable=False)
        ),
        migrations.AddField(
            "tag", "slug_was_public", models.BooleanField(default=False, editable=False)
        ),
        migrations.AddField(
            "tag",
            "renamed",
            models.DateTimeField(
                blank=True,
                editable=False,
                null=True,
                validators=[articles.models.fields.validate_datetime],
            ),
        ),
        migrations.RunPython(mark_public_tags, migrations.RunPython.noop, elidable=True),
    ]
