"""Limits of what an article may have many of: each takes time whenever it is saved or displayed.

The limits come from measurement: with as many of one kind, an article is saved in about a second
(docs/benchmarks.md).
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

# The beginning of a definition of a link, and a shortcut reference (CommonMark 4.7, 6.3).
DEFINITION = re.compile(r"^[ \t>]*\[(?P<label>[^\[\]]+)\]:", re.MULTILINE)
SHORTCUT = re.compile(r"\[(?P<label>[^\[\]]+)\](?![(\[:])")

# What may stand before a block in its line: the marks of quotes and list items around it.
START = r"^(?:[ \t>]|[-+*][ \t]|\d{1,9}[.)][ \t])*"


class Limit(NamedTuple):
    """The maximum of one kind of element, which `find` finds in a text, in code as well."""

    kind: str
    find: Callable[[str], Iterator[re.Match[str]]]
    maximum: int


class Excess(NamedTuple):
    """An element beyond a limit: how many there are, and the line of the first one too many."""

    kind: str
    number: int
    maximum: int
    line: int


def beginnings(pattern: str) -> Callable[[str], Iterator[re.Match[str]]]:
    """Return a function that finds what begins as `pattern` does."""
    return re.compile(pattern, re.MULTILINE).finditer


def shortcut_references(source: str) -> Iterator[re.Match[str]]:
    """Yield the links and images ``[label]`` whose label is defined."""
    labels = {_label(match) for match in DEFINITION.finditer(source)}
    if labels:
        yield from (match for match in SHORTCUT.finditer(source) if _label(match) in labels)


def _label(match: re.Match[str]) -> str:
    return " ".join(match["label"].casefold().split())


LIMITS = (
    Limit("links", beginnings(r"\[\[|\]\(|\]\[|(?<![(</])(?:https?://|www\.)"), 10_000),
    Limit("links", shortcut_references, 10_000),
    Limit("footnotes", beginnings(r"\[\^|\^\["), 10_000),
    Limit("headings", beginnings(rf"{START}#{{1,6}}(?!\S)|^[ \t>]*(?:=+|-+)[ \t]*\r?$"), 10_000),
    Limit("callouts", beginnings(rf"{START}(?:\[!|!!!|\?\?\?|:::)"), 10_000),
    Limit("formulas", beginnings(r"\$[^\s$]"), 40_000),
    Limit("html", beginnings(r"<[A-Za-z/]"), 20_000),
    Limit("cells", beginnings(r"\|"), 100_000),
)
# No text that is shorter has an element too many: each begins with two characters at least.
LENGTH = 2 * min(limit.maximum for limit in LIMITS)


def excess(source: str) -> Excess | None:
    """Return the first kind of element that a Markdown text has too many of, or None."""
    if len(source) <= LENGTH:
        return None
    return next(filter(None, (_excess(source, limit) for limit in LIMITS)), None)


def _excess(source: str, limit: Limit) -> Excess | None:
    matches = limit.find(source)
    first = next(islice(matches, limit.maximum, None), None)
    if not first:
        return None
    number = limit.maximum + 1 + sum(1 for _match in matches)
    return Excess(limit.kind, number, limit.maximum, source.count("\n", 0, first.end()) + 1)
