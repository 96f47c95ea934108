"""Pages of a list of the API, which follow each other by cursors (keyset pagination)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja.errors import HttpError

from articles.api.schemas import Pagination
from articles.pagination import paginate

Row = TypeVar("Row", bound=Model)

# Values of a cursor are primary keys: 64-bit integers.
MAX_VALUE = 2**63 - 1


def cursor_page(
    request: HttpRequest, rows: QuerySet[Row], pagination: Pagination, *order: str
) -> tuple[list[Row], str | None]:
    """Return a page of `rows` and the URL of the next page, None after the last one.

    `order` is one or two columns of integers, such as ``source_id``, that together identify a
    row. They never change and grow with each new row, so that a client that follows the pages
    gets every row exactly once. Raise `HttpError` 400 for an invalid cursor.
    """
    position = _decode(pagination.cursor, len(order)) if pagination.cursor else None
    selected = paginate(rows, order, pagination.limit, position)
    if not selected.has_next:
        return list(selected.rows), None
    last = selected.rows[-1]
    return list(selected.rows), _next_url(request, [getattr(last, name) for name in order])


def _next_url(request: HttpRequest, position: list[int]) -> str:
    query = request.GET.copy()
    query["cursor"] = urlsafe_b64encode(".".join(map(str, position)).encode()).decode()
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _decode(cursor: str, length: int) -> list[int]:
    """Return the `length` values in `cursor`. Raise `HttpError` 400 if we did not encode it."""
    try:
        values = [int(value) for value in urlsafe_b64decode(cursor).decode("ascii").split(".")]
    except ValueError:
        values = []
    if len(values) != length or not all(0 <= value <= MAX_VALUE for value in values):
        raise HttpError(400, "cursor: take it from the URL in “next”.")
    return values
