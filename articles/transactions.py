"""Transactions that wait for others: locks of whole tables, and a second attempt after a deadlock.

All writers lock in one order, so that no two of them wait for each other: articles by primary key,
then their names, links and taggings, and last the row of the content version. A deadlock is still
possible, for instance through unique names. PostgreSQL ends it by rolling one transaction back.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction
from django.db.models import Model

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

# PostgreSQL's error codes `serialization_failure` and `deadlock_detected`.
RETRIED_ERRORS = ("40001", "40P01")


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


def lock_tables(*models: type[Model]) -> None:
    """Let no other transaction write to the tables of `models` until this one ends.

    Reading goes on. SQLite has only one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {tables} IN EXCLUSIVE MODE")
