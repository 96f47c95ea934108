"""What an article may have only so many of, because each takes time whenever it is saved or shown.

The limits come from measurement: with as many of one kind, an article is saved in about a second
(docs/benchmarks.md).
"""

import re
from itertools import islice
from typing import NamedTuple


class Limit(NamedTuple):
    """The maximum of one kind of element, which begins as `pattern` does, in code as well."""

    kind: str
    pattern: re.Pattern[str]
    maximum: int


class Excess(NamedTuple):
    """An element beyond a limit: how many there are, and the line of the first one too many."""

    kind: str
    number: int
    maximum: int
    line: int


LIMITS = (
    Limit("links", re.compile(r"\[\[|\]\(|\]\[|(?<![(<])https?://"), 10_000),
    Limit("footnotes", re.compile(r"\[\^|\^\["), 10_000),
    Limit("headings", re.compile(r"^[ >]*#{1,6}(?![^\s])", re.MULTILINE), 10_000),
    Limit("callouts", re.compile(r"^[ \t>]*(?:\[!|!!!|\?\?\?|:::)", re.MULTILINE), 10_000),
    Limit("formulas", re.compile(r"\$[^\s$]"), 40_000),
    Limit("html", re.compile(r"<[A-Za-z/]"), 20_000),
    Limit("cells", re.compile(r"\|"), 100_000),
)
# No text that is shorter has an element too many: each begins with two characters at least.
LENGTH = 2 * min(limit.maximum for limit in LIMITS)


def excess(source: str) -> Excess | None:
    """Return the first kind of element that a Markdown text has too many of, or None."""
    if len(source) <= LENGTH:
        return None
    return next(filter(None, (_excess(source, limit) for limit in LIMITS)), None)


def _excess(source: str, limit: Limit) -> Excess | None:
    matches = limit.pattern.finditer(source)
    first = next(islice(matches, limit.maximum, None), None)
    if not first:
        return None
    number = limit.maximum + 1 + sum(1 for _match in matches)
    return Excess(limit.kind, number, limit.maximum, source.count("\n", 0, first.end()) + 1)
