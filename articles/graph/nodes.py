"""The nodes and edges of graphs, and titles that fit the width of a label."""

import unicodedata
from typing import NamedTuple

WIDE_CHARACTERS = frozenset("WF")


class Node(NamedTuple):
    """An article, or a wanted article: that one has no slug, and a negative `pk`."""

    pk: int
    title: str
    slug: str = ""
    language: str = ""
    weight: int = 0


class Edge(NamedTuple):
    """A link from one node to another, by their `pk`."""

    source: int
    target: int


def truncate_title(title: str, width: int) -> str:
    """Return a title truncated to `width` columns. East Asian wide characters take two.

    >>> truncate_title("Counter-Terrorism Cooperation", 19), truncate_title("国際協力機構", 8)
    ('Counter-Terrorism …', '国際協…')
    """
    fits = _fitting_length(title, width) == len(title)
    return title if fits else f"{title[: _fitting_length(title, width - 1)]}…"


def wrap_title(title: str, width: int) -> tuple[str, ...]:
    """Return a title as one or two lines of at most `width` columns each.

    >>> wrap_title("Article number 12", 12), wrap_title("国際協力機構", 8)
    (('Article', 'number 12'), ('国際協力', '機構'))
    """
    end = _fitting_length(title, width)
    if end == len(title):
        return (title,)
    space = title.rfind(" ", 0, end + 1)
    end = space if space > 0 else end
    return title[:end], truncate_title(title[end:].strip(), width)


def _fitting_length(title: str, width: int) -> int:
    """Return how many characters of a title fit."""
    columns = 0
    for end, character in enumerate(title):
        columns += 2 if unicodedata.east_asian_width(character) in WIDE_CHARACTERS else 1
        if columns > width:
            return end
    return len(title)
