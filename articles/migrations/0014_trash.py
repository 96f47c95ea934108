"""Keep deleted articles with their revisions until the trash is emptied."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import migrations, models
from django.db.models import Q

import articles.models.fields


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0013_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "TrashedArticle",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("article_pk", models.PositiveBigIntegerField(editable=False)),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("slug", models.CharField(max_length=120, verbose_name="slug")),
                ("language", models.CharField(max_length=35, verbose_name="language")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("review", "In review"),
                            ("published", "Published"),
                            ("archived", "Archived"),
                        ],
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created", models.DateTimeField(verbose_name="created")),
                ("updated", models.DateTimeField(verbose_name="updated")),
                ("hidden_former", models.JSONField(default=list)),
                ("draft", models.JSONField(encoder=DjangoJSONEncoder, null=True)),
                (
                    "deleted",
                    models.DateTimeField(
                        db_index=True,
                        default=django.utils.timezone.now,
                        verbose_name="deleted",
                    ),
                ),
                (
                    "editor",
                    models.CharField(blank=True, max_length=150, verbose_name="deleted by"),
                ),
                ("operation", models.UUIDField(db_index=True, default=uuid.uuid4)),
            ],
            {
                "verbose_name": "deleted article",
                "verbose_name_plural": "deleted articles",
                "ordering": ["-deleted", "-pk"],
                "permissions": [("empty_trash", "Can delete articles permanently")],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            "TrashedName",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", articles.models.fields.KeyField(max_length=255)),
                (
                    "trashed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="names",
                        to="articles.trashedarticle",
                    ),
                ),
            ],
            {
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=["key", "trashed"], name="trashed_name_is_unique"
                    )
                ],
            },
        ),
        migrations.AlterField(
            "revision",
            "article",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="revisions",
                to="articles.article",
            ),
        ),
        migrations.AddField(
            "revision",
            "trashed",
            models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                serialize=False,
                to="articles.trashedarticle",
            ),
        ),
        migrations.AddIndex(
            "revision",
            models.Index(
                fields=["trashed"], condition=Q(trashed__isnull=False), name="revision_trashed"
            ),
        ),
        migrations.AddConstraint(
            "revision",
            models.CheckConstraint(
                condition=Q(article=None, trashed__isnull=False)
                | Q(article__isnull=False, trashed=None),
                name="revision_has_article",
            ),
        ),
    ]
