"""Search for editors, in what readers don't see too: unpublished articles, and drafts.

The same terms as for readers. There are as many matches as a list can show, not the best of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FullResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from articles.models import Draft, SearchDocument, Tag
from articles.models.article import ArticleQuerySet
from articles.models.name import NameQuerySet
from articles.search import backends
from articles.search.candidates import any_form, constraints, phrase_condition
from articles.search.completion import complete
from articles.search.index import LANGUAGE_PREFIX, TAG_PREFIX
from articles.search.lexicon import current_lexicon
from articles.search.limits import DEFAULT_LIMITS
from articles.search.plan import Clause, Phrase, Plan, build_plan
from articles.search.query import parse_query
from articles.sql import chunks
from articles.text import names as text_names

# Matches of one kind: in names, in texts, in drafts.
MAX_MATCHES = 2000
# The newest drafts of published articles. They are searched one by one.
MAX_DRAFTS = 2000


@dataclass(frozen=True)
class Scope:
    """What a user may find: articles, names of them, and drafts of published ones."""

    articles: ArticleQuerySet
    names: NameQuerySet
    drafts: QuerySet[Draft]


@dataclass(frozen=True)
class Matches:
    """The primary keys of matching articles, by where they match; in texts the newest first.

    `complete` is false if there may be more.
    """

    names: frozenset[int]
    texts: tuple[int, ...]
    drafts: frozenset[int]
    complete: bool = True

    @property
    def pks(self) -> frozenset[int]:
        return self.names | self.drafts | frozenset(self.texts)


def find_matches(text: str, scope: Scope) -> Matches:
    """Return the articles that have all words of a query, the last one maybe unfinished, in their
    text or their draft; or a name that contains the query."""
    query = parse_query(text)
    tag_names = [part.text for part in query.parts if part.kind == "tag"]
    tags = {key: tag.pk for key, tag in Tag.objects.resolve(tag_names).items()}
    plan = build_plan(query, current_lexicon(), tags)
    by_name = _matching_names(text, scope.names)
    if not plan.is_searchable:
        return Matches(by_name, (), frozenset(), len(by_name) < MAX_MATCHES)
    with backends.planner_settings():
        if plan.should and plan.should[-1].may_be_prefix:
            plan = plan.with_completions(complete(plan.should[-1]))
        texts, is_complete = _matching_texts(plan, scope.articles)
    is_complete = is_complete and max(len(texts), len(by_name)) < MAX_MATCHES
    drafts = _matching_drafts(plan, scope.drafts)
    return Matches(by_name, tuple(texts[:MAX_MATCHES]), drafts, is_complete)


def _matching_texts(plan: Plan, articles: ArticleQuerySet) -> tuple[list[int], bool]:
    """Return the newest articles that match the plan, and whether all were searched for its
    phrases."""
    syntax = backends.dialect()
    required = [*map(any_form, plan.should), *constraints(plan)]
    excluded = [any_form(clause) for clause in plan.must_not]
    expression = syntax.none_of(syntax.all_of(dict.fromkeys(required)), excluded)
    visible = condition_sql(articles)
    if not (plan.phrases or plan.excluded_phrases):
        return backends.find(expression, MAX_MATCHES, visible), True
    pks = backends.find(expression, DEFAULT_LIMITS.phrase_scan, visible)
    matches: list[int] = []
    for batch in chunks(pks):
        documents = SearchDocument.objects.filter(pk__in=batch).filter(phrase_condition(plan))
        matches += documents.order_by("-pk").values_list("pk", flat=True)
        if len(matches) >= MAX_MATCHES:
            break
    return matches, len(pks) < DEFAULT_LIMITS.phrase_scan


def condition_sql(articles: ArticleQuerySet) -> tuple[str, list[Any]]:
    """Return the conditions of a queryset without joins as SQL, and their parameters."""
    query = articles.query
    try:
        sql, parameters = query.get_compiler(connection=connection).compile(query.where)
    except FullResultSet:
        return "1 = 1", []
    return sql, list(parameters)


def _matching_names(text: str, names: NameQuerySet) -> frozenset[int]:
    # SQLite refuses long patterns. No key contains one that is longer than a key.
    key = text_names.fold(text)[: text_names.KEY_LENGTH + 1]
    if not key:
        return frozenset()
    keys = names.filter(key__contains=key).order_by().values_list("article", flat=True)
    return frozenset(keys[:MAX_MATCHES])


def _matching_drafts(plan: Plan, drafts: QuerySet[Draft]) -> frozenset[int]:
    newest = drafts.order_by("-revision").values_list("pk", flat=True)[:MAX_DRAFTS]
    matches = Draft.objects.filter(pk__in=list(newest))
    for condition in _conditions(plan):
        matches = matches.filter(condition)
    return frozenset(matches.values_list("pk", flat=True))


def _conditions(plan: Plan) -> Iterable[Q]:
    yield from map(_has_clause, plan.clauses)
    yield from map(_has_phrase, plan.phrases)
    yield from (~_has_clause(clause) for clause in plan.must_not)
    yield from (~_has_phrase(phrase) for phrase in plan.excluded_phrases)
    yield from (_has_clause(Clause("", "", (), tags)) for tags in plan.tags)
    if plan.language:
        yield _contains(f" {LANGUAGE_PREFIX}{plan.language} ")


def _has_clause(clause: Clause) -> Q:
    texts = [f" {root} " for root in (*clause.roots, *clause.completions)]
    texts += [f" {TAG_PREFIX}{tag} " for tag in sorted(clause.tags)]
    texts += [f" {clause.term}"] if clause.may_be_prefix else []
    condition = Q()
    for text in texts:
        condition |= _contains(text)
    return condition


def _has_phrase(phrase: Phrase) -> Q:
    return _contains(f" {' '.join(phrase)} ")


def _contains(text: str) -> Q:
    return Q(GreaterThan(StrIndex(F("terms"), Value(text)), 0))
