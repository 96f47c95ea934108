r"""Markdown with ``$…$`` and ``$$…$$`` → events in which these are formulas, but prices are text.

As in Pandoc, the opening dollar has no white space after it and the closing one none before it.
As on GitHub, neither touches a letter or digit on its outer side. pyromark knows the first rule
only: a dollar that breaks the second is escaped, and the text parsed again.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

import pyromark

from articles.markdown.raw_events import Event, raw_events

MATH = pyromark.Options.ENABLE_MATH
# Two dollars, each next to something.
HINT = re.compile(r"\$[^\s$]")
WORD = re.compile(rb"[0-9A-Za-z]")
# Each round costs a parse. What still needs one after the last is no text with formulas.
ROUNDS = 5


def events_with_math(source: str, options: pyromark.Options) -> Iterable[Event]:
    """Return the events of a Markdown text, with formulas if there are any."""
    if not HINT.search(source):
        return raw_events(source, options)
    content = source.encode()
    escaped: list[int] = []
    for _round in range(ROUNDS):
        parsed = _with_escapes(content, escaped, options | MATH)
        events = list(parsed)
        prices = [event for event in events if _is_price(event, content)]
        if not prices:
            return events
        escaped = sorted(
            {*escaped, *chain.from_iterable(_dollars(event, content) for event in prices)}
        )
    return raw_events(source, options)


def _is_price(event: Event, content: bytes) -> bool:
    """Return whether a formula begins or ends within a word, as in ``US$5–$6``."""
    return event.kind == "InlineMath" and bool(
        WORD.match(content, event.end) or (event.start and WORD.match(content, event.start - 1))
    )


def _dollars(price: Event, content: bytes) -> Iterator[int]:
    """Yield where the dollars of what is no formula stand. The second one may begin a formula,
    unless it begins another price."""
    yield price.start
    if content[price.end : price.end + 1].isdigit():
        yield price.end - 1


def _with_escapes(
    content: bytes, positions: list[int], options: pyromark.Options
) -> Iterator[Event]:
    """Yield the events of a text with backslashes at these ascending positions, as if there were
    none."""
    bounds = [0, *positions, len(content)]
    parts = [content[start:end] for start, end in pairwise(bounds)]
    offsets = [position + number for number, position in enumerate(positions)]
    for event in raw_events(b"\\".join(parts).decode(), options):
        start, end = (offset - bisect_left(offsets, offset) for offset in (event.start, event.end))
        yield event._replace(start=start, end=end)
