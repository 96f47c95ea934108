"""What the last export or sync of a folder saw."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0030_imported_documents"),
    ]

    operations = [
        migrations.CreateModel(
            name="SyncedFolder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.TextField(unique=True)),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SyncedFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField()),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("pending", models.CharField(blank=True, max_length=64)),
                ("exported", models.BooleanField(default=False)),
                ("article_pk", models.BigIntegerField(null=True)),
                ("revision_pk", models.BigIntegerField(null=True)),
                ("stamp", models.CharField(blank=True, max_length=64)),
                ("conflict", models.JSONField(null=True)),
                (
                    "folder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="articles.syncedfolder",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("folder", "name"), name="synced_file_is_unique"
                    )
                ],
            },
        ),
    ]
