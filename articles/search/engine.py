"""A plan → the articles that meet it, on either database: FTS5 of SQLite, tsvector of PostgreSQL.

Both are asked the same: terms joined by and, or and not. Neither folds, stems or ranks.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from articles.models import Article
from articles.search.index import LANGUAGE, TAGGED
from articles.search.plan import Plan, Row, Wanted


@dataclass(frozen=True)
class Engine:
    """How one database is asked. `source` is where its index is, `key` the article in it."""

    source: str
    key: str
    condition: str
    has_phrase: str
    quote: str
    begins: str
    all_of: str
    any_of: str
    but_not: str

    def term(self, term: str) -> str:
        # A term has no quotation mark in it, nor anything else that means something.
        return f"{self.quote}{term}{self.quote}"

    def either(self, terms: Iterable[str]) -> str:
        return f"({self.any_of.join(terms)})"


SQLITE = Engine(
    source="articles_search",
    key="articles_search.rowid",
    condition="articles_search MATCH %s",
    has_phrase="instr({}, %s) > 0",
    quote='"',
    begins="*",
    all_of=" AND ",
    any_of=" OR ",
    but_not=" NOT ",
)
POSTGRESQL = Engine(
    source="articles_searchdocument",
    key="articles_searchdocument.article_id",
    condition="articles_searchdocument.vector @@ %s::tsquery",
    has_phrase="strpos({}, %s) > 0",
    quote="'",
    begins=":*",
    all_of=" & ",
    any_of=" | ",
    but_not=" & !",
)


def engine() -> Engine:
    return SQLITE if connection.vendor == "sqlite" else POSTGRESQL


def expression(plan: Plan, place: str = "") -> str:
    """The plan as the database reads it. With `place`, the mark of one, at least one of the
    words has to stand there."""
    ask = engine()
    parts = [ask.either(_terms(ask, wanted)) for wanted in plan.wanted]
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


def find(plan: Plan, limit: int, place: str = "") -> list[int]:
    """The public articles that meet the plan, the newest first, at most `limit`."""
    return list(matching(plan, place)[:limit])


def matching(plan: Plan, place: str = "") -> QuerySet[Article, int]:
    ask = engine()
    where = [f"{ask.key} = articles_article.id", ask.condition]
    values: list[str] = [expression(plan, place)]
    for phrases, condition in ((plan.phrases, "{}"), (plan.without_phrases, "NOT ({})")):
        for row in phrases:
            where.append(condition.format(_has_phrase(ask)))
            values += [_in_a_row(row)] * len(COLUMNS)
    articles = Article.objects.public().extra(tables=[ask.source], where=where, params=values)
    if ask is SQLITE and (plan.phrases or plan.without_phrases):
        articles = articles.filter(search__isnull=False)
    found: QuerySet[Article, int] = articles.extra(order_by=[f"-{ask.key}"])
    return found.values_list("pk", flat=True)


COLUMNS = ("title", "names", "headings", "body")


def _has_phrase(ask: Engine) -> str:
    each = (ask.has_phrase.format(f"articles_searchdocument.{column}") for column in COLUMNS)
    return " OR ".join(each)


def _in_a_row(row: Row) -> str:
    """
    >>> _in_a_row(("united", "nations"))
    ' united nations '
    """
    return f" {' '.join(row)} "
