"""A text and the places that count in it → a piece of it to show, with these places marked."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from articles.text import sentences

LENGTH = 240
BEFORE = 60
# What lies further on in a text is not looked at.
LOOKED_AT = 60_000

Piece = tuple[str, bool]
Places = Sequence[tuple[int, int]]


def snippet(text: str, places: Iterable[tuple[int, int]], length: int = LENGTH) -> list[Piece]:
    """Pieces of `text` that follow one another, and whether each is to be marked.

    The cut is where most places are near each other, from the start of a sentence if that is
    near, else between words.

    >>> snippet("One two three.", [(4, 7)])
    [('One ', False), ('two', True), (' three.', False)]
    """
    found = joined(places)
    start, end = window(text, found, length)
    pieces: list[Piece] = [("… ", False)] if start and text[:start].strip() else []
    at = start
    for first, last in found:
        if first < start or last > end:
            continue
        pieces += [(text[at:first], False), (text[first:last], True)]
        at = last
    pieces.append((text[at:end].rstrip(), False))
    if text[end:].strip():
        pieces.append((" …", False))
    return [(" ".join(re.split(r"\s", piece)), marked) for piece, marked in pieces if piece]


def joined(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places in order, those that touch made one."""
    found: list[tuple[int, int]] = []
    for start, end in places:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def window(text: str, places: Places, length: int) -> tuple[int, int]:
    """Where to cut: around the places that are closest together, the first of such."""
    start = _beginning(text, _densest(places, length), length)
    return start, _end(text, start, length)


def _densest(places: Places, length: int) -> int:
    starts = [start for start, _end in places]
    counted = [
        (bisect_left(starts, start + length - BEFORE) - index, -start)
        for index, start in enumerate(starts)
    ]
    return -max(counted, default=(0, 0))[1]


def _beginning(text: str, place: int, length: int) -> int:
    """The start of the sentence that `place` is in; if it is far off, of a word before."""
    earliest = max(0, place - length // 2)
    ends = [match.end() for match in sentences.SENTENCE_END.finditer(text, earliest, place)]
    if ends:
        return ends[-1]
    if not earliest:
        return 0
    nearest = max(0, place - BEFORE)
    space = text.find(" ", nearest, place)
    return space + 1 if space >= 0 else nearest


def _end(text: str, start: int, length: int) -> int:
    """The end of the last sentence that fits, if it fills half of the room; else of a word; in
    scripts that part no words, where the room ends. The place to show is in the first half."""
    last = start + length
    if last >= len(text):
        return len(text)
    ends = [match.start() + 1 for match in sentences.SENTENCE_END.finditer(text, start, last)]
    if ends and ends[-1] - start > length // 2:
        return ends[-1]
    space = text.rfind(" ", start + length // 2, last + 1)
    return space if space > 0 else last
