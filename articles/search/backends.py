"""A plan → the articles that match it, on either database: FTS5 on SQLite, tsvector on PostgreSQL.

Both evaluate the same boolean expression of terms. Neither folds, stems or ranks.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from articles.models import SearchDocument
from articles.models.visibility import public_sql
from articles.search.index import BUCKET_BITS, BUCKET_PREFIX, LANGUAGE_PREFIX, TAG_PREFIX
from articles.search.limits import DEFAULT_LIMITS, Limits
from articles.search.plan import Clause, Phrase, Plan
from articles.sql import fetch

# Buckets of new articles that PostgreSQL searches first, besides those that the limit fills.
EXTRA_BUCKETS = 3
# Greater than any primary key.
MAX_PK = (1 << 63) - 1
COLUMNS = ("title", "names", "headings", "body")
# SQL on the row of an article, and its parameters.
Condition = tuple[str, list[Any]]


@dataclass(frozen=True)
class Dialect:
    """The query syntax of a database's full-text search: what quotes a term, marks it as a prefix
    and combines expressions, and the statement that finds articles by an expression."""

    quote: str
    prefix: str
    and_operator: str
    or_operator: str
    not_operator: str
    statement: str

    def term(self, term: str) -> str:
        # Terms consist of letters, digits and prefixes: there is nothing to escape.
        return f"{self.quote}{term}{self.quote}"

    def any_of(self, expressions: Iterable[str]) -> str:
        return f"({self.or_operator.join(expressions)})"


# FTS5 yields its matches one by one in descending order of rowid, so LIMIT ends the scan early.
# On SQLite, CROSS JOIN keeps the planner from making it the inner loop.
SQLITE = Dialect(
    quote='"',
    prefix="*",
    and_operator=" AND ",
    or_operator=" OR ",
    not_operator=" NOT ",
    statement="""SELECT articles_article.id
        FROM articles_search CROSS JOIN articles_article
        WHERE articles_search MATCH %s AND articles_search.rowid < %s
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
    statement="""SELECT articles_article.id FROM articles_article
        WHERE articles_article.id = ANY(ARRAY(
                SELECT article_id FROM articles_searchdocument WHERE vector @@ %s::tsquery))
            AND articles_article.id < %s AND {visible}
        ORDER BY articles_article.id DESC LIMIT {limit}""",
)


class Matches(NamedTuple):
    """The primary keys of matching articles, newest first, and whether the search was `complete`:
    if not, articles that it did not reach may match as well."""

    pks: list[int]
    complete: bool = True


def dialect() -> Dialect:
    return SQLITE if connection.vendor == "sqlite" else POSTGRESQL


def match_expression(plan: Plan, field: str = "") -> str:
    """Return the plan without its phrases in the syntax of the database.

    With `field`, a term prefix of the index, one of the words must match in that field.
    """
    syntax = dialect()
    parts = [syntax.any_of(_terms(syntax, clause)) for clause in plan.must]
    if plan.relaxed:
        parts = [syntax.any_of(parts)]
    parts += [syntax.any_of(_tags(syntax, tags)) for tags in plan.tags]
    if plan.language:
        parts.append(syntax.term(f"{LANGUAGE_PREFIX}{plan.language}"))
    if field:
        in_field = [term for clause in plan.must for term in _field_terms(syntax, clause, field)]
        # The prefix alone is no term of any article.
        parts.append(syntax.any_of(in_field or [syntax.term(field)]))
    required = syntax.and_operator.join(parts)
    excluded = [term for clause in plan.must_not for term in _terms(syntax, clause)]
    return f"({required}){syntax.not_operator}{syntax.any_of(excluded)}" if excluded else required


def _terms(syntax: Dialect, clause: Clause) -> list[str]:
    terms = [syntax.term(term) for term in clause.terms] + _tags(syntax, clause.tags)
    if clause.prefix:
        terms.append(syntax.term(clause.prefix) + syntax.prefix)
    return terms


def _tags(syntax: Dialect, tags: Iterable[int]) -> list[str]:
    return [syntax.term(f"{TAG_PREFIX}{tag}") for tag in sorted(tags)]


def _field_terms(syntax: Dialect, clause: Clause, field: str) -> list[str]:
    if field == TAG_PREFIX:
        return _tags(syntax, clause.tags)
    terms = [syntax.term(field + term) for term in clause.terms]
    if clause.prefix:
        terms.append(syntax.term(field + clause.prefix) + syntax.prefix)
    return terms


