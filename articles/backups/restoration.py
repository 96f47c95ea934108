"""Restoring a backup: checked and brought up to date in a copy, then the database in one
transaction, on either engine. Media files are added before it and replaced after it, so that a
restore that is killed leaves both as they were, apart from files that nothing refers to."""

import os
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from articles import rebuilding
from articles.backups import rows, site_settings, tables
from articles.backups.archives import Archive, open_archive
from articles.backups.database_copies import copy_pages
from articles.backups.errors import BackupError, ProgressFactory
from articles.backups.manifest import DATABASE, MEDIA, SETTINGS, Manifest, Member
from articles.backups.media import MediaRestore, refuse_public
from articles.backups.substitution import connect, source_database
from articles.backups.upgrade import check_and_upgrade
from articles.backups.work_folders import work_folder
from articles.files import printable, reason
from articles.transactions import lock_tables, one_process

NOT_EMPTY = (
    "The database is not empty. Restore into another one (DATABASE_URL=… manage.py restore), or"
    " use --replace to delete what it contains."
)
NO_LONGER_EMPTY = (
    "The database is not empty any more: another restore, or a user, has written to it meanwhile."
    " Nothing was changed."
)
# Members that expand to more than this are suspicious if they were a fraction of that.
MAX_RATIO, LARGE = 300, 100_000_000


@dataclass(frozen=True)
class RestoreSummary:
    """`stale` is the number of articles whose derived data was derived again, and `settings` are
    the names of the variables that had other values where the backup was made."""

    manifest: Manifest
    articles: int
    media: int
    stale: int
    settings: list[str] = field(default_factory=list)


def is_empty(database: Any = connection) -> bool:
    """Whether a database has no content and no users, and no tables of other programs with
    rows."""
    return not any(tables.count_rows(_tables_with_content(database), database).values())


def _tables_with_content(database: Any) -> list[str]:
    ignored = {*tables.INITIAL, *tables.LEFT_OUT}
    models = apps.get_models(include_auto_created=True)
    initial = {model._meta.db_table for model in models if model._meta.label_lower in ignored}
    return [
        table
        for table in database.introspection.table_names()
        if table not in initial and not table.startswith(tables.INTERNAL)
    ]


def _refuse_content(database: Any = connection) -> None:
    """Raise `BackupError` unless the database is still empty. Call it when nobody else can write:
    another restore, or a user, may have written since the first check."""
    if not is_empty(database):
        raise BackupError(NO_LONGER_EMPTY)


def restore(path: Path, progress: ProgressFactory, *, replace: bool = False) -> RestoreSummary:
    """Restore the backup `path` into the default database and the media folder.

    With `replace`, what the database contains is deleted, and media files of the same names are
    replaced. Raises `BackupError` if the backup is damaged or newer, or if the database is not
    empty; and `OSError` and `DatabaseError`. Then nothing is changed.
    """
    root = Path(settings.MEDIA_ROOT)
    refuse_public(path)
    with ExitStack() as stack:
        with progress(path.stat().st_size, "bytes") as report:
            archive = stack.enter_context(open_archive(path, report))
        tables.refuse_unknown(archive.manifest.migrations, "The backup has")
        if not (replace or is_empty()):
            raise BackupError(NOT_EMPTY)
        root.mkdir(parents=True, exist_ok=True)
        copies = stack.enter_context(work_folder(_writable(path.absolute().parent)))
        staged = stack.enter_context(work_folder(root))
        _refuse_bomb(archive.manifest, path, copies)
        return _Restore(archive, copies, staged, progress).run(root, replace)


def _writable(folder: Path) -> Path:
    """Return the folder of the backup, or the one for temporary files if it is read-only."""
    return folder if os.access(folder, os.W_OK) else Path(tempfile.gettempdir())


def _refuse_bomb(manifest: Manifest, path: Path, folder: Path) -> None:
    size, free = manifest.size, shutil.disk_usage(folder).free
    if size > max(LARGE, MAX_RATIO * path.stat().st_size):
        raise BackupError(f"The backup would take {size:,} bytes, which is suspicious.")
    if size > free:
        raise BackupError(f"The backup takes {size:,} bytes, and {folder} has {free:,} free.")


