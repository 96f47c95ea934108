"""A text and the spans that match in it → an excerpt in which these spans are highlighted."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import islice

from articles.search.analysis import find_words, match_pairs, match_spans
from articles.text import sentences

LENGTH = 240
# Characters of context before the first match.
CONTEXT = 60
# Characters of a text that are searched for matches.
MAX_SCANNED = 60_000

# Matches of a text that decide where its excerpt is taken from.
MAX_MATCHES = 8

# A piece of text, and whether it is highlighted.
Fragment = tuple[str, bool]
Span = tuple[int, int]


def snippet(text: str, spans: Iterable[Span], length: int = LENGTH) -> list[Fragment]:
    """Return an excerpt of `text` of about `length` characters as consecutive fragments.

    It is taken from where the spans are densest, and starts at a sentence if one starts nearby,
    else at a word.

    >>> snippet("One two three.", [(4, 7)])
    [('One ', False), ('two', True), (' three.', False)]
    """
    merged = merge_spans(spans)
    start, end = window(text, merged, length)
    fragments: list[Fragment] = [("… ", False)] if start and text[:start].strip() else []
    position = start
    for first, last in merged:
        if first < start or last > end:
            continue
        fragments += [(text[position:first], False), (text[first:last], True)]
        position = last
    fragments.append((text[position:end].rstrip(), False))
    if text[end:].strip():
        fragments.append((" …", False))
    return [(" ".join(re.split(r"\s", part)), marked) for part, marked in fragments if part]


def excerpt(text: str, words: frozenset[str]) -> list[Fragment]:
    """Return the excerpt of a text with most matches, empty if there is none.

    Only the surroundings of the excerpt are split into words if the words occur as they are
    spelled, since splitting a long text takes as long as all other parts of a search.
    """
    spans: list[Span] = []
    if positions := find_words(text, words, MAX_MATCHES):
        start, end = surroundings(text, positions)
        matches = match_spans(text[start:end], words)
        spans = [(first + start, last + start) for first, last in matches]
    spans = spans or list(islice(match_spans(text, words), MAX_MATCHES))
    spans = spans or list(islice(match_pairs(text, words), MAX_MATCHES))
    return snippet(text, spans) if spans else []


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """Merge adjacent and overlapping spans; they are in order of their starts.

    >>> merge_spans([(0, 2), (2, 4), (6, 8)])
    [(0, 4), (6, 8)]
    """
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def window(text: str, spans: Sequence[Span], length: int) -> Span:
    """Return the span of the excerpt: around the first of the densest groups of `spans`."""
    start = _window_start(text, _densest(spans, length), length)
    return start, _window_end(text, start, length)


def surroundings(text: str, positions: Sequence[int], length: int = LENGTH) -> Span:
    """Return the span of whole words around where the excerpt for matches at `positions` is taken
    from, with as much text before and after it."""
    first, last = window(text, [(position, position) for position in positions], length)
    start, end = max(0, first - length), last + length
    space = text.rfind(" ", max(0, start - CONTEXT), start)
    before = space + 1 if space >= 0 else start
    after = text.find(" ", end, end + CONTEXT)
    return before, after if after >= 0 else end


def _densest(spans: Sequence[Span], length: int) -> int:
    """Return the start of the span that most others follow within the length of an excerpt."""
    starts = [start for start, _end in spans]
    counts = [
        (bisect_left(starts, start + length - CONTEXT) - index, -start)
        for index, start in enumerate(starts)
    ]
    return -max(counts, default=(0, 0))[1]


def _window_start(text: str, match: int, length: int) -> int:
    """Return the start of the sentence around the position `match`; if that is too far away, the
    start of a word before it."""
    earliest = max(0, match - length // 2)
    ends = [end.end() for end in sentences.SENTENCE_END.finditer(text, earliest, match)]
    if ends:
        return ends[-1]
    if not earliest:
        return 0
    nearest = max(0, match - CONTEXT)
    space = text.find(" ", nearest, match)
    return space + 1 if space >= 0 else nearest


def _window_end(text: str, start: int, length: int) -> int:
    """Return the end of the last sentence that fits if it fills half of `length`, else of a word.

    Text without spaces is cut at `length`. The match is in the first half, so it is never cut off.
    """
    last = start + length
    if last >= len(text):
        return len(text)
    ends = [end.start() + 1 for end in sentences.SENTENCE_END.finditer(text, start, last)]
    if ends and ends[-1] - start > length // 2:
        return ends[-1]
    space = text.rfind(" ", start + length // 2, last + 1)
    return space if space > 0 else last
