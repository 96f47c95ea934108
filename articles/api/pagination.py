"""Rows in the order of keys that never change → pages that follow each other by cursors."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from ninja.errors import HttpError

from articles.api.schemas import Paging

Row = TypeVar("Row", bound=Model)

LARGEST = 2**63


def page(
    request: HttpRequest, rows: QuerySet[Row], paging: Paging, *order: str
) -> tuple[list[Row], str | None]:
    """A page of `rows`, and the address of the next one.

    `order` is one or two columns of whole numbers, such as ``source_id``, that tell all rows
    apart. New rows come behind those that were there, and none changes places: whoever reads
    page after page gets each row once.
    """
    if paging.cursor:
        rows = rows.filter(_beyond(order, _places(paging.cursor, len(order))))
    found = list(rows.order_by(*order)[: paging.limit + 1])
    if len(found) <= paging.limit:
        return found, None
    last = found[paging.limit - 1]
    return found[: paging.limit], _address(request, [getattr(last, name) for name in order])


def _beyond(order: tuple[str, ...], places: list[int]) -> Q:
    if len(order) == 1:
        return Q(**{f"{order[0]}__gt": places[0]})
    first, second = order
    seen = Q(**{first: places[0], f"{second}__lte": places[1]})
    return Q(**{f"{first}__gte": places[0]}) & ~seen


def _address(request: HttpRequest, places: list[int]) -> str:
    query = request.GET.copy()
    query["cursor"] = urlsafe_b64encode(".".join(map(str, places)).encode()).decode()
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _places(cursor: str, count: int) -> list[int]:
    """What a cursor says; whatever we have not written ourselves is refused."""
    try:
        places = [int(place) for place in urlsafe_b64decode(cursor).decode("ascii").split(".")]
    except ValueError:
        places = []
    if len(places) != count or not all(0 <= place < LARGEST for place in places):
        raise HttpError(400, "cursor: take it from the address in “next”.")
    return places
