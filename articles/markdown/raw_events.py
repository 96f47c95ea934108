"""The events of pyromark as tuples."""

import re
from collections.abc import Iterator
from itertools import starmap
from typing import Any, NamedTuple

import pyromark

# Elements within a block.
INLINE = frozenset(("Emphasis", "Strong", "Strikethrough", "Link", "Image"))


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


EDGES = {"Start": "start", "End": "end"}
LINKS = ("Link", "Image")


def raw_events(source: str, options: pyromark.Options) -> Iterator[Event]:
    """Yield the events of a Markdown text as pyromark reads it."""
    return starmap(_event, pyromark.events_with_range(source, options=options))


def links(source: str, options: pyromark.Options) -> Iterator[tuple[Event, int]]:
    """Yield the starts of the links and images, each with the offset where its text ends.

    Most events are neither, and are read without making an `Event` of them.
    """
    open_links: list[tuple[Event, int]] = []
    for raw, span in pyromark.events_with_range(source, options=options):
        if isinstance(raw, dict):
            if (element := raw.get("Start")) and _is_link(element):
                open_links.append((_event(raw, span), span["start"]))
                continue
            if raw.get("End") in LINKS:
                yield open_links.pop()
        if open_links:
            link, end = open_links[-1]
            open_links[-1] = link, max(end, span["end"])


def _is_link(element: Any) -> bool:
    """Return whether an element, which is a string or has data by its name, is a link or image."""
    return "Link" in element or "Image" in element


def _event(raw: Any, span: Any) -> Event:
    edge, kind, value = "", raw, None
    if isinstance(raw, dict):
        ((kind, value),) = raw.items()
        if kind in EDGES:
            edge, kind, value = EDGES[kind], value, None
            if isinstance(kind, dict):
                ((kind, value),) = kind.items()
    return Event(kind, edge, value, span["start"], span["end"])


def is_escaped(event: Event, content: bytes) -> bool:
    """Return whether the first character of a text was written with a backslash before it."""
    return event.start > 0 and content[event.start - 1 : event.start] == b"\\"


def is_verbatim(event: Event) -> bool:
    """Return whether a text stands in the source exactly as its value: it is no entity."""
    return len(event.value.encode()) == event.end - event.start


def split_text(event: Event, separators: re.Pattern[str]) -> Iterator[Event]:
    """Yield the separators of a verbatim text, which are a group of the pattern, and the texts
    between them."""
    start = event.start
    for value in filter(None, separators.split(event.value)):
        end = start + len(value.encode())
        yield Event("Text", "", value, start, end)
        start = end
