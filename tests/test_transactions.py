"""Transactions that give up instead of waiting for a lock."""

import sqlite3
import time

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test.utils import CaptureQueriesContext

from articles.transactions import (
    LARGE_CACHE,
    atomic_without_waiting,
    compress_faster,
    larger_cache,
)
from config import environment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A database of SQLite in a file, which is Django's default one.

    The tests' own database is in memory, where SQLite never waits for a lock.
    """
    path = tmp_path / "db.sqlite3"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    settings = environment.database("DATABASE_URL", "", tmp_path)
    wrapper = DatabaseWrapper({**connection.settings_dict, **settings, "NAME": str(path)})
    original = connections["default"]
    connections["default"] = wrapper
    with wrapper.cursor() as cursor:
        cursor.execute("CREATE TABLE row (number INTEGER)")
    yield path
    wrapper.close()
    connections["default"] = original


def insert():
    with atomic_without_waiting(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO row VALUES (1)")


def busy_timeout():
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA busy_timeout").fetchone()[0]


def test_sqlite_does_not_wait_for_another_writer_and_waits_again_afterwards(file):
    waits = busy_timeout()
    assert waits >= 1000
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    start = time.monotonic()
    with pytest.raises(OperationalError, match="locked"):
        insert()
    assert time.monotonic() - start < waits / 1000
    assert busy_timeout() == waits
    other.execute("COMMIT")
    insert()
    assert other.execute("SELECT count(*) FROM row").fetchone() == (1,)
    assert busy_timeout() == waits
    other.close()


def test_the_cache_of_sqlite_is_larger_only_meanwhile(file):
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA cache_size").fetchone()
        with larger_cache():
            assert cursor.execute("PRAGMA cache_size").fetchone() == (-LARGE_CACHE,)
        assert cursor.execute("PRAGMA cache_size").fetchone() == before


def test_postgresql_compresses_large_values_of_a_transaction_by_lz4():
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        compress_faster()
        if connection.vendor == "sqlite":
            assert not queries.captured_queries
            return
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE t ON COMMIT DROP AS SELECT repeat('a', 100000)")
            cursor.execute("SELECT pg_column_compression(repeat) FROM t")
            assert cursor.fetchone() == ("lz4",)
