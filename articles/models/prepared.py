"""Queries that every page asks: written as querysets, compiled once, then only filled in.

Django takes ten times as long to put such a query into SQL as the database takes to answer it.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

Value = int | str | list[str]

# Stands for the present moment in a query that is being compiled.
AT = datetime(1, 1, 1, tzinfo=UTC)


class Prepared:
    """A query of one kind.

    `build` is called with a mark in place of each value, a list of marks for a list, and `at`
    for the present moment. It may not look at the marks; what decides on the form of the query
    it is given as `shape`.

    >>> named = Prepared(lambda slug, at: Article.objects.public(at).filter(slug=slug))
    >>> named.objects("peace")
    """

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self._build = build
        self._compiled: dict[Hashable, tuple[QuerySet[Any], str, Sequence[Any]]] = {}

    def rows(self, *values: Value, **shape: Hashable) -> list[tuple[Any, ...]]:
        """The rows as the database gives them: without dates and JSON, which it does not know."""
        _query, sql, parameters = self._filled(values, shape)
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows

    def objects(self, *values: Value, **shape: Hashable) -> list[Any]:
        query, sql, parameters = self._filled(values, shape)
        return list(query.model._default_manager.raw(sql, parameters))

    def _filled(
        self, values: tuple[Value, ...], shape: dict[str, Hashable]
    ) -> tuple[QuerySet[Any], str, list[Any]]:
        lengths = tuple(len(value) if isinstance(value, list) else None for value in values)
        key = (connection.vendor, lengths, *shape.items())
        if key not in self._compiled:
            query = self._build(*_marks(values), at=AT, **shape)
            self._compiled[key] = (query, *query.query.sql_with_params())
        query, sql, parameters = self._compiled[key]
        return query, sql, filled(parameters, values)


def _marks(values: Iterable[Value]) -> list[Value]:
    """Values of the same types that stand in no other place of any query.

    Texts are made so that `names.fold` leaves them as they are.
    """
    marks: list[Value] = []
    for number, value in enumerate(values):
        match value:
            case int():
                marks.append(-(10**12) - number)
            case str():
                marks.append(f"mark {number}")
            case list():
                marks.append([f"mark {number} {place}" for place in range(len(value))])
    return marks


def filled(parameters: Iterable[Any], values: Sequence[Value] = ()) -> list[Any]:
    """The parameters of a compiled query with `values` and the present moment for their marks."""
    moment = connection.ops.adapt_datetimefield_value
    known: dict[Any, Any] = {moment(AT): moment(timezone.now())}
    for mark, value in zip(_marks(values), values, strict=True):
        if isinstance(mark, list) and isinstance(value, list):
            known |= dict(zip(mark, value, strict=True))
        else:
            known[mark] = value
    return [known.get(parameter, parameter) for parameter in parameters]
