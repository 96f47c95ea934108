"""Pages of a list of the API, which follow each other by cursors (keyset pagination)."""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from ninja.errors import HttpError

from articles.api.schemas import Pagination
from articles.pagination import paginate

Row = TypeVar("Row", bound=Model)

# Bytes of a block: room for two primary keys, which are 64-bit integers.
BLOCK = 16


def cursor_page(
    request: HttpRequest, rows: QuerySet[Row], pagination: Pagination, *order: str
) -> tuple[list[Row], str | None]:
    """Return a page of `rows` and the URL of the next page, None after the last one.

    `order` is one or two columns of integers, such as ``source_id``, that together identify a
    row. They never change and grow with each new row, so that a client that follows the pages
    gets every row exactly once. Raise `HttpError` 400 for an invalid cursor.
    """
    position = cursor_position(pagination, *order)
    selected = paginate(rows, order, pagination.limit, position)
    if not selected.has_next:
        return list(selected.rows), None
    last = selected.rows[-1]
    values = [getattr(last, name) for name in order]
    return list(selected.rows), _next_url(request, order, values)


def cursor_position(pagination: Pagination, *order: str) -> tuple[int, ...] | None:
    """Return the position after which a page begins, None for the first one: the values of the
    columns `order`. Raise `HttpError` 400 for an invalid cursor."""
    return _decrypt(order, pagination.cursor) if pagination.cursor else None


def _next_url(request: HttpRequest, order: Sequence[str], position: list[int]) -> str:
    query = request.GET.copy()
    query["cursor"] = _encrypt(order, position)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _encrypt(order: Sequence[str], position: Sequence[int]) -> str:
    """Return the cursor for a position, as text that tells nothing about it.

    Primary keys would reveal how many articles are hidden or deleted. This is deterministic
    authenticated encryption with a synthetic initialization vector (SIV), as in RFC 5297.
    """
    values = struct.pack(f">{len(position)}q", *position)
    vector = _digest("vector", order, values)
    return urlsafe_b64encode(vector + _xor(values, _digest("keystream", order, vector))).decode()


def _decrypt(order: Sequence[str], cursor: str) -> tuple[int, ...]:
    """Return the position in `cursor`. Raise `HttpError` 400 if we did not encrypt it."""
    try:
        data = urlsafe_b64decode(cursor.encode("ascii"))
        vector = data[:BLOCK]
        values = _xor(data[BLOCK:], _digest("keystream", order, vector))
        if constant_time_compare(vector, _digest("vector", order, values)):
            return struct.unpack(f">{len(order)}q", values)
    except (ValueError, struct.error):
        pass
    raise HttpError(400, "cursor: take it from the URL in “next”.")


def _digest(purpose: str, order: Sequence[str], data: bytes) -> bytes:
    """Return a block that depends on the secret key of the site and on all arguments."""
    salt = f"articles.api.cursor.{purpose}.{'.'.join(order)}"
    return salted_hmac(salt, data, algorithm="sha256").digest()[:BLOCK]


def _xor(values: bytes, keystream: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(values, keystream, strict=False))
