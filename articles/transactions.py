"""Transactions that wait for others, by locks of whole tables and a second attempt after a
deadlock; one that reads a snapshot and waits for none; and one that gives up instead of waiting.

All writers lock in one order, so that no two of them wait for each other: what is in the trash,
then articles, both by primary key, then their names, links, taggings and tags, and last the row of
the content version. A deadlock is still possible, for instance through unique names. PostgreSQL
ends it by rolling one transaction back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections, transaction
from django.db.models import Model

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

# PostgreSQL's error codes `serialization_failure` and `deadlock_detected`.
RETRIED_ERRORS = ("40001", "40P01")
# Versions before 14 don't have this setting.
LZ4 = """SELECT set_config(name, 'lz4', true) FROM pg_settings
    WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)"""
# Any number, but the same in all processes.
ONE_PROCESS = 480_611_297
# In KiB.
LARGE_CACHE = 48_000
# Rows of each index that SQLite reads for the statistics of its planner, as its documentation
# recommends.
ANALYSIS_LIMIT = 1000


def retry_once(run: Callable[[], Result]) -> Result:
    """Return the result of `run`, which is called again if it fails because of a deadlock.

    `run` begins and ends its own transaction. Within another one it is not called again, since
    that one was rolled back too.
    """
    try:
        return run()
    except OperationalError as error:
        code = getattr(error.__cause__, "sqlstate", "")
        if connection.in_atomic_block or code not in RETRIED_ERRORS:
            raise
    return run()


def retried_atomic(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Decorate a function to run in a transaction, and again in another one after a deadlock."""

    @wraps(function)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        return retry_once(partial(transaction.atomic(function), *args, **kwargs))

    return run


@contextmanager
def atomic_without_waiting(limit: int = 0) -> Iterator[None]:
    """Run a transaction that raises `OperationalError` where it would have to wait for a lock, or
    to wait longer than `limit` milliseconds."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            (timeout,) = cursor.execute("PRAGMA busy_timeout").fetchone()
            cursor.execute(f"PRAGMA busy_timeout = {limit:d}")
            try:
                with transaction.atomic():
                    yield
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {timeout}")
        else:
            with transaction.atomic():
                # 0 would mean that there is no limit.
                cursor.execute(f"SET LOCAL lock_timeout = {max(limit, 1):d}")
                yield


@contextmanager
def larger_cache() -> Iterator[None]:
    """Let SQLite keep more pages in memory, for a transaction that changes many: those that don't
    fit are written before it ends, and again when they change again."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        (size,) = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute(f"PRAGMA cache_size = -{LARGE_CACHE}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {size}")


def update_planner_statistics(using: str = DEFAULT_DB_ALIAS) -> None:
    """Update the statistics that SQLite plans queries by, also for those of this transaction, from
    at most `ANALYSIS_LIMIT` rows of each index. PostgreSQL updates them itself, after the
    transaction."""
    if connections[using].vendor == "sqlite":
        with connections[using].cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit={ANALYSIS_LIMIT}")
            cursor.execute("ANALYZE")


def update_statistics_of_transaction(*models: type[Model]) -> None:
    """Let PostgreSQL plan the queries of this transaction by the rows that it has written to the
    tables of `models`: otherwise it reads a whole table that was empty before. SQLite uses the
    indexes without statistics."""
    if connection.vendor == "postgresql":
        tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")


def compress_faster() -> None:
    """Let PostgreSQL compress the large values of this transaction by LZ4, if it was built with
    that: it takes a third of the time of the default. Does nothing on SQLite."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(LZ4)


def lock_tables(*models: type[Model]) -> None:
    """Let no other transaction write to the tables of `models` until this one ends.

    Reading goes on. SQLite has only one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")


@contextmanager
def one_process() -> Iterator[None]:
    """Wait until no other process is in this block, for what must not run twice at once, such as
    `migrate`. On SQLite there is one process.

    The lock belongs to a transaction of another connection, because PgBouncer gives each
    transaction of this one to another session.
    """
    if connection.vendor != "postgresql":
        yield
        return
    # It takes 10 MB in each process, and neither SQLite nor a worker process needs it.
    import psycopg

    with psycopg.connect(**connection.get_connection_params()) as lock:
        lock.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_PROCESS])
        yield


@contextmanager
def read_snapshot(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Let all queries inside read the same state of the database, without blocking writers.

    PostgreSQL does so at the isolation level REPEATABLE READ, SQLite in a transaction that begins
    deferred, without the write lock. Within another transaction, that one decides.
    """
    database = connections[using]
    if database.in_atomic_block:
        yield
        return
    with _deferred(database), transaction.atomic(using):
        if database.vendor == "postgresql":
            with database.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _deferred(database: Any) -> Iterator[None]:
    """Begin transactions deferred on SQLite, whatever ``transaction_mode`` the settings have."""
    database.ensure_connection()
    mode = getattr(database, "transaction_mode", None)
    database.transaction_mode = None
    try:
        yield
    finally:
        database.transaction_mode = mode
