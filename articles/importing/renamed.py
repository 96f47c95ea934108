"""Documents whose files were renamed or moved since the last import → their articles.

A file that is new is the one that is gone if both have the same text, or else the same title.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from django.utils.translation import gettext as _

from articles.importing.documents import Problem
from articles.importing.naming import Entry, text_digest
from articles.models import Article, ImportedDocument
from articles.sql import chunks
from articles.text import names

# Articles whose texts are read together.
BATCH = 250
T = TypeVar("T")


def follow_renamed(entries: list[Entry], records: dict[str, ImportedDocument]) -> None:
    """Let the records of renamed files have the new paths, in `records`, which is by path, and in
    the database. Call inside atomic()."""
    paths = {entry.path for entry in entries}
    lost = {
        record.article_id: record
        for record in records.values()
        if record.article_id is not None and record.path not in paths
    }
    new = [entry for entry in entries if entry.path not in records]
    if not lost or not new:
        return
    renamed = _renamed(new, lost)
    for entry, record in renamed:
        message = _("The file was “%(path)s” before: it is the same article.")
        problem = Problem(entry.path, 0, message % {"path": record.path})
        entry.problems += (problem,)
        records[entry.path] = records.pop(record.path)
        record.path = entry.path
    changed = [record for _entry, record in renamed]
    ImportedDocument.objects.bulk_update(changed, ["path"], batch_size=BATCH)


def _renamed(
    new: list[Entry], lost: Mapping[int, ImportedDocument]
) -> list[tuple[Entry, ImportedDocument]]:
    by_text = _unique(new, lambda entry: entry.text_digest)
    by_title = _unique(new, _title_key)
    same_text: dict[str, int] = {}
    same_title: dict[str, int] = {}
    for batch in chunks(sorted(lost), BATCH):
        rows = Article.objects.filter(pk__in=batch).only("title", "language", "body")
        for article in rows:
            if entry := by_text.get(text_digest(article.body)):
                same_text.setdefault(entry.path, article.pk)
            if entry := by_title.get((names.fold(article.title), article.language)):
                same_title.setdefault(entry.path, article.pk)
    taken = {*same_text.values()}
    others = {path: pk for path, pk in same_title.items() if pk not in taken}
    articles = {**others, **same_text}
    return [(entry, lost[articles[entry.path]]) for entry in new if entry.path in articles]


def _title_key(entry: Entry) -> tuple[str, str]:
    return entry.title_key, entry.language


def _unique(entries: Iterable[Entry], key: Callable[[Entry], T]) -> dict[T, Entry]:
    """Return the entries by a key that no other one has; an empty key is none."""
    by_key = {key(entry): entry for entry in entries}
    counts = Counter(map(key, entries))
    return {value: entry for value, entry in by_key.items() if value and counts[value] == 1}
