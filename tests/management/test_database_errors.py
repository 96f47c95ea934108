"""What a command says of an error of the database: the file, and what to do."""

import sqlite3

import pytest
from django.db import DatabaseError, OperationalError, ProgrammingError, connection
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.migrations.recorder import MigrationRecorder

from articles.backups.substitution import default_database, errors_of_copy
from articles.management.database_errors import describe, is_expected


def sqlite_error(text, code):
    """Return an error as Django raises it for one of SQLite's driver."""
    cause, error = sqlite3.OperationalError(text), OperationalError(text)
    cause.sqlite_errorname, error.__cause__ = code, cause
    return error


@pytest.mark.parametrize(
    ("text", "code", "advice"),
    [
        ("unable to open database file", "SQLITE_CANTOPEN", "as the user of the site"),
        ("attempt to write a readonly database", "SQLITE_READONLY_DIRECTORY", "as the user"),
        ("disk I/O error", "SQLITE_IOERR_WRITE", "whether its disk works"),
        ("database or disk is full", "SQLITE_FULL", "Make room"),
        ("database disk image is malformed", "SQLITE_CORRUPT", "restore a backup"),
        ("file is not a database", "SQLITE_NOTADB", "restore a backup"),
    ],
)
def test_errors_of_a_file_name_it_and_say_what_to_do(text, code, advice, tmp_path):
    error = sqlite_error(text, code)
    assert describe(error).startswith(f"{connection.settings_dict['NAME']}: {text}. ")
    assert advice in describe(error) and is_expected(error)
    with pytest.raises(OperationalError) as raised, errors_of_copy(tmp_path):
        raise error
    assert describe(raised.value).startswith(f"{tmp_path}: {text}. ")


@pytest.mark.django_db
def test_a_copy_that_is_no_database_is_named(tmp_path):
    file = tmp_path / "copy.sqlite3"
    file.write_text("no database" * 1000)
    with pytest.raises(DatabaseError) as raised, default_database(file):
        connection.ensure_connection()
    assert describe(raised.value).startswith(f"{file}: file is not a database.")


@pytest.mark.django_db
def test_a_missing_table_is_a_reason_to_migrate():
    with pytest.raises(DatabaseError) as raised, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM nowhere")
    assert is_expected(raised.value)
    assert describe(raised.value).endswith(". Run “manage.py migrate”.")
    assert "\n" not in describe(raised.value) and "nowhere" in describe(raised.value)


@pytest.mark.django_db
def test_a_missing_permission_names_the_owner():
    """As on PostgreSQL 15 and later, where only the owner of a database may create tables."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE reader")
        cursor.execute("SET ROLE reader")
    with pytest.raises(DatabaseError) as raised:
        MigrationRecorder(connection).record_applied("articles", "0001_initial")
    assert is_expected(raised.value)
    assert describe(raised.value).startswith("permission denied for ")
    assert "owner of the database" in describe(raised.value)


def test_the_reason_why_tables_cannot_be_created_is_told():
    error = MigrationSchemaMissing("Unable to create the django_migrations table")
    error.__context__ = sqlite_error("disk I/O error", "SQLITE_IOERR")
    assert is_expected(error)
    assert ": disk I/O error. " in describe(error)


def test_other_errors_are_one_sentence_and_mistakes_of_the_program_none():
    assert describe(OperationalError("database is locked")).startswith("Another process is")
    assert describe(OperationalError("connection\n  refused")) == "connection refused."
    assert not is_expected(ProgrammingError("syntax error"))
