"""Pages of articles in alphabetical order, and positions in lists of articles.

The queries are compiled: Django takes longer to build them than the databases take to read a page.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from articles.models import Article, Tagging
from articles.models.visibility import public
from articles.pagination import Page, page_query, to_page
from articles.sql import CompiledQuery

PAGE_SIZE = 50
COLUMNS = ("slug", "title", "summary", "language")


class ListedArticle(NamedTuple):
    """What the entry of an article in a list shows."""

    slug: str
    title: str
    summary: str
    language: str


class Position(NamedTuple):
    """The article that a page starts after, or ends before if `backwards`."""

    pk: int
    slug: str
    sort_key: str
    backwards: bool


@CompiledQuery
def _position(slug: str, at: datetime) -> QuerySet[Article, Any]:
    articles: QuerySet[Article] = Article.objects.public(at).filter(slug=slug)
    return articles.values_list("pk", "sort_key")


def article_position(slug: str, *, backwards: bool) -> Position | None:
    """Return the position of the public article with this slug; None if there is none."""
    for row in _position.rows(slug):
        return Position(row[0], slug, row[1], backwards)
    return None


@CompiledQuery
def _articles(
    sort_key: str,
    slug: str,
    start: str,
    end: str,
    at: datetime,
    is_part: bool,
    continues: bool,
    backwards: bool,
) -> QuerySet[Article, Any]:
    articles = Article.objects.public(at)
    if is_part:
        articles = articles.filter(sort_key__gte=start, sort_key__lt=end)
    position = (sort_key, slug) if continues else None
    rows = articles.values_list(*COLUMNS)
    return page_query(rows, ("sort_key", "slug"), PAGE_SIZE, position, backwards=backwards)


@CompiledQuery
def _tagged(
    tag: int, sort_key: str, article: int, at: datetime, continues: bool, backwards: bool
) -> QuerySet[Tagging, Any]:
    taggings = Tagging.objects.filter(public("content_object__", at), tag=tag)
    rows = taggings.values_list(*(f"content_object__{column}" for column in COLUMNS))
    order, position = ("sort_key", "content_object"), (sort_key, article) if continues else None
    return page_query(rows, order, PAGE_SIZE, position, backwards=backwards)


def articles_page(initial: str, position: Position | None) -> Page[ListedArticle]:
    """Return a page of all public articles, or of those with this `initial` of their sort key. It
    is the first one if there are none beyond `position`. One query, or two."""
    bounds = (initial, chr(ord(initial) + 1)) if initial else ("", "")
    key = (position.sort_key, position.slug) if position else ("", "")
    shape = _shape(position)
    rows = _articles.rows(*key, *bounds, is_part=bool(initial), **shape)
    if position and not rows:
        return articles_page(initial, None)
    return to_page([ListedArticle(*row) for row in rows], PAGE_SIZE, **shape)


def tagged_page(tag: int, position: Position | None) -> Page[ListedArticle]:
    """Return a page of the public articles with a tag, in the same way."""
    key = (position.sort_key, position.pk) if position else ("", 0)
    shape = _shape(position)
    rows = _tagged.rows(tag, *key, **shape)
    if position and not rows:
        return tagged_page(tag, None)
    return to_page([ListedArticle(*row) for row in rows], PAGE_SIZE, **shape)


def _shape(position: Position | None) -> dict[str, bool]:
    return {
        "continues": position is not None,
        "backwards": position is not None and position.backwards,
    }
