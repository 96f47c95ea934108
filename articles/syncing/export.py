"""The database → a folder: a document for each article, the tags, and the media in use.

Everything that differs is written to a hidden folder first, from one state of the database. Only
then the files take their places, one by one. So a full disk or an error changes no file, and a
file is the old or the new one at any moment.
"""

import os
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from django.db import transaction

from articles import files
from articles.files import FileEntry, FileError
from articles.models import Article, SyncedFile, Tagging
from articles.models.article import AUTHORED
from articles.serializers.documents import serialize
from articles.sql import chunks
from articles.syncing import state
from articles.syncing.layout import (
    ARTICLES,
    MEDIA,
    TAGS,
    SyncError,
    article_file,
    is_document,
    relevant_problems,
)
from articles.syncing.media import media_file, media_paths
from articles.syncing.tags import TagSet
from articles.transactions import read_snapshot

STAGING = f"{files.TEMPORARY}export"
BATCH = 500
COLUMNS = (*AUTHORED, "hidden_former", "created", "updated", "html")
EDITED = (
    "These files have changed since the last export or sync, or were never exported. Nothing was"
    " written. Run sync_articles first, or overwrite them with --force:"
)


class ExportOptions(NamedTuple):
    """`check` only compares. `prune` removes the files of deleted articles, as far as an export
    made them. `force` overwrites files that were edited in the folder."""

    check: bool = False
    prune: bool = False
    force: bool = False


@dataclass
class ExportReport:
    """The files that an export has written and removed, or would, and what it left as it is."""

    total: int = 0
    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    # Files that the database has nothing for, and that stay.
    extra: list[str] = field(default_factory=list)
    # Media that articles use, and that the media folder doesn't have.
    missing: list[str] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        return bool(self.created or self.changed or self.removed or self.extra)

    def lines(self) -> Iterator[str]:
        """Yield a line for each file that differs."""
        labels = {
            "created": self.created,
            "changed": self.changed,
            "removed": self.removed,
            "extra": self.extra,
        }
        for label, names in labels.items():
            for name in sorted(names):
                yield f"{label:8} {files.printable(name)}"


def export(
    folder: Path,
    options: ExportOptions,
    *,
    report: Callable[[int], object] = int,
    waiting: Callable[[], object] = bool,
) -> ExportReport:
    """Let `folder` have what the database has, and rewrite only files that differ.

    `report` is called with the number of articles that were read each time, `waiting` if another
    export or sync of the folder has to end first. Raises `SyncError` for what stands in the way;
    then nothing was written.
    """
    try:
        if not options.check:
            folder.mkdir(parents=True, exist_ok=True)
        with files.lock(folder, waiting):
            return Export(folder, options, report).run()
    except FileError as error:
        raise SyncError(str(error)) from error
    except OSError as error:
        path = error.filename2 or error.filename or folder  # Of a file to be moved, the target.
        raise SyncError(f"{files.printable(str(path))}: {files.reason(error)}") from error


