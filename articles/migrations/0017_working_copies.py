"""Store what users have typed into the form of an article and not saved yet."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0016_count_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkingCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("form_id", models.CharField(max_length=64)),
                ("base", models.PositiveIntegerField(default=0, verbose_name="revision")),
                ("fields", models.JSONField(verbose_name="fields")),
                (
                    "updated",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now, verbose_name="updated"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="articles.article",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "working copy",
                "verbose_name_plural": "working copies",
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "form_id"), name="working_copy_of_form_is_unique"
                    )
                ],
            },
        ),
    ]
