"""Querysets compiled to SQL once and re-run with new parameters, and helpers for queries in SQL.

Compiling a queryset takes Django many times as long as the database takes to answer it by an
index. `CompiledQuery` is for the few queries where `make bench` shows that this matters: those of
the article page and of a save, and the content version, which is read for each page out of the
page cache. It relies on Django's compiler, which is not public API; `tests/test_sql.py` compares
its results with those of the querysets.
"""

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple, TypeAlias, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Field, Model, QuerySet
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

Argument = int | str | list[str] | list[int]
# The type of each argument; of a list, that of its items and its length.
Form = tuple[type | tuple[type, int], ...]
Item = TypeVar("Item")
AnyField: TypeAlias = "Field[Any, Any]"

PLACEHOLDER = re.compile("(?<!%)%s")
# With more parameters than this, SQLite takes longer to bind them by name than Django takes to
# convert positional placeholders.
MAX_PYFORMAT_PARAMETERS = 40
# Keys in one query: SQLite accepts 32,766 parameters, PostgreSQL 65,535.
MAX_KEYS = 5_000
# The forms of a query that stay compiled. A list of each length makes a form of its own.
MAX_FORMS = 128

# A sentinel: stands for the current time in a query that is being compiled.
NOW = datetime(1, 1, 1, tzinfo=UTC)


class BoundParameters:
    """The parameters of a compiled query, in which sentinels are replaced at each execution."""

    def __init__(self, compiled: Iterable[Any], sentinels: Iterable[Argument] = ()) -> None:
        self._compiled = list(compiled)
        indexes = {
            sentinel: index for index, sentinel in enumerate(_flatten(_adapt(NOW), sentinels))
        }
        self._replacements = [
            (position, indexes[value])
            for position, value in enumerate(self._compiled)
            if value in indexes
        ]
        self._has_time = any(index == 0 for _position, index in self._replacements)

    def bind(self, arguments: Iterable[Argument] = (), at: datetime | None = None) -> list[Any]:
        """Return the parameters with `arguments`, and `at` or the current time, instead of
        sentinels."""
        time = _adapt(at or timezone.now()) if self._has_time else None
        bound, flat = self._compiled.copy(), _flatten(time, arguments)
        for position, index in self._replacements:
            bound[position] = flat[index]
        return bound


class Compiled(NamedTuple):
    """A query in SQL, and how to make values or model instances of its rows."""

    sql: str
    parameters: BoundParameters
    compiler: SQLCompiler
    converters: dict[int, Any]
    model: type[Model]
    columns: list[str]
    annotations: list[str]


class CompiledQuery:
    """A queryset that is compiled once for each form it takes.

    `build` is called with a sentinel for each argument, with a list of sentinels for a list, and
    with `at` for the current time. It must not look at the sentinels: whatever decides on the
    form of the query is passed by keyword, as `shape`, and the length of lists is part of it.

    >>> by_slug = CompiledQuery(lambda slug, at: Article.objects.public(at).filter(slug=slug))
    >>> by_slug.objects("peace")
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self.build = build
        self.forms = lru_cache(maxsize=MAX_FORMS)(self._compile_form)

    def rows(self, *arguments: Argument, **shape: Hashable) -> list[Any]:
        """Return the rows of a `values_list` query."""
        return self._fetch(self._compile(arguments, shape), arguments)

    def objects(self, *arguments: Argument, **shape: Hashable) -> list[Any]:
        """Return the instances, with their annotations, of a query on a single model."""
        compiled = self._compile(arguments, shape)
        from_db, columns, alias = compiled.model.from_db, compiled.columns, DEFAULT_DB_ALIAS
        instances = []
        for row in self._fetch(compiled, arguments):
            instance = from_db(alias, columns, row[: len(columns)])
            for name, value in zip(compiled.annotations, row[len(columns) :], strict=True):
                setattr(instance, name, value)
            instances.append(instance)
        return instances

    def statement(self, *arguments: Argument, **shape: Hashable) -> tuple[str, list[Any]]:
        """Return the SQL and its parameters, for a connection that is not Django's."""
        compiled = self._compile(arguments, shape)
        return compiled.sql, compiled.parameters.bind(arguments)

    def _compile(self, arguments: tuple[Argument, ...], shape: dict[str, Hashable]) -> Compiled:
        form = tuple(
            (type(next(iter(value), "")), len(value)) if isinstance(value, list) else type(value)
            for value in arguments
        )
        return self.forms(connection.vendor, form, **shape)

    def _compile_form(self, _vendor: str, form: Form, **shape: Hashable) -> Compiled:
        sentinels = _sentinels(form)
        return _compile(self.build(*sentinels, at=NOW, **shape), sentinels)

    def _fetch(self, compiled: Compiled, arguments: tuple[Argument, ...]) -> list[Any]:
        rows = fetch(compiled.sql, compiled.parameters.bind(arguments))
        if compiled.converters:
            return list(compiled.compiler.apply_converters(rows, compiled.converters))
        return rows


