"""Errors of the database → one line for an administrator: file, problem, and what to do."""

from typing import Any

from django.db import DatabaseError, OperationalError, connection
from django.db.migrations.exceptions import MigrationSchemaMissing

LOCKED = "Another process is writing to the database. Try again when it is done."
ACCESS = "Run the command as the user of the site, who needs access to the file and its folder."
DAMAGED = "It is damaged, or not a database of SQLite: restore a backup into another file."
# By the beginning of the names of SQLite's result codes.
ADVICE = {
    "SQLITE_CANTOPEN": ACCESS,
    "SQLITE_READONLY": ACCESS,
    "SQLITE_PERM": ACCESS,
    "SQLITE_FULL": "Make room on its disk.",
    "SQLITE_IOERR": "Look whether its disk works, and is full.",
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": DAMAGED,
}


OWNER = "Make the role of DATABASE_URL the owner of the database."
# PostgreSQL's code for `insufficient_privilege`.
DENIED_CODE = "42501"
# What the driver of SQLite says, and the codes of PostgreSQL for `undefined_table` and
# `undefined_column`.
MISSING, MISSING_CODES = ("no such table", "no such column"), ("42P01", "42703")


def is_expected(error: DatabaseError) -> bool:
    """Whether an error may be one of the database: other ones are mistakes of the program."""
    is_temporary = type(error) in (DatabaseError, OperationalError, MigrationSchemaMissing)
    return is_temporary or _is_missing(error) or _is_denied(error)


def describe(error: DatabaseError) -> str:
    """Return what is wrong, as a sentence or more, with the file if it is that of SQLite, whose
    driver does not name it.

    It is the default database, or the attribute `file` of the error.
    """
    if isinstance(error, MigrationSchemaMissing) and isinstance(error.__context__, DatabaseError):
        return describe(error.__context__)
    if "database is locked" in str(error):
        return LOCKED
    if _is_missing(error):
        return f"{str(error).partition(chr(10))[0]}. Run “manage.py migrate”."
    if _is_denied(error):
        return f"{str(error).partition(chr(10))[0]}. {OWNER}"
    text = " ".join(str(error).split()).removesuffix(".") or type(error).__name__
    code = getattr(error.__cause__, "sqlite_errorname", "")
    for beginning, advice in ADVICE.items():
        if code.startswith(beginning):
            return f"{_file(error)}: {text}. {advice}"
    return f"{text}."


def _is_missing(error: DatabaseError) -> bool:
    """Whether a table or a column is missing, which `migrate` creates."""
    code = getattr(error.__cause__, "sqlstate", "")
    return str(error).startswith(MISSING) or code in MISSING_CODES


def _is_denied(error: DatabaseError) -> bool:
    return getattr(error.__cause__, "sqlstate", "") == DENIED_CODE


def _file(error: DatabaseError) -> Any:
    return getattr(error, "file", connection.settings_dict["NAME"])
