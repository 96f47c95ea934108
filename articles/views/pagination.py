"""The position of a page in a list, which its URL names by a slug."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.http import urlencode

from articles.http import query_parameter
from articles.pagination import Page
from articles.queries.alphabetical import Position, article_position


def requested_position(
    request: HttpRequest, find: Callable[..., Position | None] = article_position
) -> Position | None:
    """Return the position that ``?after=`` or ``?before=`` names by the slug of what is listed,
    public articles or what `find` looks up; None without one."""
    after, before = query_parameter(request, "after"), query_parameter(request, "before")
    if not (after or before):
        return None
    return find(after or before, backwards=not after)


def canonical_query(page: Page[Any], position: Position | None, **parameters: str) -> str:
    """Return the query string of the canonical URL of `page`, without what makes no difference."""
    values = {name: value for name, value in parameters.items() if value}
    if position and page.has_previous:
        values["before" if position.backwards else "after"] = position.slug
    return f"?{urlencode(values)}" if values else ""
