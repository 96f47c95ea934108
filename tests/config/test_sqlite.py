"""SQLite files: their permissions, and files that cannot be written."""

import os
import sqlite3
import stat
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from articles.backups.substitution import connect
from config import sqlite
from config.environment import database

NOBODY = 65534


@contextmanager
def unprivileged():
    """Run as a user for whom permissions hold, because they don't for root."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.fixture
def file():
    """A SQLite file with a row, in a folder that others can read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a folder % ?" / "db.sqlite3"
        path.parent.mkdir()
        yield path
        path.parent.chmod(0o755)


def fill(path, journal_mode):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode={journal_mode}")
        connection.execute("CREATE TABLE t (a)")
        connection.execute("INSERT INTO t VALUES (1)")
        connection.commit()


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_readable_by_its_owner_only(file):
    umask = os.umask(0o022)
    with closing(sqlite3.connect(file, factory=sqlite.connect)) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.commit()
        files = list(file.parent.iterdir())
        assert len(files) == 3 and {mode(path) for path in files} == {0o600}
    os.umask(umask)


def test_the_permissions_of_an_existing_file_are_kept(file):
    fill(file, "wal")
    file.chmod(0o640)
    sqlite3.connect(file, factory=sqlite.connect).close()
    assert mode(file) == 0o640


@pytest.mark.parametrize("folder_mode", [0o777, 0o555])
@pytest.mark.parametrize("journal_mode", ["wal", "delete"])
def test_a_file_that_cannot_be_written_serves_readers(file, journal_mode, folder_mode):
    fill(file, journal_mode)
    file.chmod(0o444)
    file.parent.chmod(folder_mode)
    file.parent.parent.chmod(0o755)
    with unprivileged(), closing(sqlite3.connect(file, factory=sqlite.connect)) as connection:
        assert connection.execute("SELECT a FROM t").fetchall() == [(1,)]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("INSERT INTO t VALUES (2)")


def test_a_file_that_cannot_be_created_is_an_error(tmp_path):
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        sqlite3.connect(tmp_path / "none" / "db.sqlite3", factory=sqlite.connect)


def test_a_file_that_is_no_database_is_an_error(tmp_path):
    (tmp_path / "text").write_text("no database" * 100)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        sqlite3.connect(tmp_path / "text", factory=sqlite.connect)


def test_the_settings_use_these_connections(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/db.sqlite3")
    options = database("DATABASE_URL", "", tmp_path)["OPTIONS"]
    assert options["factory"] is sqlite.connect


def test_requests_wait_a_few_seconds_for_another_process_that_writes(monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/db.sqlite3")
    settings = database("DATABASE_URL", "", tmp_path)
    sqlite.limit_waiting(settings)
    assert settings["OPTIONS"]["timeout"] == sqlite.REQUEST_TIMEOUT <= 5


def test_a_connection_has_json_even_if_another_process_writes_when_it_is_opened(tmp_path):
    file = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("BEGIN IMMEDIATE")
        connection = connect(file)
        try:
            assert connection.features.supports_json_field
        finally:
            connection.close()


def test_the_log_of_a_large_transaction_does_not_stay_large(file, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", "sqlite:///db.sqlite3")
    settings = database("DATABASE_URL", "", tmp_path)
    with closing(sqlite3.connect(file, factory=sqlite.connect)) as connection:
        connection.executescript(settings["OPTIONS"]["init_command"])
        # In each process, this much of the file counts as its memory.
        assert connection.execute("PRAGMA mmap_size").fetchone()[0] <= 128 * 1024**2
        limit = connection.execute("PRAGMA journal_size_limit").fetchone()[0]
        connection.execute("CREATE TABLE t (a)")
        for _number in range(40):
            connection.execute("INSERT INTO t VALUES (zeroblob(?))", [limit // 20])
        connection.commit()
        log = file.with_name(f"{file.name}-wal")
        assert log.stat().st_size > limit
        for _number in range(2):
            connection.execute("PRAGMA wal_checkpoint")
            connection.execute("INSERT INTO t VALUES (1)")
            connection.commit()
        assert log.stat().st_size <= limit
