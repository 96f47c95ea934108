"""The text of a query → one page of results, best first, and the facets to narrow them by."""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from articles.models import Article, Name, Tag, Tagging
from articles.models.name import NameQuerySet
from articles.search import backends, ranking, snippets
from articles.search.analysis import match_spans
from articles.search.index import HEADING_PREFIX, NAME_PREFIX, TAG_PREFIX
from articles.search.labels import find_by_label
from articles.search.lexicon import NO_TAG, current_lexicon
from articles.search.limits import DEFAULT_LIMITS, Limits
from articles.search.plan import Plan, build_plan
from articles.search.query import Query, parse_query
from articles.text import names
from articles.text.line_breaks import unwrap

PAGE_SIZE = 10
MAX_FACETS = 12
# Matches of a text that decide where its snippet is taken from.
MAX_SNIPPET_MATCHES = 8


@dataclass(frozen=True)
class Facet:
    """A tag or language to narrow the results by, and how many results have it, at least."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Hit:
    """One result: an article, and the excerpt of its text that matches best."""

    article: Article
    snippet: list[snippets.Fragment]
    tags: list[Tag]


@dataclass(frozen=True)
class Results:
    """One page of the results of a query.

    `total` is the number of matching articles. If `more` match than were ranked, `total` is the
    number of ranked ones, and facets count only these. `relaxed`: no article has all words, these
    have some of them. `complete`: all articles that may contain a phrase were searched for it.
    """

    query: Query
    hits: list[Hit]
    total: int = 0
    more: bool = False
    relaxed: bool = False
    complete: bool = True
    page: int = 1
    pages: int = 1
    tags: tuple[Facet, ...] = ()
    languages: tuple[Facet, ...] = ()


@dataclass(frozen=True)
class RankedArticles:
    """All ranked candidates of a query, in order, and the plan that they match."""

    candidates: list[ranking.Candidate]
    plan: Plan
    more: bool = False
    complete: bool = True


class CandidateKeys(NamedTuple):
    """The primary keys of the articles to rank, whether `more` match, and whether the search was
    `complete`."""

    pks: frozenset[int]
    more: bool = False
    complete: bool = True


def search_articles(
    text: str,
    *,
    page: int = 1,
    tag: str = "",
    language: str = "",
    size: int = PAGE_SIZE,
    limits: Limits = DEFAULT_LIMITS,
) -> Results:
    """Return a page of the results of a query.

    Pages count from 1; a number out of range gives the nearest page. `tag` (a slug) and
    `language` (BCP 47) narrow the results.
    """
    query = parse_query(text)
    ranked = rank_articles(query, tag=tag, language=language, limits=limits)
    return _page_of(ranked, query, page, size)


def _page_of(ranked: RankedArticles, query: Query, page: int, size: int) -> Results:
    candidates = ranked.candidates
    pages = max(1, -(-len(candidates) // size))
    page = min(max(1, page), pages)
    on_page = candidates[(page - 1) * size : page * size]
    return Results(
        query=query,
        hits=_hits([candidate.pk for candidate in on_page], ranked.plan),
        total=len(candidates),
        more=ranked.more,
        relaxed=ranked.plan.relaxed and bool(candidates),
        complete=ranked.complete,
        page=page,
        pages=pages,
        tags=_tag_facets(candidates),
        languages=_language_facets(candidates),
    )


def rank_articles(query: Query, *, tag: str, language: str, limits: Limits) -> RankedArticles:
    """Find and rank the articles that match a query.

    If few match, the last word is searched as a prefix as well; if still none match, articles
    that have one of the words.
    """
    plan = _plan(query, tag, language)
    exact, starting = _matching_names(query, plan, limits.per_field)
    labelled = _labelled(query, plan)
    first = exact.union(labelled)
    if not plan.is_searchable:
        return RankedArticles(ranking.load_candidates(first), plan)
    with backends.planner_settings():
        keys = _find_candidates(plan, limits)
        if query.may_be_prefix and len(keys.pks) < limits.prefix_below:
            with_prefix = plan.with_prefix()
            if with_prefix != plan:
                plan = with_prefix
                keys = _find_candidates(plan, limits)
        if not keys.pks and not first and plan.can_be_relaxed:
            plan = replace(plan, relaxed=True)
            keys = _find_candidates(plan, limits)
    candidates = ranking.load_candidates(keys.pks | first | starting.pks)
    more = keys.more or starting.more
    groups = [exact, *([pk] for pk in labelled)]
    return RankedArticles(ranking.rank(candidates, plan, groups), plan, more, keys.complete)


def _plan(query: Query, tag: str, language: str) -> Plan:
    tag_names = [part.text for part in query.parts if part.kind == "tag"]
    tags = Tag.objects.resolve(tag_names, public=True) if tag_names else {}
    # A hidden tag must not take precedence over one that is spelled alike.
    visible = Tagging.objects.public_tags().in_bulk([tag.pk for tag in tags.values()])
    pks = {key: tag.pk for key, tag in tags.items() if tag.pk in visible}
    plan = build_plan(query, current_lexicon(), pks, language)
    if tag:
        selected = Tag.objects.filter(slug=tag).values_list("pk", flat=True)
        plan.tags.append(frozenset(selected) or frozenset({NO_TAG}))
    return plan


def _matching_names(query: Query, plan: Plan, limit: int) -> tuple[frozenset[int], CandidateKeys]:
    """Return the articles whose name is the query, and up to `limit` whose name starts with it,
    both narrowed by the tags and the language of the plan."""
    keys = _name_keys(query)
    if not keys:
        return frozenset(), CandidateKeys(frozenset())
    candidates = _names_within(plan)
    exact = candidates.filter(key__in=keys).values_list("article", flat=True)
    starting = candidates.starting_with(query.name).values_list("article", flat=True)
    pks = list(starting[: limit + 1]) if query.may_be_prefix else []
    return frozenset(exact), CandidateKeys(frozenset(pks[:limit]), more=len(pks) > limit)


def _labelled(query: Query, plan: Plan) -> list[int]:
    """Return the articles that links labelled with the query lead to, narrowed likewise."""
    labelled = find_by_label(_name_keys(query))
    if labelled and (plan.language or plan.tags):
        within = _names_within(plan).filter(article__in=labelled)
        narrowed = set(within.values_list("article", flat=True))
        return [pk for pk in labelled if pk in narrowed]
    return labelled


def _name_keys(query: Query) -> set[str]:
    return {names.fold(query.name), names.fold(query.quoted_name)} - {""}


def _names_within(plan: Plan) -> NameQuerySet:
    """Return the public names of articles with the tags and the language of the plan."""
    candidates = Name.objects.public()
    if plan.language:
        candidates = candidates.filter(language__iexact=plan.language)
    for tags in plan.tags:
        tagged = Tagging.objects.filter(tag__in=tags).values("content_object")
        candidates = candidates.filter(article__in=tagged)
    return candidates


def _find_candidates(plan: Plan, limits: Limits) -> CandidateKeys:
    """Return the articles to rank: all that match, or a selection if there are too many."""
    pks, complete = backends.find(plan, limits.candidates + 1, limits=limits)
    if len(pks) <= limits.candidates:
        return CandidateKeys(frozenset(pks), more=not complete, complete=complete)
    selection = set(pks[: limits.candidates])
    for field in (NAME_PREFIX, TAG_PREFIX, HEADING_PREFIX):
        selection.update(backends.find(plan, limits.per_field, field, limits).pks)
    return CandidateKeys(frozenset(selection), more=True)


def _hits(pks: list[int], plan: Plan) -> list[Hit]:
    articles = Article.objects.public().defer("body", "html", "toc").in_bulk(pks)
    tags = Tagging.objects.tags_by_article(pks)
    return [
        Hit(articles[pk], snippet_for(articles[pk], plan), tags[pk])
        for pk in pks
        if pk in articles
    ]


def snippet_for(article: Article, plan: Plan) -> list[snippets.Fragment]:
    """Return the excerpt of the article's text, or else of its summary, with most matches."""
    text = article.text[: snippets.MAX_SCANNED]
    summary = unwrap(article.summary)
    for source in (text, summary):
        matches = match_spans(source, article.language, plan.terms, plan.prefix)
        spans = list(islice(matches, MAX_SNIPPET_MATCHES))
        if spans:
            return snippets.snippet(source, spans)
    return snippets.snippet(summary or text, [])


def _tag_facets(candidates: list[ranking.Candidate]) -> tuple[Facet, ...]:
    terms = Counter(term for candidate in candidates for term in candidate.tags.split())
    counts = {int(term[len(TAG_PREFIX) :]): n for term, n in terms.most_common(MAX_FACETS)}
    tags = Tag.objects.in_bulk(counts)
    facets = [Facet(tag.slug, tag.name, counts[pk]) for pk, tag in tags.items()]
    return tuple(sorted(facets, key=lambda facet: (-facet.count, facet.label)))


def _language_facets(candidates: list[ranking.Candidate]) -> tuple[Facet, ...]:
    counts = Counter(candidate.language for candidate in candidates).most_common(MAX_FACETS)
    return tuple(Facet(language, language, count) for language, count in counts)
