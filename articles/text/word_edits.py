"""Two lists of tokens → the edits of words that turn one into the other."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise, takewhile

from articles.text.alignment import (
    Block,
    Edit,
    edits_between,
    is_within_bound,
    matching_blocks,
    trimmed_blocks,
)
from articles.text.tokens import is_line_end, is_paragraph_break, is_word

# Words of an equal run between two edits that can become part of one larger edit.
MAX_JOINED_WORDS = 4


def word_edits(old: Sequence[str], new: Sequence[str]) -> list[Edit]:
    """Return the edits between two lists of tokens, in order.

    White space within a paragraph does not match on its own, only next to a word or sign that
    matches. An insertion or deletion that could begin at several tokens begins after a space.
    Long texts, beyond the bound of `alignment`, are compared by lines first.

    >>> word_edits(["a", " ", "b"], ["a", " ", "new", " ", "b"])
    [Edit(start=2, end=2, new_start=2, new_end=4)]
    """
    edits = (
        edit.shift(region.start, region.new_start)
        for region in _regions(old, new)
        for edit in _edits(old[region.start : region.end], new[region.new_start : region.new_end])
    )
    return list(_slide_all(list(edits), old, new))


def _regions(old: Sequence[str], new: Sequence[str]) -> Iterator[Edit]:
    """Yield the parts that differ: one, or if it is too long, those that differ by lines."""
    for changed in _trim(Edit(0, len(old), 0, len(new)), old, new):
        start, end, new_start, new_end = changed
        if is_within_bound(end - start, new_end - new_start):
            yield changed
        else:
            yield from _line_edits(old, new)


def _line_edits(old: Sequence[str], new: Sequence[str]) -> Iterator[Edit]:
    lines, starts = _lines(old)
    new_lines, new_starts = _lines(new)
    blocks = matching_blocks(lines, new_lines)
    for start, end, new_start, new_end in edits_between(blocks, len(lines), len(new_lines)):
        yield Edit(starts[start], starts[end], new_starts[new_start], new_starts[new_end])


def _lines(tokens: Sequence[str]) -> tuple[list[str], list[int]]:
    """Return the lines, and the positions of their first tokens and of the end."""
    ends = (position for position, token in enumerate(tokens, 1) if is_line_end(token))
    starts = sorted({0, *ends, len(tokens)})
    return ["".join(tokens[start:end]) for start, end in pairwise(starts)], starts


def _edits(old: Sequence[str], new: Sequence[str]) -> Iterator[Edit]:
    positions, new_positions = _anchors(old), _anchors(new)
    blocks = matching_blocks(
        [old[position] for position in positions], [new[position] for position in new_positions]
    )
    start = new_start = 0
    for first, new_first, size in blocks:
        for offset in range(size):
            end, new_end = positions[first + offset], new_positions[new_first + offset]
            yield from _trim(Edit(start, end, new_start, new_end), old, new)
            start, new_start = end + 1, new_end + 1
    yield from _trim(Edit(start, len(old), new_start, len(new)), old, new)


def _anchors(tokens: Sequence[str]) -> list[int]:
    """Return the positions of the tokens that may match on their own."""
    return [
        position
        for position, token in enumerate(tokens)
        if not token.isspace() or is_paragraph_break(token)
    ]


def _trim(edit: Edit, old: Sequence[str], new: Sequence[str]) -> Iterator[Edit]:
    """Yield the edit without what is equal at its beginning and end, unless all is equal."""
    before, after = old[edit.start : edit.end], new[edit.new_start : edit.new_end]
    if before != after:
        blocks = trimmed_blocks(before, after, _no_blocks)
        for trimmed in edits_between(blocks, len(before), len(after)):
            yield trimmed.shift(edit.start, edit.new_start)


def _no_blocks(old: Sequence[str], new: Sequence[str]) -> tuple[Block, ...]:
    return ()


def _slide_all(edits: list[Edit], old: Sequence[str], new: Sequence[str]) -> Iterator[Edit]:
    """Yield the edits, with insertions and deletions moved to the clearest boundaries."""
    previous_end = 0
    next_starts = [*(edit.start for edit in edits[1:]), len(old)]
    for edit, next_start in zip(edits, next_starts, strict=False):
        room = range(previous_end - edit.start, next_start - edit.end + 1)
        offset = 0
        if edit.start == edit.end:
            offset = _slide(new, edit.new_start, edit.new_end, room)
        elif edit.new_start == edit.new_end:
            offset = _slide(old, edit.start, edit.end, room)
        previous_end = edit.end + offset
        yield edit.shift(offset, offset)


def _slide(tokens: Sequence[str], start: int, end: int, room: range) -> int:
    """Return the offset, within `room`, at which a run of tokens has the clearest boundaries.

    The tokens before and after the run must be equal to those of the run that it moves past, so
    that the text is the same without it.
    """
    left = takewhile(lambda n: tokens[start + n] == tokens[end + n], range(-1, room.start - 1, -1))
    right = takewhile(lambda n: tokens[start + n - 1] == tokens[end + n - 1], range(1, room.stop))
    return max(
        (0, *left, *right),
        key=lambda n: (_clarity(tokens, start + n) + _clarity(tokens, end + n), n),
    )


def _clarity(tokens: Sequence[str], position: int) -> int:
    """Return how clear a boundary is: 3 between lines, 2 after a space, 1 before one, or 0."""
    if not 0 < position < len(tokens) or is_line_end(tokens[position - 1]):
        return 3
    return 2 if tokens[position - 1].isspace() else int(tokens[position].isspace())


def join_edits(edits: Iterable[Edit], old: Sequence[str], new: Sequence[str]) -> list[Edit]:
    """Return the edits, joined where the equal run between two is no longer than either.

    A rewritten sentence is easier to read as one edit than as many around the few words that it
    has in common by chance. This is the semantic cleanup of Google's diff-match-patch.
    """
    lengths, new_lengths = _sums(map(len, old)), _sums(map(len, new))
    words = _sums(map(is_word, old))

    def size(edit: Edit) -> int:
        deleted = lengths[edit.end] - lengths[edit.start]
        return max(deleted, new_lengths[edit.new_end] - new_lengths[edit.new_start])

    joined: list[Edit] = []
    for edit in edits:
        while joined:
            start, end = joined[-1].end, edit.start
            run = lengths[end] - lengths[start]
            if words[end] - words[start] > MAX_JOINED_WORDS or run > min(
                size(joined[-1]), size(edit)
            ):
                break
            before = joined.pop()
            edit = Edit(before.start, edit.end, before.new_start, edit.new_end)
        joined.append(edit)
    return joined


def _sums(numbers: Iterable[int]) -> list[int]:
    """Return the sums of the first 0, 1, 2 … numbers."""
    return list(accumulate(numbers, initial=0))
