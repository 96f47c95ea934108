"""Markdown → a list of events: pyromark's, with adjacent text joined and callouts recognised."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pyromark

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_GFM
    | pyromark.Options.ENABLE_WIKILINKS
    | pyromark.Options.ENABLE_DEFINITION_LIST
)
CALLOUT = re.compile(r"\[!(?P<type>[A-Za-z][\w-]*)\](?P<fold>[+-]?)[ \t]*")
BREAKS = ("SoftBreak", "HardBreak")
EDGES = ("start", "end")


class Event(NamedTuple):
    """An event of the parser, with its range in the source.

    `kind` is the type of the event or, at a start or end, of the element; `edge` is ``start``,
    ``end`` or empty; `value` is the parser's data; `start` and `end` are byte offsets.
    """

    kind: str
    edge: str
    value: Any
    start: int
    end: int


def parse_events(source: str) -> list[Event]:
    """Return the events of a Markdown text."""
    pairs = pyromark.events_with_range(source, options=OPTIONS)
    return _with_callouts(_join_text(_event(*pair) for pair in pairs))


def _event(raw: Any, span: Any) -> Event:
    edge, kind, value = "", raw, None
    if isinstance(raw, dict):
        ((kind, value),) = raw.items()
    if kind in ("Start", "End"):
        edge, kind, value = kind.lower(), value, None
        if isinstance(kind, dict):
            ((kind, value),) = kind.items()
    return Event(kind, edge, value, span["start"], span["end"])


def _join_text(events: Iterator[Event]) -> list[Event]:
    joined: list[Event] = []
    pending: list[Event] = []
    for event in events:
        if event.kind == "Text":
            pending.append(event)
            continue
        joined += _flush(pending)
        joined.append(event)
    return joined + _flush(pending)


def _flush(pending: list[Event]) -> list[Event]:
    if not pending:
        return []
    text = "".join(event.value for event in pending)
    joined = Event("Text", "", text, pending[0].start, pending[-1].end)
    pending.clear()
    return [joined]


def _with_callouts(events: list[Event]) -> list[Event]:
    """Turn block quotes that begin with ``[!type] Title`` into callouts (GitHub's alerts)."""
    out: list[Event] = []
    quotes: list[bool] = []
    skip_to = 0
    for index, event in enumerate(events):
        if index < skip_to:
            continue
        if event.kind == "BlockQuote" and event.edge == "start":
            opening = _opening(events, index)
            quotes.append(opening is not None)
            skip_to = opening[1] if opening else 0
            out += opening[0] if opening else [event]
        elif event.kind == "BlockQuote" and quotes.pop():
            out.append(Event("Callout", "end", None, event.start, event.end))
        else:
            out.append(event)
    return out


def _opening(events: list[Event], index: int) -> tuple[list[Event], int] | None:
    """Return the events that open a callout and the index after them, or None for a quote."""
    quote = events[index]
    if quote.value:
        return [_callout(quote, quote.value.lower(), "")], index + 1
    paragraph, text = events[index + 1], events[min(index + 2, len(events) - 1)]
    # An escaped bracket begins after its backslash, not where the paragraph does.
    if (paragraph.kind, text.kind, text.start) != ("Paragraph", "Text", paragraph.start):
        return None
    if not (match := CALLOUT.match(text.value)):
        return None
    end = _end_of_line(events, index + 3)
    title = events[index + 3 : end]
    if rest := text.value[match.end() :]:
        title.insert(0, text._replace(value=rest))
    opening = [_callout(quote, match["type"].lower(), match["fold"])]
    if title:
        edges = (Event("CalloutTitle", edge, None, text.start, text.end) for edge in EDGES)
        opening += [next(edges), *title, next(edges)]
    if events[end].kind in BREAKS:
        opening.append(paragraph)
    return opening, end + 1


def _end_of_line(events: list[Event], index: int) -> int:
    """Return the index of the line break or end of paragraph that ends the first line."""
    depth = 0
    while depth or events[index].kind not in (*BREAKS, "Paragraph"):
        depth += {"start": 1, "end": -1, "": 0}[events[index].edge]
        index += 1
    return index


def _callout(quote: Event, kind: str, fold: str) -> Event:
    return Event("Callout", "start", (kind, fold), quote.start, quote.end)


def is_wikilink(event: Event) -> bool:
    """Return whether a link or an image was written with double brackets."""
    return isinstance(event.value["link_type"], dict)