@contextmanager
def planner_settings() -> Iterator[None]:
    """Configure the planner of PostgreSQL for `find`. Does nothing on SQLite."""
    if dialect() is SQLITE:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            # A sequential scan is never the fastest plan, but the planner does not know the cost
            # of decompressing (detoasting) the vectors.
            cursor.execute("SET LOCAL enable_seqscan = off")
        yield


def find(
    plan: Plan,
    limit: int,
    field: str = "",
    limits: Limits = DEFAULT_LIMITS,
    visible: Condition | None = None,
) -> Matches:
    """Return up to `limit` articles that match the plan. Call inside `planner_settings`.

    With `field`, a term prefix of the index, one of the words must match in that field. The
    articles are public, or those that meet the condition `visible`.
    """
    visible = visible or public_sql()
    if plan.phrases or plan.excluded_phrases:
        return _find_phrases(plan, limit, field, limits, visible)
    return Matches(_find_terms(plan, limit, field, visible))


def _find_phrases(
    plan: Plan, limit: int, field: str, limits: Limits, visible: Condition
) -> Matches:
    """Return the articles that match a plan with phrases, which the index does not hold.

    The stored texts of the articles with all words are searched in batches of growing size, until
    there are enough matches, no articles are left, or `limits.phrase_scan` were read, which takes
    half a second on SQLite and a second on PostgreSQL. With `field`, one batch is read.
    """
    words = replace(plan, phrases=[], excluded_phrases=[])
    matches: list[int] = []
    size, before_pk, scanned = limits.phrase_batch, MAX_PK, 0
    while scanned < limits.phrase_scan:
        pks = _find_terms(words, size, field, visible, before_pk)
        matches += _filter_by_phrases(pks, plan)
        if field or len(matches) >= limit or len(pks) < size:
            return Matches(matches[:limit])
        scanned += size
        size, before_pk = 2 * size, pks[-1]
    return Matches(matches, complete=False)


def _filter_by_phrases(pks: list[int], plan: Plan) -> list[int]:
    documents = SearchDocument.objects.filter(pk__in=pks)
    for phrase in plan.phrases:
        documents = documents.filter(_contains(phrase))
    for phrase in plan.excluded_phrases:
        documents = documents.filter(~_contains(phrase))
    return list(documents.order_by("-pk").values_list("pk", flat=True))


def _contains(phrase: Phrase) -> Q:
    """Return the condition that one of the columns contains the phrase."""
    text = Value(f" {' '.join(phrase)} ")
    condition = Q()
    for column in COLUMNS:
        condition |= Q(GreaterThan(StrIndex(F(column), text), 0))
    return condition


def _find_terms(
    plan: Plan, limit: int, field: str, visible: Condition, before_pk: int = MAX_PK
) -> list[int]:
    """Return the articles that match a plan without phrases, older than `before_pk`.

    PostgreSQL searches the newest articles first: if many articles match, these are enough.
    """
    expression = match_expression(plan, field)
    if plan.newest_pk and dialect() is POSTGRESQL:
        newest = _newest_buckets(min(before_pk, plan.newest_pk), limit)
        pks = _fetch_pks(f"({expression}) & {newest}", before_pk, limit, visible)
        if len(pks) == limit:
            return pks
    return _fetch_pks(expression, before_pk, limit, visible)


def _fetch_pks(expression: str, before_pk: int, limit: int, visible: Condition) -> list[int]:
    condition, parameters = visible
    # As a literal, LIMIT is known to the planner of a prepared statement.
    statement = dialect().statement.format(visible=condition, limit=int(limit))
    values: list[Any] = [expression, before_pk, *parameters]
    return [pk for (pk,) in fetch(statement, values)]


def _newest_buckets(newest_pk: int, limit: int) -> str:
    """Return the expression for the buckets with `limit` articles up to `newest_pk`."""
    last = newest_pk >> BUCKET_BITS
    first = max(-1, last - EXTRA_BUCKETS - (limit >> BUCKET_BITS))
    buckets = (POSTGRESQL.term(f"{BUCKET_PREFIX}{bucket}") for bucket in range(last, first, -1))
    return POSTGRESQL.any_of(buckets)
