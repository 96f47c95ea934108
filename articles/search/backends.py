"""A plan → the articles that meet it, on either database: FTS5 of SQLite, tsvector of PostgreSQL.

Both are asked the same: terms joined by and, or and not. Neither folds, stems or ranks.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import QuerySet

from articles.models import Article, SearchDocument
from articles.search.index import LANGUAGE, SHELF, SHELF_BITS, TAGGED
from articles.search.plan import Plan, Wanted

# The newest articles that PostgreSQL looks at first, in shelves: so many more than it needs.
NEWEST = 3
# In so many articles a row of words is looked for at first, and at most. Few questions have words
# that more articles have all of, and not in that row.
LOOKED_AT, FARTHEST = 1500, 22_500
# No article has a key like that.
BEYOND = (1 << 63) - 1
COLUMNS = ("title", "names", "headings", "body")


@dataclass(frozen=True)
class Engine:
    """How one database is asked: what stands around terms, and what joins them."""

    quote: str
    begins: str
    all_of: str
    any_of: str
    but_not: str
    has_phrase: str

    def term(self, term: str) -> str:
        # A term has no quotation mark in it, nor anything else that means something.
        return f"{self.quote}{term}{self.quote}"

    def either(self, terms: Iterable[str]) -> str:
        return f"({self.any_of.join(terms)})"


SQLITE = Engine('"', "*", " AND ", " OR ", " NOT ", "instr({}, %s) > 0")
POSTGRESQL = Engine("'", ":*", " & ", " | ", " & !", "strpos({}, %s) > 0")


def engine() -> Engine:
    return SQLITE if connection.vendor == "sqlite" else POSTGRESQL


def expression(plan: Plan, place: str = "") -> str:
    """The plan as the database reads it. With `place`, the mark of one, at least one of the
    words has to stand there."""
    ask = engine()
    parts = [ask.either(_terms(ask, wanted)) for wanted in plan.wanted]
    if plan.loose:
        parts = [ask.either(parts)]
    parts += [ask.either(_tags(ask, tags)) for tags in plan.tagged]
    if plan.language:
        parts.append(ask.term(f"{LANGUAGE}{plan.language}"))
    if place:
        there = [term for wanted in plan.wanted for term in _placed(ask, wanted, place)]
        parts.append(ask.either(there or [ask.term(place)]))
    sought = ask.all_of.join(parts)
    without = [term for wanted in plan.without for term in _terms(ask, wanted)]
    return f"({sought}){ask.but_not}{ask.either(without)}" if without else sought


def _terms(ask: Engine, wanted: Wanted) -> list[str]:
    terms = [ask.term(term) for term in wanted.terms] + _tags(ask, wanted.tags)
    if wanted.beginning:
        terms.append(ask.term(wanted.beginning) + ask.begins)
    return terms


def _tags(ask: Engine, tags: Iterable[int]) -> list[str]:
    return [ask.term(f"{TAGGED}{tag}") for tag in sorted(tags)]


def _placed(ask: Engine, wanted: Wanted, place: str) -> list[str]:
    if place == TAGGED:
        return _tags(ask, wanted.tags)
    terms = [ask.term(place + term) for term in wanted.terms]
    if wanted.beginning:
        terms.append(ask.term(place + wanted.beginning) + ask.begins)
    return terms


@contextmanager
def ready() -> Iterator[None]:
    """Inside, the database may be asked with `find`."""
    if engine() is SQLITE:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Reading the words of all articles one by one is never the quickest way, but the
            # planner does not know how long it takes to unpack them.
            cursor.execute("SET LOCAL enable_seqscan = off")
        yield


class Sighted(NamedTuple):
    """Articles by their keys, the newest first, and whether all of them were looked at."""

    keys: list[int]
    whole: bool


def find(plan: Plan, limit: int, place: str = "") -> list[int]:
    """The public articles that meet the plan, the newest first, at most `limit`."""
    return sight(plan, limit, place).keys


def sight(plan: Plan, limit: int, place: str = "") -> Sighted:
    """`find`, and whether there may be more that were too far off to be looked at."""
    if plan.phrases or plan.without_phrases:
        return _in_a_row(plan, limit, place)
    return Sighted(_with_words(plan, limit, place), whole=True)


def _in_a_row(plan: Plan, limit: int, place: str) -> Sighted:
    """The articles that meet a plan in which words stand in a row, or do not.

    Those that have all the words are looked at in batches, until enough are found, none is left,
    or `FARTHEST` were looked at, which takes half a second on SQLite and one on PostgreSQL; with
    `place`, only the first batch.
    """
    words = replace(plan, phrases=[], without_phrases=[])
    found: list[int] = []
    size, before, looked_at = LOOKED_AT, BEYOND, 0
    while looked_at < FARTHEST:
        keys = _with_words(words, size, place, before)
        found += _having_rows(keys, plan)
        if place or len(found) >= limit or len(keys) < size:
            return Sighted(found[:limit], whole=True)
        looked_at += size
        size, before = 2 * size, keys[-1]
    return Sighted(found, whole=False)


def _with_words(plan: Plan, limit: int, place: str, before: int = BEYOND) -> list[int]:
    """Those that meet a plan without phrases; only older ones than `before`."""
    asked = expression(plan, place)
    if engine() is SQLITE:
        return list(_on_sqlite(asked, before)[:limit])
    if plan.newest:
        newest = _newest(min(before, plan.newest), limit)
        found = list(_on_postgresql(f"({asked}) & {newest}", before)[:limit])
        if len(found) == limit:
            return found
    return list(_on_postgresql(asked, before)[:limit])


def _on_sqlite(asked: str, before: int) -> QuerySet[Article, int]:
    """FTS5 gives articles in order, one after the other, so that the limit ends its work."""
    found: QuerySet[Article, int] = Article.objects.public().extra(
        tables=["articles_search"],
        where=[
            "articles_search.rowid = articles_article.id",
            "articles_search MATCH %s",
            "articles_search.rowid < %s",
        ],
        params=[asked, before],
        order_by=["-articles_search.rowid"],
    )
    return found.values_list("pk", flat=True)


def _on_postgresql(asked: str, before: int) -> QuerySet[Article, int]:
    """GIN gives all articles at once, so it is first asked for some of the newest: what stands
    in most articles stands in enough of these."""
    meeting = "SELECT article_id FROM articles_searchdocument WHERE vector @@ %s::tsquery"
    found: QuerySet[Article, int] = Article.objects.public().extra(
        where=[f"articles_article.id = ANY(ARRAY({meeting}))", "articles_article.id < %s"],
        params=[asked, before],
    )
    return found.order_by("-pk").values_list("pk", flat=True)


def _having_rows(keys: list[int], plan: Plan) -> list[int]:
    """Those of `keys` that have words in a row, or don't, in one of the columns."""
    each = (engine().has_phrase.format(f"articles_searchdocument.{name}") for name in COLUMNS)
    has_phrase = " OR ".join(each)
    where = [f"({has_phrase})"] * len(plan.phrases)
    where += [f"NOT ({has_phrase})"] * len(plan.without_phrases)
    rows = [*plan.phrases, *plan.without_phrases]
    values = [f" {' '.join(row)} " for row in rows for _column in COLUMNS]
    found = SearchDocument.objects.filter(pk__in=keys).extra(where=where, params=values)
    return list(found.order_by("-pk").values_list("pk", flat=True))


def _newest(newest: int, limit: int) -> str:
    """The shelves on which `limit` articles stand, from that of the `newest` on."""
    shelf = newest >> SHELF_BITS
    shelves = range(shelf, max(-1, shelf - NEWEST - (limit >> SHELF_BITS)), -1)
    return POSTGRESQL.either(POSTGRESQL.term(f"{SHELF}{number}") for number in shelves)
