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
    whole = _fitting(title, room) == len(title)
    return title if whole else f"{title[: _fitting(title, room - 1)]}…"


def in_lines(title: str, room: int) -> tuple[str, ...]:
    """A title in one line or two, of `room` letters each.

    >>> in_lines("Article number 12", 12), in_lines("国際協力機構", 8)
    (('Article', 'number 12'), ('国際協力', '機構'))
    """
    end = _fitting(title, room)
    if end == len(title):
        return (title,)
    space = title.rfind(" ", 0, end + 1)
    end = space if space > 0 else end
    return title[:end], cut(title[end:].strip(), room)


def _fitting(title: str, room: int) -> int:
    """How many of a title's signs fit."""
    taken = 0
    for end, sign in enumerate(title):
        taken += 2 if unicodedata.east_asian_width(sign) in WIDE else 1
        if taken > room:
            return end
    return len(title)
