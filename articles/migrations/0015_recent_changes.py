"""Index revisions for recent changes, and keep the token of a user's private feed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

INDEXED = {"revision_by_editor": "editor", "revision_by_kind": "kind"}


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0014_trash"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            "Profile",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
                (
                    "feed_token",
                    models.CharField(
                        blank=True,
                        editable=False,
                        max_length=43,
                        null=True,
                        unique=True,
                        verbose_name="token of the private feed",
                    ),
                ),
            ],
            options={
                "verbose_name": "profile",
                "verbose_name_plural": "profiles",
                "default_permissions": (),
            },
        ),
        migrations.RemoveIndex("revision", "revision_recent"),
        migrations.AddIndex(
            "revision",
            models.Index(fields=["-created", "-id", "operation"], name="revision_recent"),
        ),
        *(
            migrations.AddIndex(
                "revision", models.Index(fields=[field, "-created", "-id"], name=name)
            )
            for name, field in INDEXED.items()
        ),
    ]
