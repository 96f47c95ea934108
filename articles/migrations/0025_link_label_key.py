"""Store the key of the label of each link: a search by it finds what the link leads to."""

from typing import Any

from django.db import migrations, models
from django.db.models import Q

from articles.models.fields import KeyField
from articles.text import names

BATCH = 1000


def fill(apps: Any, schema_editor: Any) -> None:
    """Write the keys of the stored links, as `derived` writes those of new ones."""
    Link = apps.get_model("articles", "Link")
    changed = []
    for link in Link.objects.exclude(label="").only("key", "label").iterator():
        if len(link.label) <= names.NAME_LENGTH:
            key = names.fold(link.label)
            if key != link.key and len(key) <= names.KEY_LENGTH:
                link.label_key = key
                changed.append(link)
    Link.objects.bulk_update(changed, ["label_key"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("articles", "0024_fold_letters_of_keyboards")]

    operations = [
        migrations.AddField(
            "link",
            "label_key",
            KeyField(blank=True, default="", max_length=names.KEY_LENGTH),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            "link",
            models.Index(
                condition=Q(label_key__gt=""), fields=["label_key", "source"], name="link_label"
            ),
        ),
    ]
