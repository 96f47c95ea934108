"""One state of the database → a SQLite file, whatever the engine, while editors go on saving."""

import os
import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import OperationalError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from articles.backups import rows, tables
from articles.backups.errors import BackupError, ProgressFactory
from articles.backups.manifest import DATABASE, NATIVE_DUMP
from articles.backups.substitution import connect, default_database, errors_of_copy
from articles.backups.tables import LEFT_OUT, Migration
from articles.transactions import read_snapshot

# Seconds that a copy waits for another process that writes.
LOCK_TIMEOUT = 20
# The codes of SQLite that a copy ends with if it can't be written.
WRITE_ERRORS = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC")
# As in "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)".
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
# Pages of 4 KiB between two reports.
PAGES = 2000


def copy_database(
    folder: Path, migrations: list[Migration], progress: ProgressFactory
) -> dict[str, Path]:
    """Write copies of the default database into `folder`. Return their paths by the names of the
    members: `DATABASE`, and on PostgreSQL `NATIVE_DUMP` if there is a `pg_dump`.

    All are of the same state. Sessions and the like are left out. Raises `BackupError`.
    """
    file = folder / DATABASE
    os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))
    with read_snapshot():
        if connection.vendor == "sqlite":
            _copy_sqlite(file, progress)
            return {DATABASE: file}
        dump = _dump_postgresql(folder / NATIVE_DUMP)
        _copy_rows(file, migrations, progress)
    return {DATABASE: file, **({NATIVE_DUMP: dump} if dump else {})}


def _copy_sqlite(file: Path, progress: ProgressFactory) -> None:
    """Use the online backup of SQLite. Within a transaction that has read, it doesn't start again
    when other connections write."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master")
        cursor.execute("PRAGMA page_count")
        (total,) = cursor.fetchone()
    target = connect(file)
    target.ensure_connection()
    try:
        with progress(total, "pages") as report, errors_of_copy(file, WRITE_ERRORS):
            copy_pages(connection.connection, target.connection, report)
        _delete_left_out(target)
    finally:
        target.close()


def copy_pages(
    source: Any, target: Any, report: Any, check: Callable[[], object] = lambda: None
) -> None:
    """Copy the database of one connection of SQLite's driver over that of another one, as one
    transaction of the other one. Its changes are undone if `check` raises an error, which is
    called when no one else can write any more."""
    remaining: int | None = None
    deadline = time.monotonic() + LOCK_TIMEOUT
    (count,) = source.execute("PRAGMA page_count").fetchone()

    def advance(status: int, left: int, total: int) -> None:
        nonlocal remaining, deadline
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            if time.monotonic() > deadline:  # Otherwise, the driver would try without end.
                raise OperationalError("database is locked")
            return
        if remaining is None:
            check()
        report((total if remaining is None else remaining) - left)
        remaining, deadline = left, time.monotonic() + LOCK_TIMEOUT

    with connection.wrap_database_errors:
        # In two steps at least: the first one locks the target, the last one commits.
        source.backup(target, pages=min(PAGES, count - 1), progress=advance, sleep=0.05)


def _delete_left_out(copy: Any) -> None:
    """Delete rows from a copy so that its file does not contain them any more."""
    copy.connection.execute("PRAGMA journal_mode=DELETE")
    copied = set(copy.introspection.table_names())
    with copy.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete=ON")
        for label in LEFT_OUT:
            table = apps.get_model(label)._meta.db_table
            if table in copied:
                cursor.execute(f"DELETE FROM {copy.ops.quote_name(table)}")


def _copy_rows(file: Path, migrations: list[Migration], progress: ProgressFactory) -> None:
    """Create a SQLite database with the same tables, and copy the rows of the snapshot into it."""
    models = tables.models_after(migrations)
    create_tables(file, migrations)
    with (
        default_database(file),
        progress(rows.count_source_rows(models), "rows") as report,
        transaction.atomic(),
    ):
        rows.delete_rows([model._meta.db_table for model in models])
        rows.copy_rows(models, report)


def create_tables(file: Path, migrations: list[Migration]) -> None:
    """Create the tables of a database that has these migrations in a SQLite file."""
    with default_database(file):
        MigrationExecutor(connection).migrate(tables.last_migrations(migrations))


def _dump_postgresql(file: Path) -> Path | None:
    """Let `pg_dump` dump the state that the transaction reads. Return None without a `pg_dump`, or
    with one that is older than the server, which it would refuse."""
    program = shutil.which("pg_dump")
    if program is None or _major_version(program) < connection.get_database_version()[0]:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
    left_out = [apps.get_model(label)._meta.db_table for label in LEFT_OUT]
    os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))
    completed = subprocess.run(
        [
            program,
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            *(f"--exclude-table-data={table}" for table in left_out),
            f"--file={file}",
        ],
        env={**os.environ, **connection_variables()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if completed.returncode:
        raise BackupError(f"pg_dump failed: {' '.join(completed.stderr.split())}")
    return file


def _major_version(program: str) -> int:
    """Return the major version of a program of PostgreSQL, or 0."""
    output = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    number = VERSION.search(output)
    return int(number[1]) if number else 0


def connection_variables() -> dict[str, str]:
    """Return the environment variables of libpq for the server of the default database."""
    connection.ensure_connection()
    info = connection.connection.info
    return {
        "PGHOST": info.host,
        "PGPORT": str(info.port),
        "PGUSER": info.user,
        "PGPASSWORD": info.password,
        "PGDATABASE": info.dbname,
    }
