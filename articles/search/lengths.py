"""The length of a text in words, and the terms by which the index counts the lengths of texts."""

import math
from collections.abc import Iterable

from articles.search.stop_words import stop_words_of

# The mean length comes from the numbers of documents with each of these terms. They stand for
# lengths that are 2^¼ times the one before, as Lucene rounds the length of a field to one byte.
MAX_STEP = 80
PREFIX = "~"


def content_length(words: Iterable[str], language: str) -> int:
    """Return the number of words, without diacritics, that are no stop words of the language: how
    many of these a text has differs by style, and a query is not searched for them."""
    stop_words = stop_words_of(language)
    return sum(1 for word in words if word and word not in stop_words)


def length_term(length: int) -> str:
    """Return the term of the documents of about this length.

    >>> length_term(63), length_term(64), length_term(80)
    ('~24', '~24', '~25')
    """
    return _term(round(4 * math.log2(1 + length)))


def lengths_by_term() -> dict[str, float]:
    """Return the length that each term stands for."""
    return {_term(step): 2 ** (step / 4) - 1 for step in range(MAX_STEP)}


def _term(step: int) -> str:
    return f"{PREFIX}{step:02}"
