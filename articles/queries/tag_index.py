"""The tags that public articles have, in alphabetical order: pages, and the letters in use."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from articles.models import Tag, Tagging
from articles.models.tagging import tags_of
from articles.models.visibility import public, public_sql
from articles.pagination import Page, page_query, to_page
from articles.queries.alphabetical import Position
from articles.queries.statistics import (
    CODE_POINTS,
    LETTERS,
    TagInUse,
    cached_by_version,
    tag_totals,
)
from articles.sql import CompiledQuery, fetch

PAGE_SIZE = 200
LAST_CHARACTER = "\U0010ffff"
IN_USE = """EXISTS (
    SELECT 1 FROM articles_tagging JOIN articles_article ON articles_article.id = content_object_id
    WHERE tag_id = articles_tag.id AND {public})"""


class TagIndex(NamedTuple):
    """The first page of all tags, and, if there are more, the letters that tags begin with."""

    first_page: Page[TagInUse]
    letters: tuple[str, ...]


def tag_index() -> TagIndex:
    return cached_by_version("tag_index", _read_tag_index)


def _read_tag_index() -> TagIndex:
    page = tags_page("", None)
    return TagIndex(page, tuple(tag_letters()) if page.has_next else ())


@CompiledQuery
def _tags(
    key: str, start: str, end: str, at: datetime, is_part: bool, continues: bool, backwards: bool
) -> QuerySet[Tag, Any]:
    tags = tags_of(Tagging.objects.filter(public("content_object__", at)))
    if is_part:
        tags = tags.filter(key__gte=start, key__lt=end)
    position = (key,) if continues else None
    rows = tags.values_list("pk", "name", "slug")
    return page_query(rows, ("key",), PAGE_SIZE, position, backwards=backwards)


def tags_page(initial: str, position: Position | None) -> Page[TagInUse]:
    """Return a page of all tags in use, or of those whose key begins with this `initial`. It is
    the first one if there are none beyond `position`."""
    bounds = (initial, f"{initial}{LAST_CHARACTER}") if initial else ("", "")
    backwards = position is not None and position.backwards
    rows = _tags.rows(
        position.sort_key if position else "",
        *bounds,
        is_part=bool(initial),
        continues=position is not None,
        backwards=backwards,
    )
    if position and not rows:
        return tags_page(initial, None)
    tags = list(_with_usage(rows))
    return to_page(tags, PAGE_SIZE, continues=position is not None, backwards=backwards)


def _with_usage(rows: Iterable[tuple[int, str, str]]) -> Iterable[TagInUse]:
    totals = tag_totals()
    return (TagInUse(name, slug, totals.get(pk, 0)) for pk, name, slug in rows)


def tag_position(slug: str, *, backwards: bool) -> Position | None:
    """Return the position of the tag with this slug; None if there is none."""
    for pk, key in Tag.objects.filter(slug=slug).values_list("pk", "key"):
        return Position(pk, slug, key, backwards)
    return None


def tag_letters() -> list[str]:
    """Return the first characters of the keys of all tags in use, in order, by a skip scan as that
    of `statistics.letters`."""
    visible, now = public_sql()
    sql = LETTERS.format(
        table="articles_tag",
        key="key",
        visible=IN_USE.format(public=visible),
        **CODE_POINTS[connection.vendor],
    )
    return [letter for (letter,) in fetch(sql, [*now, *now])]
