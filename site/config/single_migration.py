"""Migrations when several processes may start at once, as the containers of a site do."""

import time

from django.core.management import call_command
from django.db import OperationalError, connection

from articles.transactions import one_process

INTERVAL = 0.5


def migrate_once(timeout: float, verbosity: int = 1) -> None:
    """Wait up to `timeout` seconds for the database, and migrate it, one process at a time.

    The other processes wait, and have nothing left to do then. Raises OperationalError if the
    database does not respond in time.
    """
    wait_for_database(timeout)
    with one_process():
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