def fetch(sql: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[Any]:
    """Execute a query and return its rows, unconverted. Its placeholders are `%s` for a sequence
    of parameters, `%(name)s` for a mapping.

    For SQLite Django converts positional placeholders at each execution, which takes as long as
    reading a row by an index. Converting those of the "pyformat" style (PEP 249) takes a tenth of
    that.
    """
    values: Any = parameters
    is_positional = not isinstance(parameters, Mapping)
    is_short = len(parameters) <= MAX_PYFORMAT_PARAMETERS
    if connection.vendor == "sqlite" and is_positional and is_short:
        sql, values = to_pyformat(sql), pyformat_parameters(parameters)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Any] = cursor.fetchall()
        return rows


def run_concurrently(work: Callable[[Any], object]) -> Callable[[], None]:
    """Begin to call `work` with the connection of the driver, and return what waits until it has
    ended and raises its error. Call inside atomic(), on PostgreSQL.

    Python goes on meanwhile, until another statement of the connection, which waits too.
    """
    executor = ThreadPoolExecutor(1)
    # Not a cursor of Django, which belongs to its thread.
    future = executor.submit(work, connection.connection)
    executor.shutdown(wait=False)

    def wait() -> None:
        with connection.wrap_database_errors:
            future.result()

    return wait


def placeholders(values: Collection[Any]) -> str:
    """Return a placeholder for each value, for `IN (…)`; `NULL`, which matches nothing, for none.

    >>> placeholders([1, 2])
    '%s, %s'
    """
    return ", ".join(["%s"] * len(values)) or "NULL"


def chunks(values: list[Item], size: int = MAX_KEYS) -> Iterator[list[Item]]:
    """Split `values` into parts that fit into one query each."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def insert(instance: Model) -> None:
    """Store a new `instance` and set its primary key, as `save` does, but without signals.

    The statement is compiled once: that takes Django longer than it takes the database to insert.
    """
    fields, sql = _insert_statement(type(instance), instance.pk is not None)
    with connection.cursor() as cursor:
        cursor.execute(sql, _values(instance, fields))
        (instance.pk,) = cursor.fetchone()
    instance._state.adding, instance._state.db = False, connection.alias


def insert_all(instances: Iterable[Model]) -> None:
    """Store new instances of one model and set their primary keys, as `bulk_create` does, which
    takes longer to compile the statement than the database does to execute it. Call inside
    atomic()."""
    rows = list(instances)
    if not rows:
        return
    model, without_key = type(rows[0]), [row for row in rows if row.pk is None]
    for instance, key in zip(without_key, _new_keys(model, len(without_key)), strict=True):
        instance.pk = key
    fields = model._meta.concrete_fields
    columns = [str(field.column) for field in fields]
    insert_rows(model, columns, [_values(row, fields) for row in rows])
    for instance in rows:
        instance._state.adding, instance._state.db = False, connection.alias


def _new_keys(model: type[Model], count: int) -> list[int]:
    """Return primary keys that no row has or had: on PostgreSQL, those that the sequence of the
    table gives; on SQLite, where only one transaction writes, those that follow the greatest."""
    table, key = model._meta.db_table, model._meta.pk.column
    if connection.vendor == "postgresql":
        sql = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
        return [value for (value,) in fetch(sql, [f'"{table}"', key, count])]
    rows = fetch("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    first = rows[0][0] + 1 if rows else 1
    return list(range(first, first + count))


def update(instance: Model, stored: Model | None = None) -> None:
    """Store the columns of an `instance` that is stored, as `save` does, but without signals.

    If it is given as it is `stored`, the columns with the same values are left out, whose indexes
    SQLite would write again. Call it with the row locked: a row that does not exist is no error.
    """
    values, before = vars(instance), vars(stored) if stored else {}
    fields = [
        field
        for field in instance._meta.concrete_fields
        if not field.primary_key
        and (field.attname not in before or before[field.attname] != values[field.attname])
    ]
    if not fields:
        return
    sql = _update_statement(type(instance), tuple(field.column for field in fields))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*_values(instance, fields), instance.pk])


def _values(instance: Model, fields: Sequence[AnyField]) -> list[Any]:
    # The connection itself: fields read several of its attributes, each through the proxy.
    database = connections[DEFAULT_DB_ALIAS]
    return [field.get_db_prep_save(getattr(instance, field.attname), database) for field in fields]


@lru_cache(maxsize=16)
def _insert_statement(model: type[Model], with_key: bool) -> tuple[list[AnyField], str]:
    fields = [field for field in model._meta.concrete_fields if with_key or not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    table, key = model._meta.db_table, model._meta.pk.column
    values = placeholders(fields)
    return fields, f'INSERT INTO "{table}" ({columns}) VALUES ({values}) RETURNING "{key}"'


@lru_cache(maxsize=64)
def _update_statement(model: type[Model], columns: tuple[str, ...]) -> str:
    assignments = ", ".join(f'"{column}" = %s' for column in columns)
    table, key = model._meta.db_table, model._meta.pk.column
    return f'UPDATE "{table}" SET {assignments} WHERE "{key}" = %s'


def insert_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert `rows` of `columns`, with values as the driver takes them. Call inside atomic().

    In SQL, since `bulk_create` takes longer for a small row than the database does: on PostgreSQL
    with COPY, on SQLite with one prepared statement. Raises IntegrityError as `bulk_create` does.
    """
    if not rows:
        return
    with connection.wrap_database_errors, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            copy_rows(cursor, model, columns, rows)
        else:
            values = placeholders(columns)
            table = _table_with_columns(model, columns)
            cursor.executemany(f"INSERT INTO {table} VALUES ({values})", list(rows))


