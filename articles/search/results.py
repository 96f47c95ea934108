"""The text of a query → one page of results, best first, and the facets to narrow them by."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from time import perf_counter

from articles.models import Article, Name, Tag, Tagging
from articles.models.name import NameQuerySet
from articles.search import backends, snippets
from articles.search.backends import MAX_CODE_POINT
from articles.search.candidates import Candidates, find_candidates
from articles.search.completion import complete, starts_with
from articles.search.forms import Forms, load_forms
from articles.search.labels import find_by_label
from articles.search.lexicon import NO_TAG, Lexicon, current_lexicon
from articles.search.limits import DEFAULT_LIMITS, Limits
from articles.search.plan import Clause, Plan, build_plan
from articles.search.query import Query, parse_query
from articles.search.ranking import Candidate, load_candidates, rank
from articles.search.statistics import WeightedWord, informative_bits, weigh
from articles.search.stop_words import stop_words_of
from articles.signals import search_finished
from articles.sql import CompiledQuery
from articles.text import names
from articles.text.line_breaks import unwrap

PAGE_SIZE = 10
MAX_FACETS = 12
# An article is a result if it is one of the best, even with little of the query.
MIN_RESULTS = 20

EXACT_NAMES = CompiledQuery(
    lambda keys, at: Name.objects.public(at).filter(key__in=keys).values_list("article")
)
STARTING_NAMES = CompiledQuery(
    lambda first, end, at, limit: (
        Name.objects.public(at)
        .filter(key__gte=first, key__lt=end)
        .order_by("key", "language")
        .values_list("article")[:limit]
    )
)
ARTICLES = CompiledQuery(
    lambda pks, at: Article.objects.public(at).defer("body", "html", "toc").filter(pk__in=pks)
)
TAGS = CompiledQuery(lambda pks, at: Tag.objects.filter(pk__in=pks))


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
        """Return the words of the query that an article is known not to have."""
        if candidate.pk in self.name_matches:
            return []
        bits = candidate.searched & ~candidate.words
        return [word for position, word in enumerate(self.words) if bits >> position & 1]

    def is_full_match(self, candidate: Candidate) -> bool:
        """Whether an article lacks no word of the query."""
        every = (1 << len(self.words)) - 1
        return candidate.words & every == every or candidate.pk in self.name_matches

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
    start = perf_counter()
    query = parse_query(text)
    ranked = rank_articles(query, tag=tag, language=language, limits=limits)
    results = _page_of(ranked, query, page, size)
    search_finished.send(search_articles, seconds=perf_counter() - start)
    return results


def _page_of(ranked: RankedArticles, query: Query, page: int, size: int) -> Results:
    candidates = ranked.candidates
    pages = max(1, -(-len(candidates) // size))
    page = min(max(1, page), pages)
    on_page = candidates[(page - 1) * size : page * size]
    facets = _most_common_tags(candidates)
    pks = sorted({*facets, *(pk for candidate in on_page for pk in candidate.tag_pks)})
    tags = {tag.pk: tag for tag in TAGS.objects(pks)} if pks else {}
    return Results(
        query=query,
        hits=_hits(on_page, ranked, tags),
        total=len(candidates),
        full_matches=0 if ranked.split else sum(map(ranked.is_full_match, candidates)),
        matching_words=ranked.matching_words,
        more=ranked.more,
        complete=ranked.complete,
        without_phrases=ranked.split and query.has_phrases and bool(candidates),
        page=page,
        pages=pages,
        tags=_tag_facets(facets, tags),
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
        plan, words = _with_completions(plan, weigh(plan.clauses, lexicon), lexicon, limits)
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
        articles,
        plan.clauses,
        words,
        groups,
        name_matches,
        searched=candidates.searched,
        mean_length=lexicon.mean_length,
    )
    more = candidates.more or len(starting) > limits.names
    return _without_tail(
        RankedArticles(ranked, words, name_matches, more, candidates.complete, split=split)
    )


def _with_completions(
    plan: Plan, words: list[WeightedWord], lexicon: Lexicon, limits: Limits
) -> tuple[Plan, list[WeightedWord]]:
    """Return the plan and its words, with the last one as a prefix too if few articles have it."""
    last = plan.should[-1] if plan.should else None
    documents = [word.documents for word in words if word.clause == last]
    if last and last.may_be_prefix and documents and documents[0] < limits.prefix_below:
        plan = plan.with_completions(complete(last))
        words = weigh(plan.clauses, lexicon)
    return plan, words


def _with_name_matches(candidates: Candidates, name_matches: frozenset[int]) -> list[Candidate]:
    """Return the candidates and the articles that match by a name."""
    others = name_matches - {candidate.pk for candidate in candidates.articles}
    loaded = load_candidates(others).values() if others else ()
    return [*candidates.articles, *loaded]


def _without_tail(ranked: RankedArticles) -> RankedArticles:
    """Return the results without those that have little of the query and are not the best."""
    best, others = ranked.candidates[:MIN_RESULTS], ranked.candidates[MIN_RESULTS:]
    informative = informative_bits({c.words for c in others}, ranked.words)
    tail = [c for c in others if c.pk in ranked.name_matches or c.words in informative]
    more = ranked.more and len(tail) == len(others)
    return replace(ranked, candidates=best + tail, more=more)


def _plan(
    query: Query, lexicon: Lexicon, tag: str, language: str, *, split_unspaced: bool = False
) -> Plan:
    tag_names = [part.text for part in query.parts if part.kind == "tag"]
    pks = _public_tags(tag_names) if tag_names else {}
    plan = build_plan(query, lexicon, pks, language, split_unspaced=split_unspaced)
    if tag:
        selected = Tag.objects.filter(slug=tag).values_list("pk", flat=True)
        plan.tags.append(frozenset(selected) or frozenset({NO_TAG}))
    return plan


def _public_tags(tag_names: list[str]) -> dict[str, int]:
    """Return the primary keys of the public tags with these names or synonyms, by folded name."""
    tags = Tag.objects.resolve(tag_names, public=True)
    # A hidden tag must not take precedence over one that is spelled alike.
    visible = Tagging.objects.public_tags().in_bulk([tag.pk for tag in tags.values()])
    return {key: tag.pk for key, tag in tags.items() if tag.pk in visible}


def _matching_names(query: Query, plan: Plan, limit: int) -> tuple[frozenset[int], list[int]]:
    """Return the articles whose name is the query, and up to `limit` whose name starts with it,
    both narrowed by the tags and the language of the plan."""
    keys = _name_keys(query)
    if not keys:
        return frozenset(), []
    within = _names_within(plan) if plan.language or plan.tags else None
    if within is None:
        exact = EXACT_NAMES.rows(sorted(keys))
    else:
        exact = list(within.filter(key__in=keys).values_list("article"))
    starting = _starting(query, within, limit) if query.may_be_prefix else []
    return frozenset(pk for (pk,) in exact), starting


def _starting(query: Query, within: NameQuerySet | None, limit: int) -> list[int]:
    """Return up to `limit` articles of which a name, one of `within` if given, starts with the
    query."""
    if within is None:
        key = names.fold(query.name)
        rows = STARTING_NAMES.rows(key, key + MAX_CODE_POINT, limit=limit)
    else:
        rows = list(within.starting_with(query.name).values_list("article")[:limit])
    return list(dict.fromkeys(pk for (pk,) in rows))


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


def _hits(candidates: list[Candidate], ranked: RankedArticles, tags: dict[int, Tag]) -> list[Hit]:
    pks = [candidate.pk for candidate in candidates]
    if not pks:
        return []
    articles = {article.pk: article for article in ARTICLES.objects(pks)}
    forms = load_forms(pks)
    return [
        _hit(candidate, articles[candidate.pk], forms[candidate.pk], ranked, tags)
        for candidate in candidates
        if candidate.pk in articles and candidate.pk in forms
    ]


def _hit(
    candidate: Candidate,
    article: Article,
    forms: Forms,
    ranked: RankedArticles,
    tags: dict[int, Tag],
) -> Hit:
    clauses = _informative([word.clause for word in ranked.words], article.language)
    of_article = [tags[pk] for pk in candidate.tag_pks if pk in tags]
    return Hit(
        article,
        _snippet(article, _matching_words(clauses, forms)),
        sorted(of_article, key=lambda tag: tag.key),
        [word.clause.text for word in ranked.missing(candidate)],
    )


def _informative(clauses: list[Clause], language: str) -> list[Clause]:
    """Return the words of the query that are no stop words of a language; all, if all are."""
    stop_words = stop_words_of(language)
    return [clause for clause in clauses if clause.term not in stop_words] or clauses


def _matching_words(clauses: list[Clause], forms: Forms) -> frozenset[str]:
    """Return the words of an article that match the query, as `match_spans` takes them."""
    roots = (root for clause in clauses for root in (*clause.roots, *clause.completions))
    words = forms.of_roots(roots)
    return frozenset(
        form
        for clause in clauses
        for root in (*clause.roots, *clause.completions)
        for form in words.get(root, ())
        if root in clause.roots or starts_with(form, clause.term)
    )


def _snippet(article: Article, words: frozenset[str]) -> list[snippets.Fragment]:
    """Return the excerpt of the article's text, or else of its summary, with most matches."""
    text = article.text[: snippets.MAX_SCANNED]
    summary = unwrap(article.summary)
    for source in (text, summary):
        if fragments := snippets.excerpt(source, words):
            return fragments
    return snippets.snippet(summary or text, [])


def _most_common_tags(candidates: list[Candidate]) -> dict[int, int]:
    """Return the most common tags, by primary key, with the number of candidates that have it."""
    return dict(Counter(pk for c in candidates for pk in c.tag_pks).most_common(MAX_FACETS))


def _tag_facets(counts: dict[int, int], tags: dict[int, Tag]) -> tuple[Facet, ...]:
    facets = [Facet(tags[pk].slug, tags[pk].name, n) for pk, n in counts.items() if pk in tags]
    return tuple(sorted(facets, key=lambda facet: (-facet.count, facet.label)))


def _language_facets(candidates: list[Candidate]) -> tuple[Facet, ...]:
    counts = Counter(candidate.language for candidate in candidates).most_common(MAX_FACETS)
    return tuple(Facet(language, language, count) for language, count in counts)
