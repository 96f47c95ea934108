"""Queries that every page asks: written as querysets, compiled once, then only filled in.

Django takes ten times as long to put such a query into SQL as the database takes to answer it.
What is written in SQL is asked with `fetch`.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

Value = int | str | list[str]

PLACEHOLDER = re.compile("(?<!%)%s")
# With more placeholders than these, SQLite takes longer over their names than Django over the
# text.
NAMED = 40

# Stands for the present moment in a query that is being compiled.
AT = datetime(1, 1, 1, tzinfo=UTC)


class Parameters:
    """The parameters of a compiled query, where marks and `AT` are places to be filled."""

    def __init__(self, compiled: Iterable[Any], marks: Iterable[Value] = ()) -> None:
        self._compiled = list(compiled)
        places = {mark: place for place, mark in enumerate(_flat(AT, marks))}
        positions = enumerate(self._compiled)
        self._places = [(at, places[value]) for at, value in positions if value in places]

    def filled(self, values: Iterable[Value] = ()) -> list[Any]:
        """With `values` for the marks, and the present moment."""
        filled, flat = self._compiled.copy(), _flat(timezone.now(), values)
        for position, place in self._places:
            filled[position] = flat[place]
        return filled


class Compiled(NamedTuple):
    """A query in SQL, and what its rows are made into."""

    sql: str
    parameters: Parameters
    compiler: SQLCompiler
    converters: dict[int, Any]
    model: type[Model]
    columns: list[str]
    annotations: list[str]


class CompiledQuery:
    """A query of one kind.

    `build` is called with a mark in place of each value, a list of marks for a list, and `at`
    for the present moment. It may not look at the marks; what decides on the form of the query
    it is given as `shape`.

    >>> named = Prepared(lambda slug, at: Article.objects.public(at).filter(slug=slug))
    >>> named.objects("peace")
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._compiled: dict[Hashable, Compiled] = {}

    def rows(self, *values: Value, **shape: Hashable) -> list[Any]:
        """The rows, for a query of values."""
        return self._fetch(self._compile(values, shape), values)

    def objects(self, *values: Value, **shape: Hashable) -> list[Any]:
        """The objects with their annotations, for a query of a single model."""
        compiled = self._compile(values, shape)
        make, columns, alias = compiled.model.from_db, compiled.columns, connection.alias
        objects = []
        for row in self._fetch(compiled, values):
            made = make(alias, columns, row[: len(columns)])
            for name, value in zip(compiled.annotations, row[len(columns) :], strict=True):
                setattr(made, name, value)
            objects.append(made)
        return objects

    def statement(self, *values: Value, **shape: Hashable) -> tuple[str, list[Any]]:
        """The SQL and its parameters, for a connection that is not Django's."""
        compiled = self._compile(values, shape)
        return compiled.sql, compiled.parameters.filled(values)

    def _compile(self, values: tuple[Value, ...], shape: dict[str, Hashable]) -> Compiled:
        lengths = tuple(len(value) if isinstance(value, list) else None for value in values)
        key = (connection.vendor, lengths, *shape.items())
        if key not in self._compiled:
            marks = _marks(values)
            self._compiled[key] = _compiled(self._build(*marks, at=AT, **shape), marks)
        return self._compiled[key]

    def _fetch(self, compiled: Compiled, values: tuple[Value, ...]) -> list[Any]:
        rows = fetch(compiled.sql, compiled.parameters.filled(values))
        if compiled.converters:
            return list(compiled.compiler.apply_converters(rows, compiled.converters))
        return rows


def fetch(sql: str, parameters: Sequence[Any]) -> list[Any]:
    """The rows that a query in SQL gives.

    On SQLite Django looks through the text for placeholders each time, which takes as long as a
    look-up of a row; those that have names it fills in at a tenth of that.
    """
    given: Any = parameters
    if connection.vendor == "sqlite" and len(parameters) <= NAMED:
        sql, given = _named(sql), {f"p{at}": value for at, value in enumerate(parameters)}
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        rows: list[Any] = cursor.fetchall()
        return rows


@lru_cache(maxsize=512)
def _named(sql: str) -> str:
    numbers = count()
    return PLACEHOLDER.sub(lambda _match: f"%(p{next(numbers)})s", sql)


def _compiled(queryset: QuerySet[Any, Any], marks: list[Value]) -> Compiled:
    compiler = queryset.query.get_compiler(connection.alias)
    sql, parameters = compiler.as_sql()
    selected = [expression for expression, _sql, _alias in compiler.select]
    annotations = compiler.annotation_col_map or {}
    columns = [
        expression.target.attname
        for at, expression in enumerate(selected)
        if at not in annotations.values() and isinstance(expression, Col)
    ]
    return Compiled(
        sql,
        Parameters(parameters, marks),
        compiler,
        compiler.get_converters(selected),
        queryset.model,
        columns,
        list(annotations),
    )


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


def _flat(moment: datetime, values: Iterable[Value]) -> list[Any]:
    flat: list[Any] = [connection.ops.adapt_datetimefield_value(moment)]
    for value in values:
        flat.extend(value if isinstance(value, list) else [value])
    return flat
