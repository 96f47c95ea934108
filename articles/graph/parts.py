"""What graphs are made of, and how much of a title fits into a place."""

import unicodedata
from typing import NamedTuple

WIDE = frozenset("WF")


class Node(NamedTuple):
    """An article, or a name that none has: that one has no slug, and no number above zero."""

    pk: int
    title: str
    slug: str = ""
    language: str = ""
    weight: int = 0


class Edge(NamedTuple):
    """A link, from and to a node's number."""

    source: int
    target: int


def cut(title: str, room: int) -> str:
    """As much of a title as fits into `room` letters, of which East Asian ones take two.

    >>> cut("Counter-Terrorism Cooperation", 19), cut("国際協力機構", 8)
    ('Counter-Terrorism …', '国際協…')
    """
    widths = [2 if unicodedata.east_asian_width(sign) in WIDE else 1 for sign in title]
    if sum(widths) <= room:
        return title
    end, taken = 0, 1
    while taken + widths[end] <= room:
        taken += widths[end]
        end += 1
    return f"{title[:end]}…"
