"""Two sequences → the runs of elements that they have in common, in bounded time.

Up to `MAX_CELLS`, these are a longest common subsequence. Beyond that, the elements that occur
once on each side are aligned first (patience diff, by Bram Cohen), then what is between these,
unless it is still too long. So the time is proportional to the length of long sequences, and the
result does not depend on the speed of the machine.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from operator import eq
from typing import NamedTuple

from rapidfuzz.distance import Indel

# A longest common subsequence of m and n elements takes m × n bits of memory. For this number
# that is 5 MB, and about 15 ms.
MAX_CELLS = 40_000_000


class Block(NamedTuple):
    """A run of equal elements: ``old[start:start + size] == new[new_start:new_start + size]``."""

    start: int
    new_start: int
    size: int


class Edit(NamedTuple):
    """The replacement of ``old[start:end]`` by ``new[new_start:new_end]``."""

    start: int
    end: int
    new_start: int
    new_end: int

    @property
    def growth(self) -> int:
        """How many elements the new sequence has more."""
        return (self.new_end - self.new_start) - (self.end - self.start)

    def shift(self, offset: int, new_offset: int) -> "Edit":
        start, end, new_start, new_end = self
        return Edit(start + offset, end + offset, new_start + new_offset, new_end + new_offset)


Align = Callable[[Sequence[str], Sequence[str]], Iterable[Block]]


def is_within_bound(size: int, new_size: int) -> bool:
    """Return whether sequences of these sizes can have their longest common subsequence."""
    return size * new_size <= MAX_CELLS


def matching_blocks(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Return the runs of elements that two sequences have in common, in order.

    >>> matching_blocks(["a", "b", "c"], ["b", "c", "d"])
    [Block(start=1, new_start=0, size=2)]
    """
    return trimmed_blocks(old, new, _bounded_blocks)


def edits_between(blocks: Iterable[Block], size: int, new_size: int) -> Iterator[Edit]:
    """Yield the edits between the matching blocks of two sequences of these sizes."""
    start = new_start = 0
    for block in (*blocks, Block(size, new_size, 0)):
        if start < block.start or new_start < block.new_start:
            yield Edit(start, block.start, new_start, block.new_start)
        start, new_start = block.start + block.size, block.new_start + block.size


def trimmed_blocks(old: Sequence[str], new: Sequence[str], align: Align) -> list[Block]:
    """Return the common beginning, the common end, and between them what `align` returns."""
    prefix = _common_prefix(old, new)
    old, new = old[prefix:], new[prefix:]
    suffix = _common_prefix(old[::-1], new[::-1])
    size, new_size = len(old) - suffix, len(new) - suffix
    blocks = [
        Block(-prefix, -prefix, prefix),
        *(align(old[:size], new[:new_size]) if size and new_size else ()),
        Block(size, new_size, suffix),
    ]
    return [
        Block(prefix + start, prefix + new_start, length)
        for start, new_start, length in blocks
        if length
    ]


def _common_prefix(old: Sequence[str], new: Sequence[str]) -> int:
    return sum(takewhile(bool, map(eq, old, new)))


def _bounded_blocks(old: Sequence[str], new: Sequence[str]) -> Iterable[Block]:
    if is_within_bound(len(old), len(new)):
        return _common_subsequence(old, new)
    return _around_unique_elements(old, new)


def _around_unique_elements(old: Sequence[str], new: Sequence[str]) -> Iterator[Block]:
    unique = _unique_elements(old, new)
    yield from sorted([*unique, *_blocks_between(unique, old, new)])


def _blocks_between(
    blocks: Iterable[Block], old: Sequence[str], new: Sequence[str]
) -> Iterator[Block]:
    for edit in edits_between(blocks, len(old), len(new)):
        part, new_part = old[edit.start : edit.end], new[edit.new_start : edit.new_end]
        for start, new_start, size in trimmed_blocks(part, new_part, _blocks_within_bound):
            yield Block(edit.start + start, edit.new_start + new_start, size)


def _blocks_within_bound(old: Sequence[str], new: Sequence[str]) -> Iterable[Block]:
    return _common_subsequence(old, new) if is_within_bound(len(old), len(new)) else ()


def _common_subsequence(old: Sequence[str], new: Sequence[str]) -> Iterator[Block]:
    # RapidFuzz compares the hashes of elements; numbers can't have the same by chance.
    numbers: dict[str, int] = {}
    opcodes = Indel.opcodes(
        [numbers.setdefault(element, len(numbers)) for element in old],
        [numbers.setdefault(element, len(numbers)) for element in new],
    )
    for opcode in opcodes:
        if opcode.tag == "equal":
            yield Block(opcode.src_start, opcode.dest_start, opcode.src_end - opcode.src_start)


def _unique_elements(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Return a longest series of elements that occur once on each side, in the same order."""
    counts, new_counts = Counter(old), Counter(new)
    new_positions = {element: position for position, element in enumerate(new)}
    blocks = [
        Block(position, new_positions[element], 1)
        for position, element in enumerate(old)
        if counts[element] == new_counts[element] == 1
    ]
    return [blocks[index] for index in _longest_increasing([block.new_start for block in blocks])]


def _longest_increasing(values: Sequence[int]) -> list[int]:
    """Return the indexes of a longest increasing subsequence of distinct numbers.

    This is patience sorting: a pile holds the values that end a subsequence of one length.

    >>> _longest_increasing([5, 1, 4, 2, 3])
    [1, 3, 4]
    """
    tops: list[int] = []
    top_indexes: list[int] = []
    previous: list[int] = []
    for index, value in enumerate(values):
        pile = bisect_left(tops, value)
        tops[pile : pile + 1] = [value]
        top_indexes[pile : pile + 1] = [index]
        previous.append(top_indexes[pile - 1] if pile else -1)
    indexes: list[int] = []
    index = top_indexes[-1] if top_indexes else -1
    while index >= 0:
        indexes.append(index)
        index = previous[index]
    return indexes[::-1]
