"""A question → one page of what answers it, best first, with what it could be narrowed by."""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from articles.models import Article, Name, Tag, Tagging
from articles.search import analysis, backends, lexicon, ranking, snippets
from articles.search.index import HEADED, NAMED, TAGGED
from articles.search.plan import Plan, plan
from articles.search.query import Query, parse
from articles.text import names

SIZE = 10
# So many articles are ranked. Where more meet the plan, those with a word in a name, a tag or a
# heading are among them, so many of each, and the newest of the others.
MOST = 400
EACH = 80
# A last word that so few articles have is also taken as the beginning of words.
FEW = 20
FACETS = 12
# A snippet is cut where most of the first places are near each other.
PLACES = 8


@dataclass(frozen=True)
class Facet:
    """A way to narrow the results, and how many would be left, at least."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Hit:
    """One result: an article, and the piece of its text that answers."""

    article: Article
    snippet: list[snippets.Piece]
    tags: list[Tag]


@dataclass(frozen=True)
class Results:
    """`total` is the number of articles that were found. If there are `more`, it is the number
    of those that were ranked, and facets count among these.
    `loose`: none has all words that were asked for, these have some. `whole`: everything that may
    have had words in a row was looked at."""

    query: Query
    hits: list[Hit]
    total: int = 0
    more: bool = False
    loose: bool = False
    whole: bool = True
    page: int = 1
    pages: int = 1
    tags: tuple[Facet, ...] = ()
    languages: tuple[Facet, ...] = ()


@dataclass(frozen=True)
class Found:
    """All that is ranked for a question, in order."""

    rows: list[ranking.Candidate]
    more: bool
    plan: Plan
    whole: bool = True


class Candidates(NamedTuple):
    """The keys of articles to be ranked, whether there are `more`, and whether the `whole` was
    looked at."""

    keys: frozenset[int]
    more: bool = False
    whole: bool = True


def search_articles(
    text: str, *, page: int = 1, tag: str = "", language: str = "", size: int = SIZE
) -> Results:
    """The results on one page, counted from 1; `tag` (a slug) and `language` narrow them."""
    query = parse(text)
    found = look_for(query, tag=tag, language=language)
    pages = max(1, -(-len(found.rows) // size))
    page = min(max(1, page), pages)
    shown = found.rows[(page - 1) * size : page * size]
    return Results(
        query=query,
        hits=_hits([row.pk for row in shown], found.plan),
        total=len(found.rows),
        more=found.more,
        loose=found.plan.loose and bool(found.rows),
        whole=found.whole,
        page=page,
        pages=pages,
        tags=_tags(found.rows),
        languages=_languages(found.rows),
    )


def look_for(query: Query, *, tag: str = "", language: str = "") -> Found:
    """The articles that answer, ranked."""
    asked = _plan(query, tag, language)
    exact, begun = _named(query, asked)
    if not asked.asks:
        return Found(ranking.candidates(exact), False, asked)
    with backends.ready():
        found = _candidates(asked)
        opened = asked.opened() if query.open_end and len(found.keys) < FEW else asked
        if opened != asked:
            asked = opened
            found = _candidates(asked)
        if not found.keys and not exact and asked.may_be_loose:
            asked = replace(asked, loose=True)
            found = _candidates(asked)
    rows = ranking.candidates(found.keys | exact | begun.keys)
    more = found.more or begun.more
    return Found(ranking.ranked(rows, asked, exact), more, asked, found.whole)


def _plan(query: Query, tag: str, language: str) -> Plan:
    named = [part.text for part in query.parts if part.kind == "tag"]
    tags = {key: found.pk for key, found in Tag.objects.resolve(named).items()} if named else {}
    asked = plan(query, lexicon.current(), tags, language)
    if tag:
        chosen = Tag.objects.filter(slug=tag).values_list("pk", flat=True)
        asked.tagged.append(frozenset(chosen) or frozenset({0}))
    return asked


def _named(query: Query, asked: Plan) -> tuple[frozenset[int], Candidates]:
    """The articles that have the whole question as a name, and some that have a name which begins
    so, of those that it is narrowed to."""
    keys = {names.fold(query.name), names.fold(query.written)} - {""}
    if not keys:
        return frozenset(), Candidates(frozenset())
    named = Name.objects.public()
    if asked.language:
        named = named.filter(language__iexact=asked.language)
    for tags in asked.tagged:
        tagged = Tagging.objects.filter(tag__in=tags).values("content_object")
        named = named.filter(article__in=tagged)
    exact = named.filter(key__in=keys).values_list("article", flat=True)
    begun = named.starting(query.name).values_list("article", flat=True)
    some = list(begun[: EACH + 1]) if query.open_end else []
    return frozenset(exact), Candidates(frozenset(some[:EACH]), more=len(some) > EACH)


def _candidates(asked: Plan) -> Candidates:
    """Articles that meet the plan."""
    keys, whole = backends.sight(asked, MOST + 1)
    if len(keys) <= MOST:
        return Candidates(frozenset(keys), more=not whole, whole=whole)
    first = [key for place in (NAMED, TAGGED, HEADED) for key in backends.find(asked, EACH, place)]
    return Candidates(frozenset((*first, *keys[:MOST])), more=True)


def _hits(keys: list[int], asked: Plan) -> list[Hit]:
    articles = Article.objects.public().defer("body", "html", "toc").in_bulk(keys)
    tags: dict[int, list[Tag]] = {}
    taggings = Tagging.objects.filter(content_object__in=keys).select_related("tag")
    for tagging in taggings.order_by("tag__key"):
        tags.setdefault(tagging.content_object_id, []).append(tagging.tag)
    return [
        Hit(articles[key], piece_of(articles[key], asked), tags.get(key, []))
        for key in keys
        if key in articles
    ]


def piece_of(article: Article, asked: Plan) -> list[snippets.Piece]:
    """The piece of the article's text that has most of what is asked for, else its summary."""
    text = article.text[: snippets.LOOKED_AT]
    for source in (text, article.summary):
        hits = analysis.hits(source, article.language, asked.terms, asked.beginning)
        places = list(islice(hits, PLACES))
        if places:
            return snippets.snippet(source, places)
    return snippets.snippet(article.summary or text, [])


def _tags(rows: list[ranking.Candidate]) -> tuple[Facet, ...]:
    counted = Counter(tag for row in rows for tag in row.tags.split()).most_common(FACETS)
    keys = {int(term.removeprefix(TAGGED)): count for term, count in counted}
    tags = Tag.objects.in_bulk(keys)
    facets = [Facet(tag.slug, tag.name, keys[pk]) for pk, tag in tags.items()]
    return tuple(sorted(facets, key=lambda facet: (-facet.count, facet.label)))


def _languages(rows: list[ranking.Candidate]) -> tuple[Facet, ...]:
    counted = Counter(row.language for row in rows).most_common(FACETS)
    return tuple(Facet(language, language, count) for language, count in counted)
