"""Words of grammar, which say little about what a question is about."""

from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path

from articles.search.folding import strip_diacritics
from articles.search.stemming import primary_subtag
from articles.text import names

LISTS = Path(__file__).with_name("stop-words.txt")
# One word alone may be of another language: "war" is a form of "to be" in German.
MIN_WORDS = 2


def stop_words_in(terms: Collection[str], languages: Iterable[str]) -> frozenset[str]:
    """Return those of `terms`, words without diacritics, that are stop words in the language that
    has most of them; none if it has fewer than two, or all of them are.

    `languages` are BCP 47 tags.
    """
    lists = stop_words_by_language()
    codes = dict.fromkeys(map(primary_subtag, languages))
    matches = [lists[code].intersection(terms) for code in codes if code in lists]
    best = max(matches, key=len, default=frozenset())
    return best if MIN_WORDS <= len(best) < len(set(terms)) else frozenset()


def stop_words_of(language: str) -> frozenset[str]:
    """Return the stop words of a language (BCP 47) without diacritics; none if it has no list."""
    return stop_words_by_language().get(primary_subtag(language), frozenset())


@lru_cache(maxsize=1)
def stop_words_by_language() -> dict[str, frozenset[str]]:
    """Return the stop words without diacritics by primary subtag."""
    rows = LISTS.read_text(encoding="utf-8").splitlines()
    lists = (row.split(": ") for row in rows if not row.startswith("#"))
    return {
        code: frozenset(strip_diacritics(names.fold(word)) for word in words.split())
        for code, words in lists
    }
