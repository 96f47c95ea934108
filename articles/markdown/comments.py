"""Obsidian's comments, ``%%…%%`` → nothing.

A comment may contain blocks, so it is cut out of the source before the blocks are parsed. Where
comments begin can only be said after a parse: not in code.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from articles.markdown.raw_events import Event

HINT = re.compile(r"%%.*?%%", re.DOTALL)
MARK = re.compile(rb"(?<!\\)%%")
MARK_OR_TAG = re.compile(rb"<[^<>]*>|(?P<mark>%%)")
SPACE = (b" ", b"\t", b"\r", b"\n", b"")


class WithoutComments:
    """A source without its comments, and where the rest stood."""

    def __init__(self, source: str, events: Iterable[Event]) -> None:
        """`events` are those of `source`, with its comments as text."""
        content = source.encode()
        parts, self._starts, self._removed = [], [0], [0]
        position = 0
        for start, end in _comments(content, events):
            parts.append(content[position:start])
            self._starts.append(self._starts[-1] + start - position)
            self._removed.append(self._removed[-1] + end - start)
            position = end
        self.text = b"".join([*parts, content[position:]]).decode()

    def range(self, start: int, end: int) -> tuple[int, int]:
        """Return the range in the source of bytes of `text`."""
        last_of_start = bisect_right(self._starts, start) - 1
        last_of_end = max(bisect_left(self._starts, end) - 1, 0)
        return start + self._removed[last_of_start], end + self._removed[last_of_end]


def _comments(content: bytes, events: Iterable[Event]) -> Iterator[tuple[int, int]]:
    """Yield where comments start and end. One that is never closed is text."""
    events = list(events)
    code = [(event.start, event.end) for event in events if _is_code(event)]
    position = 0
    for start in _openings(content, events):
        if start < position:
            continue
        closing = _closing(content, start + len(b"%%"), code)
        if not closing:
            return
        position = closing
        yield _with_space(content, start, position), position


def _is_code(event: Event) -> bool:
    """Return whether a comment can't end within an event. It can in indented text."""
    return event.kind == "Code" or (event.kind == "CodeBlock" and isinstance(event.value, dict))


def _closing(content: bytes, position: int, code: Sequence[tuple[int, int]]) -> int | None:
    """Return where the comment ends whose text begins at `position`, None if nowhere."""
    while match := MARK.search(content, position):
        before = bisect_right(code, (match.start(), len(content)))
        position = code[before - 1][1] if before else 0
        if match.start() >= position:
            return match.end()
    return None


def _openings(content: bytes, events: Iterable[Event]) -> Iterator[int]:
    in_code = False
    for event in events:
        if event.kind == "CodeBlock":
            in_code = event.edge == "start"
        elif content.find(b"%%", event.start, event.end) < 0:
            continue
        elif event.kind == "Text" and not in_code:
            for match in MARK.finditer(content, event.start, event.end):
                yield match.start()
        elif event.kind == "Html":
            for match in MARK_OR_TAG.finditer(content, event.start, event.end):
                if match["mark"]:
                    yield match.start()


def _with_space(content: bytes, start: int, end: int) -> int:
    """Return the start of a comment, with the space before it if there is space on both sides."""
    if content[end : end + 1] in SPACE:
        while content[start - 1 : start] in (b" ", b"\t") and start:
            start -= 1
    return start