@dataclass(frozen=True)
class _Restore:
    archive: Archive
    copies: Path
    staged: Path
    progress: ProgressFactory

    def run(self, root: Path, replace: bool) -> RestoreSummary:
        manifest = self.archive.manifest
        media = MediaRestore(root, self.staged, manifest)
        if not replace:
            media.refuse_different()
        copy, names = self._extract(manifest, media)
        upgraded = check_and_upgrade(copy, manifest)
        try:
            if connection.vendor == "sqlite":
                media.add_missing()
                self._write_sqlite(copy, replace)
            else:
                self._write_postgresql(copy, upgraded.counts, media, replace)
        except BaseException:
            media.remove_added()
            raise
        _replace_media(media)
        articles = upgraded.counts.get("articles_article", 0)
        return RestoreSummary(manifest, articles, len(manifest.media), upgraded.stale, names)

    def _extract(self, manifest: Manifest, media: MediaRestore) -> tuple[Path, list[str]]:
        """Extract the database, and the media that are not there already. Return the path of the
        database, and the names of settings that differ."""
        members = {member.name: member for member in manifest.members}
        needed = [members[DATABASE], *filter(media.needs, manifest.media)]
        with self.progress(sum(member.size for member in needed), "bytes") as report:
            for member in needed:
                path = self._path(member)
                path.parent.mkdir(parents=True, exist_ok=True)
                self.archive.extract(member, path, report)
                if member.name != DATABASE:
                    path.chmod(0o644)
        if SETTINGS not in members:
            return self.copies / DATABASE, []
        self.archive.extract(members[SETTINGS], self.copies / SETTINGS, int)
        names = site_settings.differences((self.copies / SETTINGS).read_bytes())
        return self.copies / DATABASE, names

    def _path(self, member: Member) -> Path:
        if member.name.startswith(MEDIA):
            return self.staged / member.name.removeprefix(MEDIA)
        return self.copies / member.name

    def _write_sqlite(self, copy: Path, replace: bool) -> None:
        """Copy the file over the database: processes that have it open go on with the new one."""
        source, target, reader = connect(copy), connection, connection.copy()
        source.ensure_connection()
        target.ensure_connection()
        check = int if replace or not _has_wal(target) else partial(_refuse_content, reader)
        try:
            total = copy.stat().st_size // 4096
            with self.progress(total, "pages") as report:
                copy_pages(source.connection, target.connection, report, check)
        finally:
            source.close()
            reader.close()
            # Statements that were prepared for the former tables are not used again.
            target.close()

    def _write_postgresql(
        self, copy: Path, counts: dict[str, int], media: MediaRestore, replace: bool
    ) -> None:
        if tables.are_pending():
            if not is_empty():
                raise BackupError("The database is of another version. Run “manage.py migrate”.")
            with one_process():
                call_command("migrate", verbosity=0, interactive=False)
        stored, everything = tables.stored_models(apps), _all_models()
        with source_database(copy), transaction.atomic():
            if not replace:
                lock_tables(*everything)
                _refuse_content()
            rows.delete_rows([model._meta.db_table for model in everything])
            with self.progress(rows.count_source_rows(stored), "rows") as report:
                rows.copy_rows(stored, report)
            connection.check_constraints()
            _verify(counts)
            media.add_missing()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _has_wal(database: Any) -> bool:
    """Whether a SQLite database can be read while another connection writes. Not on each file
    system."""
    with database.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        return bool(cursor.fetchone() == ("wal",))


def _replace_media(media: MediaRestore) -> None:
    try:
        media.replace_different()
    except OSError as error:
        name = printable(str(error.filename2 or error.filename))
        raise BackupError(
            f"The database is restored, but not all media files: {name}: {reason(error)} Run the"
            " same command again."
        ) from error


def _all_models() -> list[Any]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]


def _verify(counts: dict[str, int]) -> None:
    """Raise `BackupError` unless the default database has these numbers of rows, and nothing is
    stale."""
    if tables.count_rows(counts) != counts:
        raise BackupError("The restored database has other rows than the backup.")
    if next(rebuilding.describe_stale(), None):
        raise BackupError("Derived data of the restored database is stale.")