class Export:
    """One export: the files that it has compared, and those to be written and removed."""

    def __init__(
        self, folder: Path, options: ExportOptions, report: Callable[[int], object]
    ) -> None:
        self._folder = Path(os.path.realpath(folder))
        self._options = options
        self._progress = report
        self._staging = self._folder / STAGING
        self._present: dict[str, FileEntry] = {}
        self._rows: dict[str, SyncedFile] = {}
        # The state of all files that the export has, those that are staged by number, and those
        # that are not to be overwritten.
        self._current: dict[str, SyncedFile] = {}
        # Of media, the names as documents have them.
        self._exact_names: dict[str, str] = {}
        self._staged: dict[str, Path] = {}
        self._removed: list[str] = []
        self._edited: list[str] = []
        self._report = ExportReport()

    def run(self) -> ExportReport:
        listing = files.walk(self._folder)
        if problems := relevant_problems(listing):
            raise SyncError.listing("Nothing was exported. Correct these files first:", problems)
        self._present = {entry.name: entry for entry in listing.files}
        self._remove_staging()
        try:
            with read_snapshot():
                self._rows = state.file_rows(state.folder_row(self._folder))
                self._compare()
            if self._options.check:
                return self._report
            if self._edited and not self._options.force:
                raise SyncError.listing(EDITED, sorted(self._edited))
            self._commit()
        finally:
            self._remove_staging()
        return self._report

    def _remove_staging(self) -> None:
        """Remove what this export, or one that was killed, has not put in place."""
        if not self._options.check:
            shutil.rmtree(self._staging, ignore_errors=True)

    def _compare(self) -> None:
        """Compare all files with the database, and stage what differs."""
        media: set[str] = set()
        states = state.article_states()
        for keys in chunks(list(states), BATCH):
            tags = Tagging.objects.tags_by_article(keys)
            for article in Article.objects.filter(pk__in=keys).only(*COLUMNS).order_by("pk"):
                media |= media_paths(article.html)
                document = serialize(article, [tag.name for tag in tags[article.pk]])
                item = states[article.pk]
                row = SyncedFile(article_pk=article.pk, stamp=item.stamp)
                row.revision_pk = item.revision_pk
                self._add(article_file(article.slug), document.encode(), row)
            self._progress(len(keys))
        self._report.total = len(states)
        text = TagSet.stored().as_file()
        stamp = state.content_digest(text.encode())
        self._add(TAGS, text.encode(), SyncedFile(stamp=stamp, base=text))
        for path in sorted(media):
            self._add_media(path)
        self._find_removed(set(states))

    def _add(self, name: str, content: bytes, row: SyncedFile) -> None:
        row.digest = state.content_digest(content)
        if self._differs(name, row, len(content)):
            files.write_if_changed(self._stage(name), content)

    def _add_media(self, path: str) -> None:
        name, source = unicodedata.normalize("NFC", f"{MEDIA}{path}"), media_file(path)
        if source is None:
            self._report.missing.append(name)
            return
        self._exact_names[name] = f"{MEDIA}{path}"
        digest = files.digest(source)
        row = SyncedFile(digest=digest, stamp=digest)
        if self._differs(name, row, source.stat().st_size):
            files.copy_if_changed(source, self._stage(name))

    def _differs(self, name: str, row: SyncedFile, size: int) -> bool:
        """Whether a file has to be written, whose new state is `row`."""
        row.name, row.exported = name, True
        self._current[name] = row
        entry = self._present.get(name)
        if entry is None:
            self._report.created.append(name)
            return not self._options.check
        digest = files.digest(entry.path)
        if entry.size == size and digest == row.digest:
            return False
        self._report.changed.append(name)
        if not state.has_digest(self._rows.get(name), digest):
            self._edited.append(name)
        return not self._options.check

    def _stage(self, name: str) -> Path:
        self._staging.mkdir(exist_ok=True)
        self._staged[name] = self._staging / str(len(self._staged))
        return self._staged[name]

    def _find_removed(self, articles: set[int]) -> None:
        """Remove the old files of articles with other slugs, and with `prune` those of deleted
        articles and of media that is not in use any more."""
        for name, entry in self._present.items():
            row = self._rows.get(name)
            if name in self._current or not (is_document(name) or (row and name != TAGS)):
                continue
            is_moved = bool(row and row.article_pk in articles)
            if row and (is_moved or (self._options.prune and row.exported)):
                self._remove(name, entry, row)
            else:
                self._report.extra.append(name)

    def _remove(self, name: str, entry: FileEntry, row: SyncedFile) -> None:
        self._report.removed.append(name)
        self._removed.append(name)
        if not state.has_digest(row, files.digest(entry.path)):
            self._edited.append(name)

    def _commit(self) -> None:
        """Put the staged files in place. What is stored before and after tells a later run which
        files are its own, wherever this one is killed."""
        folder = state.create_folder_row(self._folder)
        if self._staged:
            with transaction.atomic():
                state.store_rows(folder, map(self._pending, self._staged))
        for parent in {self._target(name).parent for name in (*self._staged, ARTICLES + "x")}:
            parent.mkdir(parents=True, exist_ok=True)
            self._refuse_link(parent)
        for name, path in self._staged.items():
            target = self._target(name)
            with suppress(FileNotFoundError):
                shutil.copymode(target, path, follow_symlinks=False)
            os.replace(path, target)
        current = {name.casefold(): self._target(name) for name in self._current}
        for name in self._removed:
            path, current_path = self._present[name].path, current.get(name.casefold())
            # On a file system that ignores case, it is the file that was just written.
            if not (current_path and path.exists() and current_path.samefile(path)):
                path.unlink(missing_ok=True)
        with transaction.atomic():
            state.store_rows(folder, filter(self._is_new, self._current.values()))
            gone = self._rows.keys() - self._current.keys() - set(self._report.extra)
            state.delete_rows(folder, gone)

    def _target(self, name: str) -> Path:
        """Return the path of a file, in the normalization that it has now; a link is replaced."""
        if entry := self._present.get(name):
            return self._folder / files.exact_name(entry, self._folder)
        return self._folder / self._exact_names.get(name, name)

    def _pending(self, name: str) -> SyncedFile:
        """Return the old state of a file that may soon have the new content, too."""
        current = self._current[name]
        if not (row := self._rows.get(name)):
            row = SyncedFile(name=name, article_pk=current.article_pk, stamp=current.stamp)
        row.pending = current.digest
        return row

    def _is_new(self, row: SyncedFile) -> bool:
        stored = self._rows.get(row.name)
        return stored is None or any(
            getattr(stored, column) != getattr(row, column) for column in state.UPDATED
        )

    def _refuse_link(self, parent: Path) -> None:
        if os.path.realpath(parent) != str(parent):
            name = str(parent.relative_to(self._folder))
            raise SyncError(f"{name}: it is a link. Replace it by a folder.")
