"""``==text==`` → a ``Mark`` element, as in Obsidian and Pandoc.

A pair of equals signs begins one if no white space follows, and ends one if none precedes. Neither
touches an ASCII letter or digit on its outer side: ``a==b and c==d`` is a condition.
"""

import re
from collections.abc import Iterable

from articles.markdown.raw_events import INLINE, Event, is_escaped, is_verbatim, split_text

DELIMITER = "=="
SPLIT = re.compile(r"((?<!=)==(?!=))")
WORD = re.compile(rb"[0-9A-Za-z]")


def with_highlights(events: Iterable[Event], content: bytes) -> Iterable[Event]:
    """Return the events of a text with highlights; `content` is its source."""
    return _Highlights(content).read(events) if DELIMITER.encode() in content else events


class _Highlights:
    """Reads events one by one; a delimiter stays text until the one that ends it is read."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.out: list[Event] = []
        # For each open element, the index of the delimiter that may begin a highlight in it.
        self.openings: list[int | None] = [None]
        self.in_code = False

    def read(self, events: Iterable[Event]) -> list[Event]:
        for event in events:
            if event.kind == "CodeBlock":
                self.in_code = event.edge == "start"
            if event.edge == "start":
                if event.kind not in INLINE:
                    self.openings[-1] = None
                self.openings.append(None)
            elif event.edge == "end":
                self.openings.pop()
            if event.kind == "Text" and DELIMITER in event.value and not self.in_code:
                self._read_text(event)
            else:
                self.out.append(event)
        return self.out

    def _read_text(self, event: Event) -> None:
        if not is_verbatim(event):
            self.out.append(event)
            return
        for part in split_text(event, SPLIT):
            is_literal = part.start == event.start and is_escaped(event, self.content)
            if part.value == DELIMITER and not is_literal:
                self._read_delimiter(part)
            else:
                self.out.append(part)

    def _read_delimiter(self, part: Event) -> None:
        before = self.content[max(part.start - 1, 0) : part.start]
        after = self.content[part.end : part.end + 1]
        opening = self.openings[-1]
        if opening is not None and not before.isspace() and not WORD.match(after):
            self.out[opening] = Event("Mark", "start", None, part.start, part.start)
            self.openings[-1] = None
            part = Event("Mark", "end", None, part.start, part.end)
        elif after and not after.isspace() and not WORD.match(before):
            self.openings[-1] = len(self.out)
        self.out.append(part)
