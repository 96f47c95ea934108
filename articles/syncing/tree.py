"""The files of a folder that a sync reads: their digests, and the documents of those that it
needs."""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from articles import files
from articles.files import FileEntry, FileError
from articles.models import SyncedFile
from articles.models.fields import BODY_BYTES
from articles.serializers.documents import DocumentText, ParsedDocument, parse_leniently
from articles.serializers.markdown import decode
from articles.serializers.sources import Fault, Faults
from articles.syncing.layout import (
    ARTICLES,
    MEDIA,
    TAGS,
    SyncError,
    conflict_file,
    is_document,
    relevant_problems,
)
from articles.syncing.state import content_digest
from articles.text import frontmatter, names

# Bytes of a document: the body, and front matter.
MAX_DOCUMENT = 4 * BODY_BYTES
# Bytes of documents that are parsed once and kept in memory until they are loaded: all of them, or
# none if they are more.
MAX_MEMORY = 40_000_000
SEVERAL_DOCUMENTS = "there are several documents. Put each into a file of its own."


class Head(NamedTuple):
    """What identifies the article of a document; `body` is a digest of its text."""

    location: str
    slug: str
    has_slug: bool
    key: str
    language: str
    former: tuple[str, ...]
    body: str


class Tree:
    """The files of a folder. Raises `SyncError` for those that can't be read."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(os.path.realpath(folder))
        self._files = files.Folder(self.folder)
        self._problems = relevant_problems(self._files)
        names_of_files = self._files.sizes
        if not (self.folder / ARTICLES).is_dir():
            raise SyncError(f"{folder} has no folder “articles”: export_articles makes one.")
        # SHA-256 of each document, of each media file, and of the file with the tags.
        self.documents = self._digests(filter(is_document, names_of_files))
        self.media = self._digests(name for name in names_of_files if name.startswith(MEDIA))
        self.tags = self._digests(name for name in [TAGS] if name in names_of_files).get(TAGS, "")
        self._parsed: dict[str, ParsedDocument] = {}
        self._memory = 0
        if self._problems:
            raise SyncError.listing("Nothing was synced. Correct these files:", self._problems)

    def _digests(self, of: Iterable[str]) -> dict[str, str]:
        digests = {}
        for name in of:
            entry = self.entry(name)
            try:
                if is_document(name):
                    digests[name] = content_digest(files.read(entry, MAX_DOCUMENT))
                else:
                    digests[name] = files.digest(entry.path)
            except OSError as error:
                self._problems.append(str(FileError(name, files.reason(error))))
            except FileError as error:
                self._problems.append(str(error))
        return digests

    def entry(self, name: str) -> FileEntry:
        return self._files.entry(name)

    def has_conflict(self, name: str) -> bool:
        return conflict_file(name) in self._files.sizes

    def is_unsettled(self, row: SyncedFile, stamp: str) -> bool:
        """Whether the file with both sides of a conflict is there, and the database, whose state
        is `stamp`, is as it was then."""
        return bool(
            row.conflict and row.conflict["stamp"] == stamp and self.has_conflict(row.name)
        )

    def read(self, name: str) -> bytes:
        """Return the content of a file, which has not changed since it was hashed."""
        content = files.read(self.entry(name), MAX_DOCUMENT)
        if content_digest(content) != self.documents.get(name, self.tags):
            raise FileError(name, "it has changed while it was read. Try again.")
        return content

    def text(self, name: str) -> str:
        """Return the text of a document without faults."""
        return self.read(name).decode()

    def heads(self, of: Iterable[str]) -> dict[str, Head]:
        """Parse documents. Raises `FixtureError` with the errors of all of them."""
        heads: dict[str, Head] = {}
        faults = Faults()
        for name in of:
            document = self.document(name)
            faults.add(document.faults)
            heads[name] = _head(document)
        faults.raise_all()
        return heads

    def document(self, name: str) -> ParsedDocument:
        """Parse a document, which may have faults. Raises `FileError`."""
        if name in self._parsed:
            return self._parsed[name]
        content = self.read(name)
        document = parse_document(name, content)
        self._memory += len(content)
        if self._memory <= MAX_MEMORY:
            self._parsed[name] = document
        else:
            self._parsed.clear()
        return document


def parse_document(name: str, content: bytes) -> ParsedDocument:
    """Parse the content of a file, which may have faults."""
    text, faults = decode(content, name, 1)
    text = text.removeprefix("\ufeff")
    text, separator, rest = text.replace("\r\n", "\n").partition(frontmatter.FORM_FEED)
    if separator and rest.strip():
        line = text.count("\n") + 1
        faults = (*faults, Fault(name, line, "body", SEVERAL_DOCUMENTS))
    document = parse_leniently(DocumentText(name, 1, text))
    return replace(document, faults=(*faults, *document.faults))


def _head(document: ParsedDocument) -> Head:
    article = document.article
    return Head(
        document.location,
        article.slug,
        "slug" not in document.omitted,
        names.fold(article.title),
        article.language,
        tuple(map(names.fold, article.former)),
        content_digest(article.body.encode()),
    )
