"""A text → its paragraphs; two lists of paragraphs → those that are versions of each other."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from articles.text.alignment import Edit, matching_blocks
from articles.text.tokens import LINE_END, split_tokens

# A paragraph ends with blank lines, or before a line that begins a heading, list item, quote or
# table row.
PARAGRAPH_END = re.compile(
    rf"{LINE_END}(?:(?>(?:[^\S\r\n]*{LINE_END})+)|(?=[ \t]*(?:[-*+] |[|>]|#+ |[0-9]+[.)] )))"
)
# Less similar paragraphs are not versions of each other. From 0 to 1.
MIN_SIMILARITY = 0.4
# The part of a paragraph that is in another one, if that was split or both were joined.
MIN_CONTAINED = 0.8

Pair = tuple[int, int]


class Words(NamedTuple):
    """Words and signs, and for each the index of its paragraph."""

    texts: list[str]
    paragraphs: list[int]


def split_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text, with the white space after each.

    >>> split_paragraphs("One.\\n\\nTwo:\\n- a\\n- b")
    ['One.\\n\\n', 'Two:\\n', '- a\\n', '- b']
    """
    ends = [match.end() for match in PARAGRAPH_END.finditer(text)]
    bounds = zip([0, *ends], [*ends, len(text)], strict=True)
    return [text[start:end] for start, end in bounds if start < end]


def similar_paragraphs(old: Sequence[str], new: Sequence[str]) -> list[Edit]:
    """Return the paragraphs that are versions of each other, in order.

    Each is paired with the most similar one, or with several if it was split or they were joined.
    Pairs never cross, because all words are aligned at once.
    """
    words, new_words = _words(old), _words(new)
    common = _common_lengths(words, new_words)
    lengths, new_lengths = _lengths(words), _lengths(new_words)
    # Dice's coefficient, by characters.
    similarity = {
        (index, new_index): 2 * length / (lengths[index] + new_lengths[new_index])
        for (index, new_index), length in common.items()
    }
    contained = {
        (index, new_index)
        for (index, new_index), length in common.items()
        if length >= MIN_CONTAINED * min(lengths[index], new_lengths[new_index])
    }
    return _join_pairs(_most_similar(similarity) | contained)


def _words(paragraphs: Sequence[str]) -> Words:
    words = Words([], [])
    for index, paragraph in enumerate(paragraphs):
        texts = [token for token in split_tokens(paragraph) if not token.isspace()]
        words.texts.extend(texts)
        words.paragraphs.extend([index] * len(texts))
    return words


def _lengths(words: Words) -> Counter[int]:
    """Return how many characters the words of each paragraph have."""
    lengths: Counter[int] = Counter()
    for text, paragraph in zip(*words, strict=True):
        lengths[paragraph] += len(text)
    return lengths


def _common_lengths(old: Words, new: Words) -> Counter[Pair]:
    """Return how many characters of words two paragraphs have in common."""
    common: Counter[Pair] = Counter()
    for start, new_start, size in matching_blocks(old.texts, new.texts):
        for offset in range(size):
            pair = old.paragraphs[start + offset], new.paragraphs[new_start + offset]
            common[pair] += len(old.texts[start + offset])
    return common


def _most_similar(similarity: dict[Pair, float]) -> set[Pair]:
    """Return the most similar pairs, with each paragraph in one of them at most."""
    pairs: set[Pair] = set()
    paired: set[int] = set()
    new_paired: set[int] = set()
    for pair in sorted(similarity, key=lambda pair: (-similarity[pair], pair)):
        index, new_index = pair
        if similarity[pair] >= MIN_SIMILARITY and not (index in paired or new_index in new_paired):
            pairs.add(pair)
            paired.add(index)
            new_paired.add(new_index)
    return pairs


def _join_pairs(pairs: set[Pair]) -> list[Edit]:
    """Return pairs that don't cross as ranges, with those that share a paragraph joined."""
    ranges: list[Edit] = []
    for index, new_index in sorted(pairs):
        start, new_start = index, new_index
        if ranges and (index < ranges[-1].end or new_index < ranges[-1].new_end):
            last = ranges.pop()
            start, new_start = last.start, last.new_start
        ranges.append(Edit(start, index + 1, new_start, new_index + 1))
    return ranges
