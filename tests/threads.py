"""Threads for tests, each with its own connection to the database."""

import threading
import time
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

ATTEMPTS = 1200


def patiently(write, *, after_deadlocks=False):
    """Call `write`, again while SQLite refuses to wait since its database is in memory.

    Transactions of several saves can also have deadlocks on PostgreSQL, single saves must not.
    """
    for _attempt in range(ATTEMPTS):
        try:
            return write()
        except OperationalError as error:
            if connection.vendor != "sqlite" and not (
                after_deadlocks and "deadlock" in str(error)
            ):
                raise
            time.sleep(0.05)
    raise AssertionError("The database stayed locked.")


@contextmanager
def during(write):
    """Run `write` in another thread, which has at least begun when the block is entered.

    Raises its error when the block ends.
    """
    errors = []

    def run():
        try:
            patiently(write)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(0.3)
    yield thread
    thread.join()
    for error in errors:
        raise error


@contextmanager
def locked(article):
    """Lock `article` in a transaction of another thread: on SQLite, as always, for all writers."""
    is_locked, is_released = threading.Event(), threading.Event()

    def lock():
        try:
            with transaction.atomic():
                type(article).objects.select_for_update().get(pk=article.pk)
                is_locked.set()
                is_released.wait(120)
        finally:
            connection.close()

    thread = threading.Thread(target=lock)
    thread.start()
    assert is_locked.wait(60)
    try:
        yield
    finally:
        is_released.set()
        thread.join()
