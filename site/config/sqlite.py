"""Connections to SQLite: private new files, write-ahead logging, and files that are read-only."""

import os
import sqlite3
from pathlib import Path
from typing import Any

# Seconds that a request waits for another process that writes, such as a load. Management commands
# wait longer.
REQUEST_TIMEOUT = 5


def limit_waiting(database: dict[str, Any]) -> None:
    """Limit how long requests wait for `database`, an entry of the setting ``DATABASES``.

    Call it before the first connection. A form that can't be saved is shown again with its text.
    """
    database["OPTIONS"]["timeout"] = REQUEST_TIMEOUT


def connect(database: str | Path, **options: Any) -> sqlite3.Connection:
    """Connect to a file, as the `factory` of `sqlite3.connect`.

    A file that cannot be written still serves readers. If its folder cannot be written either,
    SQLite cannot create the files that write-ahead logging shares between processes. Then nothing
    changes the file, and it is opened as immutable.
    """
    options["factory"] = sqlite3.Connection
    create_private(str(database))
    connection: sqlite3.Connection = sqlite3.connect(database, **options)
    if not is_readable(connection):
        connection.close()
        uri = f"{Path(database).absolute().as_uri()}?immutable=1"
        connection = sqlite3.connect(uri, **{**options, "uri": True})
    return connection


def is_readable(connection: sqlite3.Connection) -> bool:
    """Turn write-ahead logging on, if the file can be written; return whether it can be read."""
    can_write = execute(connection, "PRAGMA journal_mode=WAL")
    return can_write or execute(connection, "PRAGMA schema_version")


def execute(connection: sqlite3.Connection, statement: str) -> bool:
    """Return whether a statement is possible with the permissions of the file and its folder."""
    try:
        connection.execute(statement)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")):
            return False
        connection.close()
        raise
    return True


def create_private(database: str) -> None:
    """Create a file that does not exist for its owner only, because it contains drafts and
    password hashes. SQLite gives its other files the same permissions."""
    if database.startswith("file:"):
        return
    try:
        os.close(os.open(database, os.O_CREAT | os.O_EXCL, 0o600))
    except OSError:
        # It exists, or SQLite will say why it cannot be created.
        return
