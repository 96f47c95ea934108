"""Two texts → what changed: by paragraph, and by word within changed paragraphs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

from articles.text.alignment import Block, Edit, matching_blocks
from articles.text.paragraphs import similar_paragraphs, split_paragraphs
from articles.text.tokens import is_word, split_tokens
from articles.text.word_edits import join_edits, word_edits


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a paragraph: in both texts, only in the old one, or only in the new one."""

    kind: Literal["equal", "del", "ins"]
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of both texts or of one, with the white space after it.

    A changed one may be several paragraphs, if these were joined or one was split. Only the last
    equal one may have insertions and deletions: of line ends, which have no meaning there.
    """

    kind: Literal["equal", "changed", "deleted", "inserted"]
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The text without deletions; for an equal paragraph, what to display."""
        return "".join(piece.text for piece in self.pieces if piece.kind != "del")


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
    paragraphs, new_paragraphs = split_paragraphs(old), split_paragraphs(new)
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
        [token for token in split_tokens(text) if is_word(token)]
        for text in _changed_lines(old, new)
    )
    common = sum(block.size for block in matching_blocks(words, new_words))
    return ChangeSize(len(new_words) - common, len(words) - common)


def _changed_lines(old: str, new: str) -> tuple[str, str]:
    """Return two texts without the lines at their beginnings and ends that they have in common.

    It is faster to compare lines than to split them into words.
    """
    lines, new_lines = old.splitlines(), new.splitlines()
    for _end in range(2):
        pairs = enumerate(zip(lines, new_lines, strict=False))
        shorter = min(len(lines), len(new_lines))
        size = next((index for index, pair in pairs if pair[0] != pair[1]), shorter)
        lines, new_lines = lines[size:][::-1], new_lines[size:][::-1]
    return "\n".join(lines), "\n".join(new_lines)


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
    end_of_both = Edit(len(old), len(old), len(new), len(new))
    for start, end, new_start, new_end in (*similar_paragraphs(old, new), end_of_both):
        for text in old[position:start]:
            yield Paragraph("deleted", (Piece("del", text),))
        for text in new[new_position:new_start]:
            yield Paragraph("inserted", (Piece("ins", text),))
        if start < end:
            texts = "".join(old[start:end]), "".join(new[new_start:new_end])
            yield Paragraph("changed", _pieces(*texts))
        position, new_position = end, new_end


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
