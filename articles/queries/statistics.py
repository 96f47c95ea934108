"""Counts over all articles, computed once for each content version and cached."""

import heapq
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple, TypeVar

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Min, QuerySet

from articles.models import Article, ContentVersion, Link, Tag
from articles.models.article import ArticleQuerySet
from articles.models.link import LinkQuerySet
from articles.models.visibility import public_sql
from articles.pagination import Page
from articles.queries import counts
from articles.queries.alphabetical import ListedArticle, articles_page
from articles.queries.link_map import LinkMap, build_link_map
from articles.queries.maintenance import orphans, stale, untagged, without_summary
from articles.queries.related import RelatedTag
from articles.queries.related import related_tags as compute_related_tags
from articles.sql import MAX_KEYS, fetch

Gap = Callable[[QuerySet[Article]], QuerySet[Article]]
Result = TypeVar("Result")
MAX_WANTED = 1000


# The first letter of the visible rows, then the first of those that begin with a greater one.
# Code points between U+D7FF and U+E000 are no characters.
LETTERS = """
WITH RECURSIVE letter (initial) AS (
    SELECT (SELECT substr({key}, 1, 1) FROM {table} WHERE {visible} ORDER BY {key} LIMIT 1)
    UNION ALL
    SELECT (SELECT substr({key}, 1, 1) FROM {table}
        WHERE {visible} AND {key} >= {character}(
            CASE {code_point}(initial) WHEN 55295 THEN 57344 ELSE {code_point}(initial) + 1 END)
        ORDER BY {key} LIMIT 1)
    FROM letter WHERE initial < {character}(1114111))
SELECT initial FROM letter WHERE initial IS NOT NULL"""
CODE_POINTS = {
    "sqlite": {"character": "char", "code_point": "unicode"},
    "postgresql": {"character": "chr", "code_point": "ascii"},
}


class TagInUse(NamedTuple):
    """A tag, and the number of public articles that have it."""

    name: str
    slug: str
    usage: int


class ArticleIndex(NamedTuple):
    """The letters that public articles begin with, and the first page of all articles."""

    letters: tuple[str, ...]
    first_page: Page[ListedArticle]


class WantedName(NamedTuple):
    """A name that no article has, and the number of articles that link to it."""

    key: str
    name: str
    number: int


class WantedArticles(NamedTuple):
    """The wanted articles that most articles link to, and the number of all wanted articles."""

    names: list[WantedName]
    total: int


class ContentGaps(NamedTuple):
    """The numbers of articles, public or not, that lack something: see `maintenance`."""

    orphans: int
    untagged: int
    without_summary: int
    stale: int


class SitemapPage(NamedTuple):
    """The public articles in one range of primary keys: the number of the range, how many articles
    it has, and when the last of them changed."""

    number: int
    articles: int
    changed: datetime


def most_used_tags(limit: int) -> tuple[list[TagInUse], bool]:
    """Return the tags that most public articles have, in alphabetical order, and whether there are
    others."""
    return cached_by_version(f"most_used_tags.{limit}", lambda: _most_used_tags(limit))


def related_tags(tag: int) -> list[RelatedTag]:
    """Return the tags that the newest public articles with `tag` have most often."""
    return cached_by_version(f"related_tags.{tag}", lambda: compute_related_tags(tag))


def article_index() -> ArticleIndex:
    return cached_by_version(
        "article_index", lambda: ArticleIndex(tuple(letters()), articles_page("", None))
    )


def letters() -> list[str]:
    """Return the initial letters of public articles in order; `#` stands for all that are not
    letters."""
    return cached_by_version("letters", _letters)


def tag_count() -> int:
    """Return the number of tags that public articles have."""
    return len(tag_totals())


def tag_totals() -> Mapping[int, int]:
    """Return the number of public articles with each tag that such articles have, by primary
    key."""
    return cached_by_version("tag_totals", counts.tag_totals)


def sitemap_pages(length: int) -> list[SitemapPage]:
    """Return the ranges of `length` primary keys that have public articles, numbered from 1.
    `length` is a multiple of `counts.BLOCK`."""
    return cached_by_version(f"sitemap_pages.{length}", lambda: _sitemap_pages(length))


