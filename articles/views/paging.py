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


def anchor(request: HttpRequest) -> tuple[Article | None, bool]:
    """The article that ``?after=`` or ``?before=`` names, if readers may know it, and whether
    the page goes backwards from there."""
    after, before = parameter(request, "after"), parameter(request, "before")
    if not (after or before):
        return None, False
    public = Article.objects.public().only("slug", "sort_key")
    return public.filter(slug=after or before).first(), not after


def page(
    rows: QuerySet[Row],
    order: tuple[str, str],
    position: tuple[Any, Any] | None,
    backwards: bool = False,
) -> Page[Row]:
    """The rows next to `position`, which holds a value for both fields of `order`.

    Without a position, and where nothing lies beyond it, that is the first page.
    """
    if position is None:
        found = list(rows.order_by(*order)[: SIZE + 1])
        return Page(found[:SIZE], has_previous=False, has_next=len(found) > SIZE)
    beyond = rows.filter(_beyond(order, position, backwards))
    found = list(beyond.order_by(*(f"{'-' * backwards}{field}" for field in order))[: SIZE + 1])
    if not found:
        return page(rows, order, None)
    more = len(found) > SIZE
    if backwards:
        return Page(found[:SIZE][::-1], has_previous=more, has_next=True)
    return Page(found[:SIZE], has_previous=True, has_next=more)


def place(page: Page[Any], start: Article | None, backwards: bool, **others: str) -> str:
    """The query string that the page is known by, without what makes no difference."""
    given = {name: value for name, value in others.items() if value}
    if start and page.has_previous:
        given["before" if backwards else "after"] = start.slug
    return f"?{urlencode(given)}" if given else ""


def _beyond(order: tuple[str, str], position: tuple[Any, Any], backwards: bool) -> Q:
    """Written so that an index on both fields is read from the position on."""
    near, far = ("lte", "gte") if backwards else ("gte", "lte")
    first, second = order
    return Q(**{f"{first}__{near}": position[0]}) & ~Q(
        **{first: position[0], f"{second}__{far}": position[1]}
    )
