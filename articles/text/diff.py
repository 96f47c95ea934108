"""Two texts → what changed: by paragraph, and by word within changed paragraphs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

from articles.text.alignment import Block, matching_blocks
from articles.text.tokens import LINE_END, is_word, split_tokens
from articles.text.word_edits import join_edits, word_edits

# A paragraph ends with blank lines, or before a line that begins a heading, list item, quote or
# table row.
PARAGRAPH_END = re.compile(
    rf"{LINE_END}(?:(?:[^\S\r\n]*{LINE_END})++|(?=[ \t]*(?:[-*+] |[|>]|#+ |[0-9]+[.)] )))"
)
# From 0 to 1. Paragraphs that are less similar are a deletion and an insertion.
MIN_SIMILARITY = 0.4


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a paragraph: in both texts, only in the old one, or only in the new one."""

    kind: Literal["equal", "del", "ins"]
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of both texts or of one, with the white space after it."""

    kind: Literal["equal", "changed", "deleted", "inserted"]
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A series of paragraphs. `is_folded`: all are equal, and no change is next to them."""

    is_folded: bool
    paragraphs: tuple[Paragraph, ...]


class ChangeSize(NamedTuple):
    """How many words a change adds and removes."""

    added: int
    removed: int


def compare(old: str, new: str) -> list[Paragraph]:
    """Return the paragraphs of both texts, in order.

    The pieces that are not inserted are the old text, joined, and those that are not deleted the
    new one. Of paragraphs that changed, the most similar ones are compared word by word. Line
    ends at the end of a text don't count as a change.

    >>> [piece.text for piece in compare("The old one.", "The new one.")[0].pieces]
    ['The ', 'old', 'new', ' one.']
    """
    paragraphs, new_paragraphs = _split_paragraphs(old), _split_paragraphs(new)
    keys, new_keys = (
        [paragraph.rstrip() for paragraph in texts] for texts in (paragraphs, new_paragraphs)
    )
    return list(_compare(paragraphs, new_paragraphs, matching_blocks(keys, new_keys)))


def fold(paragraphs: Sequence[Paragraph], context: int = 1) -> list[Section]:
    """Return the paragraphs in sections, of which those far from any change are folded.

    `context` is the number of equal paragraphs that stay visible before and after a change.
    """
    visible = {
        position
        for index, paragraph in enumerate(paragraphs)
        if paragraph.kind != "equal"
        for position in range(index - context, index + context + 1)
    }
    indexes = groupby(range(len(paragraphs)), lambda index: index not in visible)
    return [
        Section(is_folded, tuple(paragraphs[index] for index in group))
        for is_folded, group in indexes
    ]


def change_size(old: str, new: str) -> ChangeSize:
    """Return how many words differ. In Chinese and similar scripts, each character counts.

    >>> change_size("one two three", "one 2 three four")
    ChangeSize(added=2, removed=1)
    """
    words, new_words = (
        [token for token in split_tokens(text) if is_word(token)] for text in (old, new)
    )
    common = sum(block.size for block in matching_blocks(words, new_words))
    return ChangeSize(len(new_words) - common, len(words) - common)


def _split_paragraphs(text: str) -> list[str]:
    ends = [match.end() for match in PARAGRAPH_END.finditer(text)]
    bounds = zip([0, *ends], [*ends, len(text)], strict=True)
    return [text[start:end] for start, end in bounds if start < end]


def _compare(old: Sequence[str], new: Sequence[str], equal: list[Block]) -> Iterator[Paragraph]:
    """Yield the paragraphs. `equal` are those that are equal except for white space after them."""
    position = new_position = 0
    for start, new_start, size in (*equal, Block(len(old), len(new), 0)):
        yield from _changed(old[position:start], new[new_position:new_start])
        position, new_position = start + size, new_start + size
        for index, new_index in zip(
            range(start, position), range(new_start, new_position), strict=True
        ):
            is_last = index == len(old) - 1 or new_index == len(new) - 1
            yield _equal(old[index], new[new_index], is_last)


def _equal(old: str, new: str, is_last: bool) -> Paragraph:
    if old == new:
        return Paragraph("equal", (Piece("equal", old),))
    return Paragraph("equal" if is_last else "changed", _pieces(old, new))


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    position = new_position = 0
    for index, new_index in (*_similar(old, new), (len(old), len(new))):
        for text in old[position:index]:
            yield Paragraph("deleted", (Piece("del", text),))
        for text in new[new_position:new_index]:
            yield Paragraph("inserted", (Piece("ins", text),))
        if index < len(old):
            yield Paragraph("changed", _pieces(old[index], new[new_index]))
        position, new_position = index + 1, new_index + 1


def _similar(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return the indexes of the paragraphs that correspond to each other, in order.

    They are pairs of the most similar ones. Pairs never cross, since all words are aligned.
    """
    pairs: dict[int, int] = {}
    partners: set[int] = set()
    similarities = _similarities(old, new)
    for index, new_index in sorted(similarities, key=lambda pair: (-similarities[pair], pair)):
        if index not in pairs and new_index not in partners:
            pairs[index] = new_index
            partners.add(new_index)
    return sorted(pairs.items())


def _similarities(old: Sequence[str], new: Sequence[str]) -> dict[tuple[int, int], float]:
    """Return the pairs of similar paragraphs with Dice's coefficient of the characters of their
    words: 2 × common / (old + new).
    """
    words, new_words = _words(old), _words(new)
    common: Counter[tuple[int, int]] = Counter()
    for start, new_start, size in matching_blocks(
        [word for word, _index in words], [word for word, _index in new_words]
    ):
        pairs = zip(
            words[start : start + size], new_words[new_start : new_start + size], strict=True
        )
        for (word, index), (_word, new_index) in pairs:
            common[index, new_index] += len(word)
    lengths, new_lengths = _lengths(words), _lengths(new_words)
    similarities = {
        (index, new_index): 2 * count / (lengths[index] + new_lengths[new_index])
        for (index, new_index), count in common.items()
    }
    return {pair: value for pair, value in similarities.items() if value >= MIN_SIMILARITY}


def _words(paragraphs: Sequence[str]) -> list[tuple[str, int]]:
    """Return the words and signs of paragraphs, each with the index of its paragraph."""
    return [
        (token, index)
        for index, paragraph in enumerate(paragraphs)
        for token in split_tokens(paragraph)
        if not token.isspace()
    ]


def _lengths(words: Sequence[tuple[str, int]]) -> Counter[int]:
    lengths: Counter[int] = Counter()
    for word, index in words:
        lengths[index] += len(word)
    return lengths


def _pieces(old: str, new: str) -> tuple[Piece, ...]:
    tokens, new_tokens = split_tokens(old), split_tokens(new)
    position = 0
    pieces: list[Piece] = []
    for start, end, new_start, new_end in join_edits(
        word_edits(tokens, new_tokens), tokens, new_tokens
    ):
        pieces += [
            Piece("equal", "".join(tokens[position:start])),
            Piece("del", "".join(tokens[start:end])),
            Piece("ins", "".join(new_tokens[new_start:new_end])),
        ]
        position = end
    pieces.append(Piece("equal", "".join(tokens[position:])))
    return tuple(piece for piece in pieces if piece.text)
