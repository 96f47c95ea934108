"""What the last export or sync of a folder saw, and what the database has now."""

import hashlib
import os
from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from articles.models import SyncedFile, SyncedFolder
from articles.sql import chunks, fetch, placeholders

SQL = """SELECT article.id, article.slug, article.created, article.updated,
    (SELECT revision.id FROM articles_revision revision
     WHERE revision.article_id = article.id AND NOT revision.is_draft
     ORDER BY revision.number DESC LIMIT 1)
    FROM articles_article article {where} ORDER BY article.id"""
TAGGINGS_SQL = """SELECT content_object_id, tag_id FROM articles_tagging {where}
    ORDER BY content_object_id, tag_id"""
BATCH = 1000
UPDATED = (
    *("digest", "pending", "exported", "article_pk", "revision_pk", "stamp", "conflict"),
    *("base", "is_behind"),
)


class ArticleState(NamedTuple):
    """The slug and the newest live revision of an article, and a hash of all that a document
    tells: it changes if the document does, unless a tag is only renamed."""

    slug: str
    revision_pk: int | None
    stamp: str


def article_states(keys: Collection[int] | None = None) -> dict[int, ArticleState]:
    """Return the states of all articles, or of some, by primary key. Reads no text."""
    if keys is None:
        return _states("", "", [])
    states: dict[int, ArticleState] = {}
    for batch in chunks(sorted(keys)):
        values = placeholders(batch)
        condition = f"WHERE article.id IN ({values})", f"WHERE content_object_id IN ({values})"
        states |= _states(*condition, batch)
    return states


def _states(where: str, taggings_where: str, parameters: Sequence[Any]) -> dict[int, ArticleState]:
    tags: dict[int, list[int]] = {}
    for article, tag in fetch(TAGGINGS_SQL.format(where=taggings_where), parameters):
        tags.setdefault(article, []).append(tag)
    return {
        pk: ArticleState(slug, revision, _stamp(created, updated, revision, tags.get(pk, ())))
        for pk, slug, created, updated, revision in fetch(SQL.format(where=where), parameters)
    }


def _stamp(*values: Any) -> str:
    return hashlib.blake2b(repr(values).encode(), digest_size=16).hexdigest()


def content_digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def folder_row(folder: Path) -> SyncedFolder | None:
    """Return what is stored of a folder, or None for one that was never exported or synced."""
    return SyncedFolder.objects.filter(path=os.path.realpath(folder)).first()


def create_folder_row(folder: Path) -> SyncedFolder:
    row: SyncedFolder = SyncedFolder.objects.get_or_create(path=os.path.realpath(folder))[0]
    return row


def file_rows(folder: SyncedFolder | None) -> dict[str, SyncedFile]:
    """Return what is stored of each file, by name."""
    if not folder:
        return {}
    return {row.name: row for row in SyncedFile.objects.filter(folder=folder)}


def store_rows(folder: SyncedFolder, rows: Iterable[SyncedFile]) -> None:
    """Insert or update rows. Call inside atomic()."""
    iterator = iter(rows)
    # In parts, so that rows that are only made to be stored take no memory.
    while batch := list(islice(iterator, BATCH)):
        for row in batch:
            row.folder = folder
            row.pk = None
        SyncedFile.objects.bulk_create(
            batch,
            update_conflicts=True,
            unique_fields=["folder", "name"],
            update_fields=UPDATED,
        )


def delete_rows(folder: SyncedFolder, names: Iterable[str]) -> None:
    for batch in chunks(list(names)):
        SyncedFile.objects.filter(folder=folder, name__in=batch).delete()


def has_digest(row: SyncedFile | None, digest: str) -> bool:
    """Whether a file still has the content that the last export or sync saw."""
    return bool(row and digest and digest in (row.digest, row.pending))
