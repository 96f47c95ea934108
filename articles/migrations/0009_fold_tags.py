"""Fold the names of tags again: invisible characters and the dot of İ no longer count.

Without this, a tag could not be found by its own name. `manage.py rebuild` does the same for names
and links of articles, and merges tags that have one name now.
"""

from typing import Any

from django.db import migrations

from articles.text import names


def fold_tags(apps: Any, schema_editor: Any) -> None:
    """Write the new keys of tags and synonyms. One that is taken is left to `rebuild`."""
    models = [apps.get_model("articles", name) for name in ("Tag", "TagSynonym")]
    taken = {key for model in models for key in model.objects.values_list("key", flat=True)}
    for model in models:
        for pk, name in model.objects.order_by("pk").values_list("pk", "name"):
            key = names.fold(name)
            if key not in taken:
                taken.add(key)
                model.objects.filter(pk=pk).update(key=key)


def fold_failed_searches(apps: Any, schema_editor: Any) -> None:
    """Write the new texts of failed searches, and add up those that are one now."""
    searches = apps.get_model("articles", "FailedSearch").objects
    for row in searches.order_by("pk"):
        query = names.fold(row.query)
        if query == row.query:
            continue
        if query and (other := searches.filter(query=query).first()):
            other.count += row.count
            other.last_searched = max(other.last_searched, row.last_searched)
            other.save()
        elif query:
            searches.filter(pk=row.pk).update(query=query)
            continue
        row.delete()


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_hidden_names_and_public_version")]

    operations = [
        migrations.RunPython(fold_tags, migrations.RunPython.noop),
        migrations.RunPython(fold_failed_searches, migrations.RunPython.noop),
    ]
