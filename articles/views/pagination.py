"""Rows in an order → one page of them, found by the article that stands before or after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.http import urlencode

from articles.models import Article

Row = TypeVar("Row", bound=Model)

SIZE = 50


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows that follow one another, and whether there are others on either side."""

    rows: Sequence[Row]
    has_previous: bool
    has_next: bool


def parameter(request: HttpRequest, name: str) -> str:
    """A value from the query string, without the NUL that PostgreSQL refuses."""
    return request.GET.get(name, "").replace("\0", "")


@dataclass(frozen=True)
class Start:
    """The article that a page begins after, or ends before."""

    article: Article
    backwards: bool


def start_of(request: HttpRequest) -> Start | None:
    """What ``?after=`` or ``?before=`` names, if it is an article that readers know."""
    after, before = parameter(request, "after"), parameter(request, "before")
    if not (after or before):
        return None
    public = Article.objects.public().only("slug", "sort_key")
    found = public.filter(slug=after or before).first()
    return Start(found, backwards=not after) if found else None


def page(rows: QuerySet[Row], start: Start | None, tie: str = "slug") -> Page[Row]:
    """The rows next to `start`; without it, or where nothing lies beyond, the first page.

    Rows are in the order of their `sort_key`; `tie`, the slug of the article or a reference to
    it, tells those apart that have the same.
    """
    if start is None:
        found = list(rows.order_by("sort_key", tie)[: SIZE + 1])
        return Page(found[:SIZE], has_previous=False, has_next=len(found) > SIZE)
    order = ("-sort_key", f"-{tie}") if start.backwards else ("sort_key", tie)
    found = list(rows.filter(_beyond(start, tie)).order_by(*order)[: SIZE + 1])
    if not found:
        return page(rows, None, tie)
    more = len(found) > SIZE
    if start.backwards:
        return Page(found[:SIZE][::-1], has_previous=more, has_next=True)
    return Page(found[:SIZE], has_previous=True, has_next=more)


def _beyond(start: Start, tie: str) -> Q:
    """Written so that an index on both fields is read from the start on."""
    article = start.article
    near, far = ("lte", "gte") if start.backwards else ("gte", "lte")
    ties = {f"{tie}__{far}": article.slug if tie == "slug" else article.pk}
    return Q(**{f"sort_key__{near}": article.sort_key}) & ~Q(sort_key=article.sort_key, **ties)


def place(page: Page[Any], start: Start | None, **others: str) -> str:
    """The query string that the page is known by, without what makes no difference."""
    given = {name: value for name, value in others.items() if value}
    if start and page.has_previous:
        given["before" if start.backwards else "after"] = start.article.slug
    return f"?{urlencode(given)}" if given else ""
