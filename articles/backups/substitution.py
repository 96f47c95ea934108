"""A SQLite file as the default database, for a while: all code that uses the default connection
then works on this file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.utils import ConnectionHandler

# The alias of the connection that is the default one otherwise.
SOURCE = "source"
# The file is a copy: if the machine stops, it is made again.
INIT_COMMAND = "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA cache_size=-48000;"


def connect(path: Path) -> Any:
    """Return a connection of Django to a SQLite file."""
    settings: dict[str, Any] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {"init_command": INIT_COMMAND, "transaction_mode": "IMMEDIATE"},
    }
    return ConnectionHandler({DEFAULT_DB_ALIAS: settings})[DEFAULT_DB_ALIAS]


@contextmanager
def errors_of_copy(path: Path, codes: tuple[str, ...] = ("SQLITE_",)) -> Iterator[None]:
    """Let errors of SQLite whose codes begin so have the path as their attribute `file`."""
    try:
        yield
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlite_errorname", "").startswith(codes):
            error.file = path  # type: ignore[attr-defined]
        raise


@contextmanager
def default_database(path: Path) -> Iterator[None]:
    """Let the default database be the SQLite file at `path`, and `SOURCE` the actual one."""
    actual, copy = connections[DEFAULT_DB_ALIAS], connect(path)
    connections[SOURCE], connections[DEFAULT_DB_ALIAS] = actual, copy
    try:
        with errors_of_copy(path):
            yield
    finally:
        connections[DEFAULT_DB_ALIAS] = actual
        del connections[SOURCE]
        copy.close()


@contextmanager
def source_database(path: Path) -> Iterator[None]:
    """Let `SOURCE` be the alias of the SQLite file at `path`."""
    connections[SOURCE] = connect(path)
    try:
        with errors_of_copy(path):
            yield
    finally:
        connections[SOURCE].close()
        del connections[SOURCE]