def copy_rows(
    cursor: Any, model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert `rows` of `columns` with COPY, by a cursor of Django or of PostgreSQL's driver."""
    with cursor.copy(f"COPY {_table_with_columns(model, columns)} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _table_with_columns(model: type[Model], columns: Sequence[str]) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    return f'"{model._meta.db_table}" ({names})'


def pyformat_parameters(values: Iterable[Any], prefix: str = "p") -> dict[str, Any]:
    """Return the parameters for the names of `to_pyformat`."""
    return {f"{prefix}{number}": value for number, value in enumerate(values)}


@lru_cache(maxsize=512)
def to_pyformat(sql: str, prefix: str = "p") -> str:
    """Replace each `%s` by `%(p0)s`, `%(p1)s` and so on."""
    numbers = count()
    return PLACEHOLDER.sub(lambda _match: f"%({prefix}{next(numbers)})s", sql)


def _compile(queryset: QuerySet[Any, Any], sentinels: list[Argument]) -> Compiled:
    compiler = queryset.query.get_compiler(connection.alias)
    sql, parameters = compiler.as_sql()
    selected = [expression for expression, _sql, _alias in compiler.select]
    annotations = compiler.annotation_col_map or {}
    columns = [
        expression.target.attname
        for index, expression in enumerate(selected)
        if index not in annotations.values() and isinstance(expression, Col)
    ]
    return Compiled(
        sql,
        BoundParameters(parameters, sentinels),
        compiler,
        compiler.get_converters(selected),
        queryset.model,
        columns,
        list(annotations),
    )


def _sentinels(form: Form) -> list[Argument]:
    """Return values of these types that occur nowhere else in a query."""
    numbers = count(10**12)

    def sentinel(kind: type) -> Any:
        number = next(numbers)
        return -number if kind is int else f"sentinel {number}"

    return [
        [sentinel(kind[0]) for _ in range(kind[1])] if isinstance(kind, tuple) else sentinel(kind)
        for kind in form
    ]


def _adapt(time: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(time)


def _flatten(time: Any, arguments: Iterable[Argument]) -> list[Any]:
    """Return `time`, as the driver takes it, and the arguments with the items of lists."""
    flat = [time]
    for value in arguments:
        flat.extend(value if isinstance(value, list) else [value])
    return flat
