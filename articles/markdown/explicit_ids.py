"""Ids that authors give: ``## Heading {#id}``, and the mark of a block, ``^id`` (Obsidian).

They are taken out of the text. The id of a heading, given in either way, becomes the ``id`` of
its first event; an event ``BlockId`` precedes any other block that has one.
"""

import re
from collections.abc import Iterator, Sequence

from articles.markdown.raw_events import Event

# As in Pandoc, MkDocs, Hugo and kramdown: ids, classes and values, and nothing else.
ATTRIBUTE = r"(?:\#[^\s{}\"'<>]+|\.[^\s{}#\"'<>]+|[\w:-]+=(?:\"[^\"{}]*\"|'[^'{}]*'|[^\s{}\"']+))"
ATTRIBUTES = re.compile(
    rf"(?:^|[ \t]+)\{{:?[ \t]*(?P<list>{ATTRIBUTE}(?:[ \t]+{ATTRIBUTE})*)[ \t]*\}}\Z"
)
ID = re.compile(r"(?:^|[ \t])[#^](?P<id>\S+)")
ESCAPED = re.compile(rb"\\[{^][^{^]*\Z")
MAX_ID_LENGTH = 100

BLOCK_MARK = re.compile(r"(?:^|(?<=[ \t]))(?P<list>\^(?P<id>[A-Za-z0-9-]+))[ \t]*\Z")
# Both hints begin with a literal character, for which the search is fast.
ATTRIBUTES_HINT = re.compile(r"\{:?[ \t]*[#.\w][^{}\r\n]*\}[ \t#]*\r?$", re.MULTILINE)
BLOCK_MARK_HINT = re.compile(r"\^(?<![^\s>|]\^)[A-Za-z0-9-]+[ \t|#]*\r?$", re.MULTILINE)
# What follows the last text of a block that may be marked.
ENDS_OF_TEXT = frozenset(
    (
        ("Paragraph", "end"),
        ("Item", "end"),
        ("DefinitionListDefinition", "end"),
        ("TableCell", "end"),
        ("List", "start"),
    )
)
MARKED_BLOCKS = frozenset(
    (
        "BlockQuote",
        "Callout",
        "CodeBlock",
        "DefinitionList",
        "DefinitionListDefinition",
        "Item",
        "List",
        "Paragraph",
        "Table",
        "TableRow",
    )
)
# A mark on its own line after one of these stays text.
OTHER_BLOCKS = frozenset(("Heading", "BlockElement", "Rule", "FootnoteDefinition"))


def with_explicit_ids(events: list[Event], source: str) -> list[Event]:
    """Return `events`, those of `source`, with ids in the place of their marks in the text."""
    has_marks = BLOCK_MARK_HINT.search(source)
    if has_marks or ATTRIBUTES_HINT.search(source):
        _take_heading_ids(events, source.encode())
    return _BlockMarks(events).replaced() if has_marks else events


def explicit_ids(events: Sequence[Event]) -> Iterator[str]:
    """Yield the ids that authors gave to headings, to blocks and in HTML."""
    for event in events:
        if event.kind in ("BlockId", "Anchor"):
            yield event.value
        elif event.kind == "Heading" and event.edge == "start" and event.value["id"]:
            yield event.value["id"]


def _take_heading_ids(events: list[Event], source: bytes) -> None:
    """Remove the attributes at the end of headings; an id becomes part of the first event."""
    start = 0
    for index, event in enumerate(events):
        if event.kind != "Heading":
            continue
        if event.edge == "start":
            start = index
            continue
        text = events[index - 1]
        match = _mark_of_heading(text, source) if text.kind == "Text" else None
        if not match:
            continue
        events[index - 1] = text._replace(value=text.value[: match.start()].rstrip(" \t"))
        if identifier := ID.search(match["list"]):
            value = {**events[start].value, "id": identifier["id"][:MAX_ID_LENGTH]}
            events[start] = events[start]._replace(value=value)


def _mark_of_heading(text: Event, source: bytes) -> re.Match[str] | None:
    """Return the match of the attributes, or the mark, that end the text of a heading."""
    if ESCAPED.search(source, text.start, text.end):
        return None
    mark = BLOCK_MARK.search(text.value)
    return mark if mark and mark.start() else ATTRIBUTES.search(text.value)


class _BlockMarks:
    """Finds the marks of blocks in one pass over the events."""

    def __init__(self, events: list[Event]) -> None:
        self.events = events
        self.ids: dict[int, str] = {}
        self.used: set[str] = set()
        self.removed: set[int] = set()
        # The indexes at which the open blocks begin; and for the document and each of them, the
        # index at which its last block so far begins.
        self.open: list[int] = []
        self.previous: list[int | None] = [None]

    def replaced(self) -> list[Event]:
        """Return the events without marks, and with ids."""
        for index, event in enumerate(self.events):
            if event.kind == "Text":
                self._read_text(index, event)
            elif event.kind in OTHER_BLOCKS:
                self.previous[-1] = None
            elif event.kind in MARKED_BLOCKS and event.edge == "start":
                self.open.append(index)
                self.previous.append(None)
            elif event.kind in MARKED_BLOCKS:
                self.previous.pop()
                start = self.open.pop()
                if start not in self.removed:
                    self.previous[-1] = start
        return list(self._with_ids())

    def _read_text(self, index: int, event: Event) -> None:
        if not self.open or not (match := BLOCK_MARK.search(event.value)):
            return
        start, identifier = self.open[-1], match["id"].lower()
        kind = self.events[start].kind
        following = self.events[index + 1]
        # In a list item, other lines, such as pictures, may follow the line with the mark.
        goes_on = kind == "Item" and following.kind in ("SoftBreak", "HardBreak")
        if not goes_on and (following.kind, following.edge) not in ENDS_OF_TEXT:
            return
        if kind == "TableRow":
            self._mark_table(index, match, identifier)
        elif match.start() or self.events[index - 1].kind == "SoftBreak":
            self._mark_block(index, match, identifier)
        elif kind == "Paragraph" and index == start + 1:
            self._mark_previous([start, index, index + 1], self.previous[-2], identifier)

    def _mark_block(self, index: int, match: re.Match[str], identifier: str) -> None:
        """Mark the block that ends with the mark."""
        text = self.events[index].value[: match.start()].rstrip()
        self.events[index] = self.events[index]._replace(value=text)
        if not text:
            self.removed.add(index)
        if not text and self.events[index - 1].kind == "SoftBreak":
            self.removed.add(index - 1)
        self._add(self.open[-1], identifier)

    def _mark_table(self, index: int, match: re.Match[str], identifier: str) -> None:
        """Mark the table that a line with nothing but the mark follows, which is a row of it."""
        start, end = self.open[-1], index + 1
        while self.events[end].kind == "TableCell":
            end += 1
        is_last = self.events[end + 1].kind == "Table"
        if is_last and index == start + 2 and not match.start():
            self._mark_previous(range(start, end + 1), self.open[-2], identifier)

    def _mark_previous(
        self, indexes: Sequence[int], previous: int | None, identifier: str
    ) -> None:
        """Mark the block before one that consists of the mark, the events at `indexes`."""
        if previous is not None:
            self.removed.update(indexes)
            self._add(previous, identifier)

    def _add(self, start: int, identifier: str) -> None:
        if identifier not in self.used:
            self.used.add(identifier)
            self.ids.setdefault(start, identifier)

    def _with_ids(self) -> Iterator[Event]:
        for index, event in enumerate(self.events):
            if index in self.ids:
                yield Event("BlockId", "", self.ids[index], event.start, event.end)
            if index not in self.removed:
                yield event
