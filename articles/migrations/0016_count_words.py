"""Count the words that the revisions of earlier versions have added and removed."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import migrations

from articles.text.diff import change_size

BATCH = 500


def count_words(apps: Any, _schema_editor: Any) -> None:
    Revision = apps.get_model("articles", "Revision")
    rows = (
        Revision.objects.exclude(article=None)
        .order_by("article", "number")
        .values_list("article", "pk", "is_draft", "body")
    )
    batch = []
    for _article, revisions in groupby(rows.iterator(BATCH), itemgetter(0)):
        for pk, (added, removed) in _sizes(revisions):
            batch.append(Revision(pk=pk, words_added=added, words_removed=removed))
        if len(batch) >= BATCH:
            Revision.objects.bulk_update(batch, ["words_added", "words_removed"], BATCH)
            batch = []
    Revision.objects.bulk_update(batch, ["words_added", "words_removed"], BATCH)


def _sizes(revisions: Any) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield the key and the size of each revision of one article. A draft follows the revision
    before it, any other one the last that was no draft."""
    live = newest = ""
    for _article, pk, is_draft, body in revisions:
        yield pk, change_size(newest if is_draft else live, body)
        newest = body
        live = live if is_draft else body


class Migration(migrations.Migration):
    dependencies = [("articles", "0015_recent_changes")]

    operations = [migrations.RunPython(count_words, migrations.RunPython.noop, elidable=True)]
