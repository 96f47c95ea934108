"""Rename models, columns and indexes to standard terms, and store each article's first image."""

import re
from html import unescape
from typing import Any

from django.db import migrations, models

import articles.models.fields

IMAGE = re.compile(r'<img src="([^"]*)" alt="([^"]*)"')


def rename_permissions(apps: Any, schema_editor: Any) -> None:
    """Django creates permissions for the new name of a model, but does not remove the old ones."""
    permissions = apps.get_model("auth", "Permission").objects
    permissions.filter(content_type__app_label="articles", codename__endswith="_miss").delete()


def store_first_images(apps: Any, schema_editor: Any) -> None:
    """Fill the new columns from the HTML that was stored before there were any."""
    articles = apps.get_model("articles", "Article").objects
    rows = articles.filter(html__contains="<img ").only("html")
    for article in rows.iterator(chunk_size=500):
        if found := IMAGE.search(article.html):
            articles.filter(pk=article.pk).update(
                image_url=unescape(found[1]), image_alt=unescape(found[2])
            )


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0006_content_changed"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RenameModel("Miss", "FailedSearch"),
        migrations.RenameField("failedsearch", "key", "query"),
        migrations.RenameField("failedsearch", "number", "count"),
        migrations.RenameField("failedsearch", "day", "last_searched"),
        migrations.AlterModelOptions(
            "failedsearch",
            options={
                "ordering": ["-count", "query"],
                "verbose_name": "search with no results",
                "verbose_name_plural": "searches with no results",
            },
        ),
        migrations.AlterField(
            "failedsearch",
            "query",
            articles.models.fields.KeyField(max_length=100, unique=True, verbose_name="query"),
        ),
        migrations.AlterField(
            "failedsearch",
            "count",
            models.PositiveIntegerField(default=1, verbose_name="count"),
        ),
        migrations.AlterField(
            "failedsearch", "last_searched", models.DateField(verbose_name="last searched")
        ),
        # Texts and choices only: these change no column.
        migrations.AlterField(
            "article",
            "slug",
            models.CharField(
                help_text="The last part of the URL. Former slugs redirect here.",
                max_length=120,
                unique=True,
                validators=[articles.models.fields.validate_slug],
                verbose_name="slug",
            ),
        ),
        migrations.AlterField(
            "article",
            "summary",
            models.TextField(
                blank=True,
                help_text="One or two sentences, shown under the title and in lists.",
                max_length=500,
                validators=[articles.models.fields.validate_no_control_characters],
                verbose_name="summary",
            ),
        ),
        migrations.AlterField(
            "article",
            "expire_at",
            models.DateTimeField(
                blank=True,
                help_text="Hidden from readers after that.",
                null=True,
                validators=[articles.models.fields.validate_datetime],
                verbose_name="expire at",
            ),
        ),
        migrations.AlterField(
            "name",
            "kind",
            models.CharField(
                choices=[
                    ("title", "title"),
                    ("slug", "slug"),
                    ("alias", "alias"),
                    ("former", "former name"),
                ],
                max_length=6,
            ),
        ),
        migrations.RenameField("article", "words", "word_count"),
        migrations.RenameIndex("article", "article_admin", old_name="article_desk"),
        migrations.RenameIndex(
            "article", "article_admin_language", old_name="article_desk_language"
        ),
        migrations.AddField(
            "article",
            "image_url",
            models.TextField(blank=True, default="", editable=False, serialize=False),
            preserve_default=False,
        ),
        migrations.AddField(
            "article",
            "image_alt",
            models.TextField(blank=True, default="", editable=False, serialize=False),
            preserve_default=False,
        ),
        migrations.AlterField(
            "article",
            "featured",
            models.BooleanField(
                default=False,
                help_text="Shown on the home page under “Featured articles”.",
                verbose_name="featured",
            ),
        ),
        migrations.RunPython(store_first_images, migrations.RunPython.noop),
        migrations.RunPython(rename_permissions, migrations.RunPython.noop),
    ]
