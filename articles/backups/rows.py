"""Rows copied from one database to another, of the same or of the other engine."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Model

from articles.backups.substitution import SOURCE
from articles.sql import insert_rows

# Rows that are in memory at once.
BATCH = 250


def count_source_rows(models: Iterable[type[Model]]) -> int:
    return sum(model._base_manager.using(SOURCE).count() for model in models)


def copy_rows(models: Sequence[type[Model]], report: Callable[[int], object]) -> None:
    """Insert the rows of the database `SOURCE` into the empty tables of the default database,
    which have the same columns. Primary keys stay, and the next ones follow them. Call inside
    atomic().

    Foreign keys are checked at the end of the transaction. Triggers write the search index.
    """
    for model in models:
        batches: Iterable[Iterable[list[Any]]] = _batches(model, report)
        if connection.vendor == "postgresql":
            # In one statement, so that the trigger counts the terms of the index once.
            batches = [chain.from_iterable(batches)]
        for rows in batches:
            insert_rows(model, [field.column for field in _fields(model)], rows)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(statement)


def delete_rows(tables: Sequence[str]) -> None:
    """Empty these tables of the default database. Call inside atomic()."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sql_flush(no_style(), tables):
            cursor.execute(statement)


def _fields(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def _batches(model: type[Model], report: Callable[[int], object]) -> Iterator[list[list[Any]]]:
    """Yield the rows in batches, as the driver of the default database takes them.

    By primary key instead of a cursor of the server, which not every pool of connections allows.
    """
    fields, key = _fields(model), model._meta.pk.attname
    names = [field.attname for field in fields]
    queryset = model._base_manager.using(SOURCE).order_by(key)
    page = queryset
    while rows := list(page.values_list(*names)[:BATCH]):
        yield [_prepared(fields, row) for row in rows]
        report(len(rows))
        page = queryset.filter(**{f"{key}__gt": rows[-1][names.index(key)]})


def _prepared(fields: list[Any], row: Sequence[Any]) -> list[Any]:
    pairs = zip(fields, row, strict=True)
    return [field.get_db_prep_save(value, connection) for field, value in pairs]