def tag_ranges(length: int) -> list[int]:
    """Return the numbers of the ranges of `length` primary keys that have tags in use, from 1."""
    return cached_by_version(
        f"tag_ranges.{length}", lambda: sorted({(pk - 1) // length + 1 for pk in tag_totals()})
    )


def link_map(tag: int | None = None) -> LinkMap:
    """Return the map of all articles, or of those with one tag."""
    return cached_by_version(f"link_map.{tag or 'all'}", lambda: build_link_map(tag))


def wanted_articles() -> WantedArticles:
    """Return the names that articles link to, hidden ones included, and that no article has."""
    return cached_by_version("wanted_articles", _wanted_articles)


def wanted_by(sources: ArticleQuerySet) -> WantedArticles:
    """Return the names that `sources` link to and that no article has. Not cached."""
    return _most_linked(Link.objects.wanted().filter(source__in=sources.order_by()))


def content_gaps() -> ContentGaps:
    return cached_by_version("content_gaps", _content_gaps)


def only_with(gap: Gap, articles: QuerySet[Article]) -> QuerySet[Article]:
    """Return those of `articles` that have a `gap`, one of the functions of `maintenance`.

    Which articles have it is computed once for each content version, since that needs all links or
    taggings. If they are too many for a query, the database looks for those of each page again.
    """
    keys = _articles_with(gap)
    return articles.filter(pk__in=keys) if len(keys) <= MAX_KEYS else gap(articles)


def cached_by_version(name: str, compute: Callable[[], Result]) -> Result:
    """Return what `compute` returned at this content version. Callers don't change it."""
    key = f"articles.{name}.{ContentVersion.objects.current()}"
    cached: Result | None = cache.get(key)
    if cached is not None:
        return cached
    result = compute()
    cache.set(key, result)
    return result


def _most_used_tags(limit: int) -> tuple[list[TagInUse], bool]:
    totals = tag_totals()
    least = min(heapq.nlargest(limit, totals.values()), default=0)
    keys = [pk for pk, total in totals.items() if total > least]
    # Of tags that are used as often as the last one, the oldest count.
    equal = (pk for pk, total in totals.items() if total == least)
    keys += heapq.nsmallest(limit - len(keys), equal)
    rows = Tag.objects.filter(pk__in=keys).order_by("key").values_list("pk", "name", "slug")
    return [TagInUse(name, slug, totals[pk]) for pk, name, slug in rows], len(totals) > limit


def _letters() -> list[str]:
    """Look up each letter after the one before it (a skip scan of the index `article_a_to_z`), so
    that the cost depends on the number of letters, not on that of articles."""
    visible, now = public_sql()
    sql = LETTERS.format(
        table="articles_article", key="sort_key", visible=visible, **CODE_POINTS[connection.vendor]
    )
    return [letter for (letter,) in fetch(sql, [*now, *now])]


def _sitemap_pages(length: int) -> list[SitemapPage]:
    pages: dict[int, list[counts.BlockArticles]] = {}
    for number, block in sorted(counts.article_blocks().items()):
        pages.setdefault((number - 1) * counts.BLOCK // length + 1, []).append(block)
    return [
        SitemapPage(
            number,
            sum(block.articles for block in blocks),
            max(block.changed for block in blocks),
        )
        for number, blocks in pages.items()
    ]


def _wanted_articles() -> WantedArticles:
    return _most_linked(Link.objects.wanted())


def _most_linked(links: LinkQuerySet) -> WantedArticles:
    counts = (
        links.order_by()
        .values("key")
        .annotate(first_name=Min("name"), number=Count("source", distinct=True))
    )
    rows = list(counts.order_by("-number", "key").values_list("key", "first_name", "number"))
    return WantedArticles([WantedName(*row) for row in rows[:MAX_WANTED]], len(rows))


def _articles_with(gap: Gap) -> list[int]:
    def compute() -> list[int]:
        return list(gap(Article.objects.order_by()).values_list("pk", flat=True))

    return cached_by_version(f"articles_with.{gap.__name__}", compute)


def _content_gaps() -> ContentGaps:
    articles = Article.objects.order_by()
    return ContentGaps(
        len(_articles_with(orphans)),
        len(_articles_with(untagged)),
        without_summary(articles).count(),
        stale(articles).count(),
    )
