"""Migrations when several processes may start at once, as the containers of a site do."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.management import call_command
from django.db import OperationalError, connection

# Any number, but the same in all processes.
LOCK = 480_611_297
INTERVAL = 0.5


def migrate_once(timeout: float, verbosity: int = 1) -> None:
    """Wait up to `timeout` seconds for the database, and migrate it, one process at a time.

    The other processes wait, and have nothing left to do then. Raises OperationalError if the
    database does not respond in time.
    """
    wait_for_database(timeout)
    with exclusive():
        call_command("migrate", interactive=False, verbosity=verbosity)


def wait_for_database(timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while True:
        try:
            connection.ensure_connection()
        except OperationalError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(INTERVAL)
        else:
            return


@contextmanager
def exclusive() -> Iterator[None]:
    """Hold a lock that all processes share. On SQLite there is one process.

    The lock belongs to a transaction of another connection, because PgBouncer gives each
    transaction of this one to another session.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with psycopg.connect(**connection.get_connection_params()) as lock:
        lock.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield
