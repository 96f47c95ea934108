"""The text of a query → one page of results, best first, and the facets to narrow them by."""

from collections import Counter
from collections.abc import Collection, Container
from dataclasses import dataclass, replace
from functools import reduce
from itertools import islice
from operator import or_

from articles.models import Article, Name, Tag, Tagging
from articles.models.name import NameQuerySet
from articles.search import backends, snippets
from articles.search.analysis import match_spans
from articles.search.candidates import Candidates, find_candidates
from articles.search.completion import complete, starts_with
from articles.search.forms import Forms, load_forms
from articles.search.index import TAG_PREFIX
from articles.search.labels import find_by_label
from articles.search.lexicon import NO_TAG, Lexicon, current_lexicon
from articles.search.limits import DEFAULT_LIMITS, Limits
from articles.search.plan import Clause, Plan, build_plan
from articles.search.query import Query, parse_query
from articles.search.ranking import Candidate, load_candidates, rank
from articles.search.statistics import WeightedWord, weigh
from articles.text import names
from articles.text.line_breaks import unwrap

PAGE_SIZE = 10
MAX_FACETS = 12
# Matches of a text that decide where its snippet is taken from.
MAX_SNIPPET_MATCHES = 8
# An article without all words is a result if those that it has carry this share of the information
# of the query, or else if it is one of the best.
MIN_INFORMATION = 0.6
MIN_RESULTS = 20


@dataclass(frozen=True)
class Facet:
    """A tag or language to narrow the results by, and how many results have it, at least."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Hit:
    """One result: an article, the excerpt of its text that matches best, and the words of the
    query that it does not have."""

    article: Article
    snippet: list[snippets.Fragment]
    tags: list[Tag]
    missing: list[str]


@dataclass(frozen=True)
class Results:
    """One page of the results of a query.

    `total` is the number of matching articles, of which `full_matches` have all words. Of the
    words, some article has those of `matching_words`. If `more`
    match than were ranked, `total` is the number of ranked ones, and facets count only these.
    `complete`: all articles that may contain a phrase were searched for it. `without_phrases`: no
    article contains the phrases of the query, and these have some of their words.
    """

    query: Query
    hits: list[Hit]
    total: int = 0
    full_matches: int = 0
    matching_words: frozenset[str] = frozenset()
    more: bool = False
    complete: bool = True
    without_phrases: bool = False
    page: int = 1
    pages: int = 1
    tags: tuple[Facet, ...] = ()
    languages: tuple[Facet, ...] = ()

    @property
    def relaxed(self) -> bool:
        """Whether no article has all words, and these have some of them."""
        return bool(self.total) and not self.full_matches


@dataclass(frozen=True)
class RankedArticles:
    """The results of a query in order, and its words. `name_matches` are those of which a name is
    the query or starts with it, or that links call so: they lack no word."""

    candidates: list[Candidate]
    words: list[WeightedWord]
    name_matches: frozenset[int] = frozenset()
    more: bool = False
    complete: bool = True
    # Whether no article has the phrases, which include the words of unspaced scripts: these have
    # some of the words and bigrams that the phrases consist of.
    split: bool = False

    def missing(self, candidate: Candidate) -> list[WeightedWord]:
        """Return the words of the query that an article does not have."""
        if candidate.pk in self.name_matches:
            return []
        return [
            word for position, word in enumerate(self.words) if not candidate.words >> position & 1
        ]

    @property
    def matching_words(self) -> frozenset[str]:
        """The words that an article has, as they are spelled in the query."""
        bits = reduce(or_, (c.words for c in self.candidates if c.pk not in self.name_matches), 0)
        return frozenset(w.clause.text for n, w in enumerate(self.words) if bits >> n & 1)


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
        hits=_hits(on_page, ranked),
        total=len(candidates),
        full_matches=0 if ranked.split else sum(not ranked.missing(c) for c in candidates),
        matching_words=ranked.matching_words,
        more=ranked.more,
        complete=ranked.complete,
        without_phrases=ranked.split and query.has_phrases and bool(candidates),
        page=page,
        pages=pages,
        tags=_tag_facets(candidates),
        languages=_language_facets(candidates),
    )


def rank_articles(query: Query, *, tag: str, language: str, limits: Limits) -> RankedArticles:
    """Find and rank the articles that match a query."""
    lexicon = current_lexicon()
    plan = _plan(query, lexicon, tag, language)
    exact, starting = _matching_names(query, plan, limits.names + 1)
    labelled = _labelled(query, plan)
    name_matches = exact | frozenset(labelled) | frozenset(starting[: limits.names])
    with backends.planner_settings():
        plan = _with_completions(plan, lexicon, limits)
        words = weigh(plan.clauses, lexicon)
        candidates = find_candidates(plan, words, limits) if plan.is_searchable else Candidates()
        split = bool(plan.phrases) and candidates.is_empty and not name_matches
        if split:
            plan = _plan(query.without_phrases(), lexicon, tag, language, split_unspaced=True)
            words = weigh(plan.clauses, lexicon)
            candidates = find_candidates(plan, words, limits)
    # Articles whose name is the query come first of all, then those that links call so.
    groups: list[Collection[int]] = [exact, *([pk] for pk in labelled)]
    articles = _with_name_matches(candidates, name_matches)
    ranked = rank(
        articles, plan.clauses, words, groups, name_matches, searched=candidates.searched
    )
    more = candidates.more or len(starting) > limits.names
    return _without_tail(
        RankedArticles(ranked, words, name_matches, more, candidates.complete, split=split)
    )


def _with_completions(plan: Plan, lexicon: Lexicon, limits: Limits) -> Plan:
    """Return the plan with the last word as a prefix too, if few articles have it."""
    last = plan.should[-1] if plan.should else None
    if last and last.may_be_prefix and weigh([last], lexicon)[0].documents < limits.prefix_below:
        return plan.with_completions(complete(last))
    return plan


def _with_name_matches(candidates: Candidates, name_matches: frozenset[int]) -> list[Candidate]:
    """Return the candidates and the articles that match by a name."""
    others = name_matches - {candidate.pk for candidate in candidates.articles}
    return [*candidates.articles, *load_candidates(others).values()]


def _without_tail(ranked: RankedArticles) -> RankedArticles:
    """Return the results without those that have little of the query and are not the best."""
    total = sum(word.weight for word in ranked.words)

    def has_enough(candidate: Candidate) -> bool:
        missing = sum(word.weight for word in ranked.missing(candidate))
        return total - missing >= MIN_INFORMATION * total

    best, others = ranked.candidates[:MIN_RESULTS], ranked.candidates[MIN_RESULTS:]
    tail = [candidate for candidate in others if has_enough(candidate)]
    more = ranked.more and len(tail) == len(others)
    return replace(ranked, candidates=best + tail, more=more)


def _plan(
    query: Query, lexicon: Lexicon, tag: str, language: str, *, split_unspaced: bool = False
) -> Plan:
    tag_names = [part.text for part in query.parts if part.kind == "tag"]
    tags = Tag.objects.resolve(tag_names, public=True) if tag_names else {}
    # A hidden tag must not take precedence over one that is spelled alike.
    visible = Tagging.objects.public_tags().in_bulk([tag.pk for tag in tags.values()])
    pks = {key: tag.pk for key, tag in tags.items() if tag.pk in visible}
    plan = build_plan(query, lexicon, pks, language, split_unspaced=split_unspaced)
    if tag:
        selected = Tag.objects.filter(slug=tag).values_list("pk", flat=True)
        plan.tags.append(frozenset(selected) or frozenset({NO_TAG}))
    return plan


def _matching_names(query: Query, plan: Plan, limit: int) -> tuple[frozenset[int], list[int]]:
    """Return the articles whose name is the query, and up to `limit` whose name starts with it,
    both narrowed by the tags and the language of the plan."""
    keys = _name_keys(query)
    if not keys:
        return frozenset(), []
    candidates = _names_within(plan)
    exact = candidates.filter(key__in=keys).values_list("article", flat=True)
    if not query.may_be_prefix:
        return frozenset(exact), []
    starting = candidates.starting_with(query.name).values_list("article", flat=True)
    return frozenset(exact), list(dict.fromkeys(starting[:limit]))


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


def _hits(candidates: list[Candidate], ranked: RankedArticles) -> list[Hit]:
    pks = [candidate.pk for candidate in candidates]
    articles = Article.objects.public().defer("body", "html", "toc").in_bulk(pks)
    tags, forms = Tagging.objects.tags_by_article(pks), load_forms(pks)
    clauses = [word.clause for word in ranked.words]
    return [
        Hit(
            articles[candidate.pk],
            _snippet(articles[candidate.pk], _matching_words(clauses, forms[candidate.pk])),
            tags[candidate.pk],
            [word.clause.text for word in ranked.missing(candidate)],
        )
        for candidate in candidates
        if candidate.pk in articles
    ]


def _matching_words(clauses: list[Clause], forms: Forms) -> frozenset[str]:
    """Return the words of an article that match the query, as `match_spans` takes them."""
    return frozenset(
        form
        for clause in clauses
        for root in (*clause.roots, *clause.completions)
        for form in forms.of_root(root)
        if root in clause.roots or starts_with(form, clause.term)
    )


def _snippet(article: Article, words: Container[str]) -> list[snippets.Fragment]:
    """Return the excerpt of the article's text, or else of its summary, with most matches."""
    text = article.text[: snippets.MAX_SCANNED]
    summary = unwrap(article.summary)
    for source in (text, summary):
        spans = list(islice(match_spans(source, words), MAX_SNIPPET_MATCHES))
        if spans:
            return snippets.snippet(source, spans)
    return snippets.snippet(summary or text, [])


def _tag_facets(candidates: list[Candidate]) -> tuple[Facet, ...]:
    terms = Counter(term for candidate in candidates for term in candidate.tags.split())
    counts = {int(term[len(TAG_PREFIX) :]): n for term, n in terms.most_common(MAX_FACETS)}
    tags = Tag.objects.in_bulk(counts)
    facets = [Facet(tag.slug, tag.name, counts[pk]) for pk, tag in tags.items()]
    return tuple(sorted(facets, key=lambda facet: (-facet.count, facet.label)))


def _language_facets(candidates: list[Candidate]) -> tuple[Facet, ...]:
    counts = Counter(candidate.language for candidate in candidates).most_common(MAX_FACETS)
    return tuple(Facet(language, language, count) for language, count in counts)
