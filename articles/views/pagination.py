"""Pages of articles in alphabetical order, addressed by the article before or after them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.http import urlencode

from articles.http import query_parameter
from articles.models import Article
from articles.pagination import Page, paginate

Row = TypeVar("Row", bound=Model)

PAGE_SIZE = 50


@dataclass(frozen=True)
class Position:
    """The article that a page starts after, or ends before if `backwards`."""

    article: Article
    backwards: bool


def requested_position(request: HttpRequest) -> Position | None:
    """Return the position that ``?after=`` or ``?before=`` names by the slug of a public article,
    None without one."""
    after, before = query_parameter(request, "after"), query_parameter(request, "before")
    if not (after or before):
        return None
    public = Article.objects.public().only("slug", "sort_key")
    article = public.filter(slug=after or before).first()
    return Position(article, backwards=not after) if article else None


def alphabetical_page(
    rows: QuerySet[Row], position: Position | None, tie_breaker: str = "slug"
) -> Page[Row]:
    """Return the rows next to `position`; the first page if there are none or it is None.

    Rows are ordered by `sort_key`, and by `tie_breaker` where that is equal: the slug of the
    article, or a foreign key to it.
    """
    order = ("sort_key", tie_breaker)
    if position is None:
        return paginate(rows, order, PAGE_SIZE)
    article = position.article
    key: Sequence[Any] = (article.sort_key, article.slug if tie_breaker == "slug" else article.pk)
    page = paginate(rows, order, PAGE_SIZE, key, backwards=position.backwards)
    return page if page.rows else paginate(rows, order, PAGE_SIZE)


def canonical_query(page: Page[Any], position: Position | None, **parameters: str) -> str:
    """Return the query string of the canonical URL of `page`, without what makes no difference."""
    values = {name: value for name, value in parameters.items() if value}
    if position and page.has_previous:
        values["before" if position.backwards else "after"] = position.article.slug
    return f"?{urlencode(values)}" if values else ""
