"""What readers may see, for the queries that are written in SQL."""

from functools import cache
from typing import Any

from django.db import connection

from articles.models.article import Article
from articles.sql import AT, Parameters


def visible() -> tuple[str, list[Any]]:
    """The condition of `Article.objects.public()` as SQL over the table's own name."""
    sql, parameters = _compiled(connection.vendor)
    return sql, parameters.filled()


def hidden() -> tuple[str, list[Any]]:
    """The query of `Article.objects.hidden()`."""
    sql, parameters = _compiled_keys(connection.vendor)
    return sql, parameters.filled()


@cache
def _compiled_keys(_vendor: str) -> tuple[str, Parameters]:
    query = Article.objects.hidden(AT).query
    sql, parameters = query.get_compiler(connection=connection).as_sql()
    return sql, Parameters(parameters)


@cache
def _compiled(_vendor: str) -> tuple[str, Parameters]:
    query = Article.objects.public(AT).query
    sql, parameters = query.get_compiler(connection=connection).compile(query.where)
    return sql, Parameters(parameters)
