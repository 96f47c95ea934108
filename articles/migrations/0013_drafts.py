"""Create drafts of published articles, and tell submissions and refusals from other revisions."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

USER: dict[str, Any] = {
    "null": True,
    "on_delete": django.db.models.deletion.SET_NULL,
    "related_name": "+",
    "to": settings.AUTH_USER_MODEL,
}


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0012_public_names_of_tags"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            "revision",
            "kind",
            models.CharField(
                choices=[
                    ("created", "created"),
                    ("edit", "edit"),
                    ("rename", "rename"),
                    ("status", "status"),
                    ("submitted", "submitted for review"),
                    ("returned", "sent back"),
                    ("tags", "tags"),
                    ("bulk", "bulk"),
                    ("restored", "restored"),
                    ("undone", "undone"),
                    ("deleted", "deleted"),
                    ("loaded", "loaded"),
                ],
                default="edit",
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.CreateModel(
            "Draft",
            [
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="draft",
                        serialize=False,
                        to="articles.article",
                    ),
                ),
                ("base", models.PositiveIntegerField()),
                ("publish_at", models.DateTimeField(null=True, verbose_name="publish at")),
                ("failure", models.TextField(blank=True)),
                ("owner", models.ForeignKey(verbose_name="owner", **USER)),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="articles.revision",
                    ),
                ),
                ("scheduled_by", models.ForeignKey(**USER)),
            ],
            options={
                "verbose_name": "draft",
                "verbose_name_plural": "drafts",
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        fields=["publish_at"],
                        condition=models.Q(publish_at__isnull=False),
                        name="draft_due",
                    )
                ],
            },
        ),
    ]
