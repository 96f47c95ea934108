"""Making a backup: copies of the database, then the media, in one archive."""

import io
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from django.apps import apps
from django.conf import settings
from django.db import connection

from articles import VERSION
from articles.backups import site_settings, tables
from articles.backups.archives import ArchiveWriter, errors_of, seal
from articles.backups.database_copies import copy_database
from articles.backups.errors import BackupError, ProgressFactory
from articles.backups.manifest import SETTINGS, Manifest
from articles.backups.media import describe, list_media, refuse_public
from articles.backups.substitution import default_database
from articles.backups.work_folders import work_folder
from articles.files import FileError, printable

ARTICLES = "articles_article"
EXISTS = "{path} exists. Use --force to replace it."


@dataclass(frozen=True)
class BackupSummary:
    """The sizes are in bytes, `sha256` is that of the file, and `skipped` are media files that
    could not be read."""

    articles: int
    media: int
    size: int
    sha256: str
    skipped: list[FileError]


def back_up(
    path: Path,
    progress: ProgressFactory,
    *,
    overwrite: bool = False,
    with_secrets: bool = False,
    skip_unreadable: bool = False,
) -> BackupSummary:
    """Write a backup of the site to the file `path`, which is complete or does not exist.

    Raises `BackupError` if the file exists and `overwrite` is false, if it is in the media folder,
    if the database is of another version, or if media files can't be read and `skip_unreadable`
    is false; and `OSError` and `DatabaseError`.
    """
    path = Path(os.path.abspath(path))
    refuse_public(path)
    _refuse_existing(path, overwrite)
    migrations = tables.applied_migrations()
    if not migrations:
        raise BackupError("The database is empty.")
    with work_folder(path.parent) as folder:
        return _Backup(folder, migrations, progress, with_secrets, skip_unreadable).write(
            path, overwrite
        )


def _is_linked(archive: Path, path: Path) -> bool:
    """Give a file a second name, unless that exists by now. Return whether the file system has
    links to files."""
    try:
        os.link(archive, path)
    except FileExistsError as error:
        raise BackupError(EXISTS.format(path=path)) from error
    except OSError:
        _refuse_existing(path, overwrite=False)
        return False
    return True


def _refuse_existing(path: Path, overwrite: bool) -> None:
    if path.is_dir():
        raise BackupError(f"{path} is a folder. Name a file.")
    if path.exists() and not path.is_file():
        raise BackupError(f"{path} is a device or the like. Name a file.")
    if path.exists() and not overwrite:
        raise BackupError(EXISTS.format(path=path))


@dataclass(frozen=True)
class _Backup:
    folder: Path
    migrations: list[tables.Migration]
    progress: ProgressFactory
    with_secrets: bool
    skip_unreadable: bool

    def write(self, path: Path, overwrite: bool) -> BackupSummary:
        copies = copy_database(self.folder, self.migrations, self.progress)
        # Listed after the database was copied: all that it refers to is there.
        media, problems = list_media(Path(settings.MEDIA_ROOT))
        if problems and not self.skip_unreadable:
            hint = "Correct this, or use --skip-unreadable."
            raise BackupError(f"{describe(problems)}\nMedia files can't be backed up. {hint}")
        counts = self._counts(next(iter(copies.values())))
        archive = self.folder / "backup.zip"
        descriptor = os.open(archive, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with errors_of(archive), open(descriptor, "w+b") as stream:
            sha256 = self._write(stream, [*copies.items(), *media], counts, problems)
        size = archive.stat().st_size
        _publish(archive, path, overwrite)
        skipped = problems
        return BackupSummary(counts.get(ARTICLES, 0), len(media), size, sha256, skipped)

    def _counts(self, copy: Path) -> dict[str, int]:
        with default_database(copy):
            stored = tables.stored_models(apps)
            return tables.count_rows(tables.existing(stored))

    def _write(
        self,
        stream: BinaryIO,
        files: list[tuple[str, Path]],
        counts: dict[str, int],
        problems: list[FileError],
    ) -> str:
        total = sum(path.stat().st_size for _name, path in files)
        with ArchiveWriter(stream) as writer, self.progress(total, "bytes") as report:
            for name, path in files:
                writer.add_file(name, path, report)
            variables = site_settings.site_settings(with_secrets=self.with_secrets)
            writer.add(SETTINGS, io.BytesIO(site_settings.as_env(variables)), int)
            writer.finish(self._manifest(writer, counts, problems))
        return seal(stream, int)

    def _manifest(
        self, writer: ArchiveWriter, counts: dict[str, int], problems: list[FileError]
    ) -> Manifest:
        return Manifest(
            diwan_version=VERSION,
            engine=f"{connection.vendor} {'.'.join(map(str, connection.get_database_version()))}",
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            has_secrets=self.with_secrets,
            migrations=self.migrations,
            counts=counts,
            skipped=[printable(problem.path) for problem in problems],
            members=writer.members,
        )


def _publish(archive: Path, path: Path, overwrite: bool) -> None:
    """Let the complete archive have its name, in one step, and store that on the disk."""
    if overwrite or not _is_linked(archive, path):
        os.replace(archive, path)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
