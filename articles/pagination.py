"""Keyset pagination: a page starts after a given row instead of after a number of rows.

Unlike ``OFFSET``, it reads only the rows of the page, however far on that is, and no row is
skipped or repeated when others are added or removed meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row")
Record = TypeVar("Record", bound=Model)
Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Consecutive rows, and whether there are rows before and after them."""

    rows: Sequence[Row]
    has_previous: bool
    has_next: bool


def paginate(
    rows: QuerySet[Record],
    order: Sequence[str],
    size: int,
    position: Sequence[Any] | None = None,
    *,
    backwards: bool = False,
) -> Page[Record]:
    """Return at most `size` of `rows` after `position`, or before it if `backwards`.

    `order` names one or two columns that together identify a row; `position` has a value for
    each. Without a position, the page is the first one.
    """
    query = page_query(rows, order, size, position, backwards=backwards)
    return to_page(list(query), size, continues=position is not None, backwards=backwards)


def page_query(
    rows: QuerySet[Record, Item],
    order: Sequence[str],
    size: int,
    position: Sequence[Any] | None = None,
    *,
    backwards: bool = False,
) -> QuerySet[Record, Item]:
    """Return the query of `paginate`: in its direction, and one row more if there are more."""
    if position is not None:
        rows = rows.filter(_beyond(order, position, backwards=backwards))
    columns = [f"-{column}" for column in order] if backwards else order
    return rows.order_by(*columns)[: size + 1]


def to_page(
    selected: Sequence[Row], size: int, *, continues: bool, backwards: bool = False
) -> Page[Row]:
    """Return the rows of a `page_query` as a page. `continues`: the query had a position."""
    more = len(selected) > size
    if backwards:
        return Page(selected[:size][::-1], has_previous=more, has_next=True)
    return Page(selected[:size], has_previous=continues, has_next=more)


def _beyond(order: Sequence[str], position: Sequence[Any], *, backwards: bool) -> Q:
    """Compare rows with `position` column by column, as SQL compares tuples.

    The condition on the first column stands alone, so that an index on both columns is read from
    the position on.
    """
    beyond, up_to, past = ("lte", "gte", "lt") if backwards else ("gte", "lte", "gt")
    if len(order) == 1:
        return Q(**{f"{order[0]}__{past}": position[0]})
    first, second = order
    passed = Q(**{first: position[0], f"{second}__{up_to}": position[1]})
    return Q(**{f"{first}__{beyond}": position[0]}) & ~passed
