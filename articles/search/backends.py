"""The full-text index on either database: FTS5 on SQLite, tsvector on PostgreSQL.

Both evaluate the same boolean expressions of terms, and add up the same integer weights. Neither
folds or stems anything.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection, transaction

from articles.models.visibility import public_sql
from articles.sql import chunks, fetch, placeholders

# A boolean expression in the syntax of the database; empty for one that matches everything.
Expression = str
# SQL on the row of an article, and its parameters.
Condition = tuple[str, list[Any]]
MAX_CODE_POINT = "\U0010ffff"
PLANNER_SETTINGS = """SELECT set_config('enable_seqscan', 'off', true),
    set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)"""


@dataclass(frozen=True)
class Dialect:
    """The query syntax of a database's full-text search: what quotes a term, marks it as a prefix
    and combines expressions; the condition that an article matches one; and the statement that
    finds articles by an expression."""

    quote: str
    prefix: str
    and_operator: str
    or_operator: str
    not_operator: str
    key: str
    match: str
    statement: str

    def term(self, term: str, *, prefix: bool = False) -> Expression:
        # Terms consist of letters, digits and prefixes: there is nothing to escape.
        return f"{self.quote}{term}{self.quote}{self.prefix if prefix else ''}"

    def any_of(self, expressions: Iterable[Expression]) -> Expression:
        return f"({self.or_operator.join(dict.fromkeys(expressions))})"

    def all_of(self, expressions: Iterable[Expression]) -> Expression:
        return self.and_operator.join(filter(None, expressions))

    def none_of(self, required: Expression, excluded: Sequence[Expression]) -> Expression:
        """Return the expression of what matches `required` and nothing of `excluded`. Exclusions
        alone are no expression in FTS5, so nothing is left out of an empty one."""
        if not (required and excluded):
            return required
        return f"({required}){self.not_operator}{self.any_of(excluded)}"


# FTS5 yields its matches one by one in descending order of rowid, so LIMIT ends the scan early.
# On SQLite, CROSS JOIN keeps the planner from making it the inner loop.
SQLITE = Dialect(
    quote='"',
    prefix="*",
    and_operator=" AND ",
    or_operator=" OR ",
    not_operator=" NOT ",
    key="rowid",
    match="articles_search MATCH %s",
    statement="""SELECT articles_article.id
        FROM articles_search CROSS JOIN articles_article
        WHERE articles_search MATCH %s
            AND articles_article.id = articles_search.rowid AND {visible}
        ORDER BY articles_search.rowid DESC LIMIT {limit}""",
)
# A GIN index yields all matches at once. ARRAY() is a planner fence: the index is read first, then
# the articles are looked up by primary key.
POSTGRESQL = Dialect(
    quote="'",
    prefix=":*",
    and_operator=" & ",
    or_operator=" | ",
    not_operator=" & !",
    key="article_id",
    match="vector @@ %s::tsquery",
    statement="""SELECT articles_article.id FROM articles_article
        WHERE articles_article.id = ANY(ARRAY(
                SELECT article_id FROM articles_search WHERE vector @@ %s::tsquery))
            AND {visible}
        ORDER BY articles_article.id DESC LIMIT {limit}""",
)


class Segment(NamedTuple):
    """Articles that match an expression, which adds `weight` to their score; and one bit of a set,
    or zero, in which exactly one segment of those that have this bit counts for an article."""

    expression: Expression
    weight: int
    bit: int = 0


class ScoredKey(NamedTuple):
    """The primary key of an article, the sum of the weights of its segments, and their bits."""

    pk: int
    score: int
    bits: int


def dialect() -> Dialect:
    return SQLITE if connection.vendor == "sqlite" else POSTGRESQL


@contextmanager
def planner_settings() -> Iterator[None]:
    """Configure the planner of PostgreSQL for queries of the index. Does nothing on SQLite."""
    if dialect() is SQLITE:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            # A sequential scan is never the fastest plan, but the planner does not know the cost
            # of decompressing (detoasting) the vectors. Nor is compiling a plan ever worth it,
            # nor parallel workers, which take longer to start than these queries take.
            cursor.execute(PLANNER_SETTINGS)
        yield


def find(expression: Expression, limit: int, visible: Condition | None = None) -> list[int]:
    """Return up to `limit` articles that match the expression, newest first. Call inside
    `planner_settings`.

    The articles are public, or those that meet the condition `visible`.
    """
    condition, parameters = visible or public_sql()
    # As a literal, LIMIT is known to the planner of a prepared statement.
    statement = dialect().statement.format(visible=condition, limit=int(limit))
    return [pk for (pk,) in fetch(statement, [expression, *parameters])]


def score(segments: Sequence[Segment], limit: int) -> list[ScoredKey]:
    """Return the `limit` articles, visible or not, with the greatest sums of the weights of the
    segments that they match. Call inside `planner_settings`."""
    if not segments:
        return []
    syntax = dialect()
    union = " UNION ALL ".join(
        f"SELECT {syntax.key} AS pk, {segment.weight} AS weight, {segment.bit} AS bit "
        f"FROM articles_search WHERE {syntax.match}"
        for segment in segments
    )
    sql = f"""SELECT pk, SUM(weight) AS score, SUM(bit) FROM ({union}) AS segment
        GROUP BY pk ORDER BY score DESC, pk LIMIT {int(limit)}"""
    rows = fetch(sql, [segment.expression for segment in segments])
    return [ScoredKey(pk, int(weight), int(bits)) for pk, weight, bits in rows]


def key_list(pks: Iterable[int]) -> tuple[Any, str]:
    """Return primary keys as one parameter, and the condition that a column is among them. Django
    and SQLite take longer to read hundreds of parameters than to look up their rows."""
    if connection.vendor == "sqlite":
        return json.dumps(list(pks)), "IN (SELECT value FROM json_each(%s))"
    return list(pks), "= ANY(%s::bigint[])"


def document_frequencies(terms: Iterable[str]) -> dict[str, int]:
    """Return the number of documents that have each of `terms`, for those that any has."""
    frequencies: dict[str, int] = {}
    for part in chunks(sorted(set(terms))):
        sql = f"""SELECT term, documents FROM articles_searchterm
            WHERE term IN ({placeholders(part)}) AND documents > 0"""
        frequencies |= dict(fetch(sql, part))
    return frequencies


def completions(prefix: str, limit: int) -> dict[str, int]:
    """Return the `limit` most frequent terms that start with `prefix`, with the number of
    documents that have them, the most frequent first."""
    # Among them are the marks of levels, which are not counted on PostgreSQL.
    sql = """SELECT term, documents FROM articles_searchterm
        WHERE term >= %s AND term < %s AND documents > 0 AND term NOT LIKE '%%~_'
        ORDER BY documents DESC, term LIMIT %s"""
    return dict(fetch(sql, [prefix, prefix + MAX_CODE_POINT, limit]))
