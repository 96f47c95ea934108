"""Record the kind and the operation of revisions, drafts, and who owns an article."""

import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery

BATCH = 1000


def fill(apps: Any, _schema_editor: Any) -> None:
    """Make every revision an operation of its own, and the first editor of an article its owner.

    Only loads have made revisions without an editor.
    """
    Article, Revision = (apps.get_model("articles", name) for name in ("Article", "Revision"))
    user_model = apps.get_model(settings.AUTH_USER_MODEL)
    keys = list(Revision.objects.values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        rows = [Revision(pk=pk, operation=uuid.uuid4()) for pk in keys[start : start + BATCH]]
        Revision.objects.bulk_update(rows, ["operation"])
    Revision.objects.filter(editor="").update(kind="loaded")
    Revision.objects.filter(~Q(editor=""), number=1).update(kind="created")
    first = Revision.objects.filter(article=OuterRef("pk"), number=1).exclude(editor="")
    editor = Subquery(first.values("editor")[:1])
    users = user_model.objects.filter(username=OuterRef("first_editor"))
    owned = Article.objects.annotate(first_editor=editor).exclude(first_editor=None)
    owned.update(owner=Subquery(users.values("pk")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0010_hidden_synonyms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "article",
            "owner",
            models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                serialize=False,
                to=settings.AUTH_USER_MODEL,
                verbose_name="owner",
            ),
        ),
        migrations.AddField(
            "revision",
            "is_draft",
            models.BooleanField(default=False, editable=False, verbose_name="draft"),
        ),
        migrations.AddField(
            "revision",
            "kind",
            models.CharField(
                choices=[
                    ("created", "created"),
                    ("edit", "edit"),
                    ("rename", "rename"),
                    ("status", "status"),
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
        migrations.AddField(
            "revision",
            "operation",
            models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="operation"),
        ),
        migrations.AddField(
            "revision", "words_added", models.PositiveIntegerField(default=0, editable=False)
        ),
        migrations.AddField(
            "revision", "words_removed", models.PositiveIntegerField(default=0, editable=False)
        ),
        migrations.AddIndex(
            "revision", models.Index(fields=["-created", "-id"], name="revision_recent")
        ),
        migrations.AddIndex(
            "revision", models.Index(fields=["operation"], name="revision_operation")
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
