"""Tell names that readers have never seen, and the version of public content, from the others."""

from typing import Any

from django.db import migrations, models
from django.utils import timezone
from django.utils.dateparse import parse_datetime

import articles.models.fields
from articles.text import names

CHOICES = [
    ("title", "title"),
    ("slug", "slug"),
    ("alias", "alias"),
    ("former", "former name"),
    ("hidden", "former name"),
]


def hide_names(apps: Any, schema_editor: Any) -> None:
    """Hide the former names of articles that have never been public.

    Names that an author has entered are kept public. So are those of other articles: readers have
    had them as suggestions and redirects, and ids in feeds are made from them.
    """
    articles = apps.get_model("articles", "Article").objects
    revisions = apps.get_model("articles", "Revision").objects
    stored_names = apps.get_model("articles", "Name").objects
    now = timezone.now()
    unpublished = articles.exclude(former=[]).exclude(status="published")
    scheduled = articles.exclude(former=[]).filter(status="published", publish_at__gt=now)
    for article in (unpublished | scheduled).only("former"):
        rows = revisions.filter(article=article.pk).order_by("number")
        states = list(rows.values_list("created", "fields"))
        if any(_may_have_been_public(fields, now) for _created, fields in states):
            continue
        given_up = {
            names.fold(fields.get(name, "")) for _, fields in states for name in ("title", "slug")
        }
        hidden = [name for name in article.former if names.fold(name) in given_up]
        articles.filter(pk=article.pk).update(hidden_former=hidden)
        former = stored_names.filter(article=article.pk, kind="former")
        former.filter(key__in=[names.fold(name) for name in hidden]).update(kind="hidden")


def _may_have_been_public(fields: dict[str, Any], now: Any) -> bool:
    publish_at = parse_datetime(fields.get("publish_at") or "")
    return fields.get("status") == "published" and (publish_at is None or publish_at <= now)


def show_names(apps: Any, schema_editor: Any) -> None:
    apps.get_model("articles", "Name").objects.filter(kind="hidden").update(kind="former")


class Migration(migrations.Migration):
    dependencies = [("articles", "0007_rename_to_standard_terms")]

    operations = [
        migrations.AddField(
            "article",
            "hidden_former",
            models.JSONField(
                blank=True,
                default=list,
                editable=False,
                validators=[articles.models.fields.validate_names],
            ),
        ),
        migrations.AddField(
            "contentversion", "public_number", models.PositiveBigIntegerField(default=0)
        ),
        migrations.AlterField("name", "kind", models.CharField(choices=CHOICES, max_length=6)),
        migrations.RemoveConstraint("name", "name_kind_is_known"),
        migrations.RunPython(migrations.RunPython.noop, show_names),
        migrations.AddConstraint(
            "name",
            models.CheckConstraint(
                condition=models.Q(("kind__in", ["title", "slug", "alias", "former", "hidden"])),
                name="name_kind_is_known",
            ),
        ),
        migrations.RunPython(hide_names, migrations.RunPython.noop),
    ]
