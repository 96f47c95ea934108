"""``^[A note.]`` → a reference to a footnote, and the footnote at the end, as in Pandoc."""

import re
from collections.abc import Iterable, Iterator
from itertools import count

from articles.markdown.raw_events import INLINE, Event, is_escaped, is_verbatim, split_text

HINT = b"^["
SPLIT = re.compile(r"([\[\]])")
# Elements that can't contain a link, such as the reference to a note.
LINKS = frozenset(("Link", "Image"))


def with_inline_notes(events: Iterable[Event], content: bytes) -> Iterable[Event]:
    """Return the events of a text with its inline notes as footnotes; `content` is its source."""
    if HINT not in content:
        return events
    reader = _Brackets(content)
    reader.read(events)
    return _moved(reader.out, reader.notes)


class _Brackets:
    """Finds the pairs of brackets that are notes: the indexes of both in `out`, by the first."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.out: list[Event] = []
        self.notes: dict[int, int] = {}
        # For each open element, the open brackets in it: the index of each that begins a note,
        # or None.
        self.open: list[list[int | None]] = [[]]
        self.links = 0
        self.in_code = False

    def read(self, events: Iterable[Event]) -> None:
        for event in events:
            if event.kind == "CodeBlock":
                self.in_code = event.edge == "start"
            if event.kind in LINKS:
                self.links += 1 if event.edge == "start" else -1
            if event.edge == "start":
                if event.kind not in INLINE:
                    self.open[-1].clear()
                self.open.append([])
            elif event.edge == "end":
                self.open.pop()
            if event.kind == "Text" and not self.in_code and not self.links:
                self._read_text(event)
            else:
                self.out.append(event)

    def _read_text(self, event: Event) -> None:
        if not is_verbatim(event):
            self.out.append(event)
            return
        for part in split_text(event, SPLIT):
            is_literal = part.start == event.start and is_escaped(event, self.content)
            if part.value == "[" and not is_literal:
                self.open[-1].append(len(self.out) if self._follows_caret(part) else None)
            elif part.value == "]" and not is_literal and self.open[-1]:
                begin = self.open[-1].pop()
                if begin is not None and begin + 1 < len(self.out):
                    self.notes[begin] = len(self.out)
            self.out.append(part)

    def _follows_caret(self, bracket: Event) -> bool:
        previous = self.out[-1]
        return (
            previous.kind == "Text"
            and previous.value.endswith("^")
            and previous.end == bracket.start
            and not (previous.value == "^" and is_escaped(previous, self.content))
        )


def _moved(events: list[Event], notes: dict[int, int]) -> Iterator[Event]:
    """Yield `events` with references in place of the notes, then the notes.

    A note within another stays text.
    """
    definitions: list[Event] = []
    numbers = count(1)
    index = 0
    while index < len(events):
        event = events[index]
        if index + 1 in notes:
            event = event._replace(value=event.value[:-1], end=event.end - 1)
        if end := notes.get(index):
            # No label in a source contains a line break.
            label = f"\n{next(numbers)}"
            last = events[end].end
            yield Event("FootnoteReference", "", label, event.start, last)
            definitions += _definition(label, events[index + 1 : end])
            index = end
        elif event.value != "" or event.kind != "Text":
            yield event
        index += 1
    yield from definitions


def _definition(label: str, content: list[Event]) -> Iterator[Event]:
    start, end = content[0].start, content[-1].end
    yield Event("FootnoteDefinition", "start", label, start, end)
    yield Event("Paragraph", "start", None, start, end)
    yield from content
    yield Event("Paragraph", "end", None, start, end)
    yield Event("FootnoteDefinition", "end", None, start, end)
