"""Text → the terms that it is indexed by: folded, stemmed, counted.

Both articles and queries go through this analyzer, so neither database folds or stems anything.
A term is letters and digits without diacritics. Text in scripts that write no spaces between words
is cut into overlapping bigrams.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import merge
from itertools import chain, islice
from typing import NamedTuple

from articles.search.compounds import (
    INSIDE,
    MAX_SHORT,
    Compound,
    find_compounds,
    find_pairs,
    joined_words,
    may_be_one_word,
)
from articles.search.folding import strip_diacritics, unify_hamzas
from articles.search.stemming import (
    MAX_WORD_LENGTH,
    MIN_STEMMED_LENGTH,
    STEMMERS,
    STEMMERS_OF_THREAD,
    is_plain,
    plain_roots,
    plain_words,
    primary_subtag,
)
from articles.search.stop_words import stop_words_of
from articles.text import names
from articles.text.tokens import GERSHAYIM, combining_marks

# Raise it with each change of what is indexed: articles of earlier versions are indexed again.
ANALYZER_VERSION = 5
COMBINING_MARKS = combining_marks(0x300, 0x20000)
# Chinese, Japanese, Korean, Thai, Lao, Burmese and Khmer.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
# A word excludes the elided article before it (as in l'État) and the English
# possessive after it. The ASCII alternative comes first because it matches many times faster.
# Letters but those that are used as apostrophes.
LETTER = r"[^\W_\u02b9-\u02bf\u02c8]"
# The sign № is an abbreviation.
WORD = re.compile(
    r"(?=[\w№])(?:(?:[cdjlmnstCDJLMNST]|[qQ][uU])['’ʼ](?=[^\W\d_]{2}))?"
    rf"(?P<word>(?:[A-Za-z0-9]++(?![^\x00-\x7f])|"
    rf"{LETTER}+(?:(?:{INSIDE}+|{GERSHAYIM}){LETTER}*)*|№)"
    r"(?:\+\+|#(?!\w))?)"
    r"(?:['’ʼ][sS](?!\w))?"
)
SEGMENT = re.compile(
    rf"(?P<unspaced>[{UNSPACED}]+)|(?:[^\W_{UNSPACED}]|[{COMBINING_MARKS}])+(?:\+\+|#)?"
)
IN_UNSPACED = re.compile(f"[{UNSPACED}]")
ARABIC_PROCLITICS = re.compile("^(?:[وفبك]?ال|لل)(?=..)")
# Characters of an unspaced segment of a word that are indexed.
MAX_SEGMENT_LENGTH = 2000
# Characters that are read for each that is indexed, a letter with its marks.
MAX_MARKS = 4


class Token(NamedTuple):
    """A word in its surface form, and its span in the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What a word is indexed by.

    `sequence` has its parts in their order, for phrases: one, or the bigrams of unspaced text.
    `roots` are the terms that all forms of the word have in common: its stems, or the word itself
    if the language has no stemmer.
    """

    sequence: tuple[str, ...]
    roots: frozenset[str]


@dataclass(frozen=True, slots=True)
class AnalyzedText:
    """What a text is indexed by: the sequences of its words; of each root how often it occurs; and
    the words as they are spelled there in lower case, each once, of those roots that differ from
    them."""

    sequence: tuple[str, ...]
    counts: dict[str, int]
    forms: dict[str, list[str]]


def tokenize(text: str) -> Iterator[Token]:
    """Yield the words of `text` in their surface form.

    >>> [token.text for token in tokenize("L'État, c'est C++")]
    ['État', 'est', 'C++']
    """
    for match in WORD.finditer(text):
        yield Token(match["word"], match.start("word"), match.end("word"))


def terms_of_word(word: str, language: str) -> Terms:
    """Return the terms of one word of an article in `language` (BCP 47).

    >>> sorted(terms_of_word("Missions", "en").roots)
    ['mission']
    >>> terms_of_word("図書館", "ja").sequence
    ('図書', '書館')
    """
    # A longer word hardly occurs again, and many of them would fill the memory.
    terms = _cached_terms if len(word) <= MAX_WORD_LENGTH else _terms
    return terms(word, language)


def _terms(word: str, language: str) -> Terms:
    if is_plain(word):
        term = word.lower()  # Most words. The general rules take three times as long.
        return Terms((term,), frozenset(stems(term, language) or (term,)))
    sequence: list[str] = []
    roots: set[str] = set()
    for folded, unspaced in segments(word):
        limit = MAX_SEGMENT_LENGTH if unspaced else MAX_WORD_LENGTH
        folded = folded[: MAX_MARKS * limit]
        term = strip_diacritics(folded)[:limit]
        if unspaced:
            sequence += bigrams(term)
            roots.update(bigrams(term), term)
        elif term:
            sequence.append(term)
            roots.update(stems(folded, language) or {term})
            if (unified := unify_hamzas(folded)) != folded:
                roots.update(stems(unified, language) or {strip_diacritics(unified)})
    if (plain := re.sub(GERSHAYIM, "", word)) != word:
        roots |= terms_of_word(plain, language).roots
    return Terms(tuple(sequence), frozenset(roots - {""}))


_cached_terms = lru_cache(maxsize=1 << 15)(_terms)


def segments(word: str) -> tuple[tuple[str, bool], ...]:
    """Return the folded parts of a word, each with whether its script is written unspaced."""
    folded = names.fold(word)
    return tuple((match[0], bool(match["unspaced"])) for match in SEGMENT.finditer(folded))


def terms_of_unspaced(parts: Iterable[tuple[str, bool]]) -> Iterator[str]:
    """Yield the bigrams and characters of the unspaced ones of the segments of a word."""
    for folded, unspaced in parts:
        if unspaced:
            term = strip_diacritics(folded)
            yield from (*bigrams(term), *term)


def bigrams(text: str) -> list[str]:
    """Return the overlapping pairs of characters of `text`; a single character is kept.

    >>> bigrams("東京都")
    ['東京', '京都']
    """
    return [text[start : start + 2] for start in range(max(1, len(text) - 1))]


def stems(folded: str, language: str) -> set[str]:
    """Return the stems of a word both with and without diacritics, so that either finds it."""
    code = primary_subtag(language)
    if code not in STEMMERS or len(folded) < MIN_STEMMED_LENGTH or folded.isdecimal():
        return set()
    if folded.isascii() and code != "ar":
        stem = STEMMERS_OF_THREAD.stem(folded[:MAX_WORD_LENGTH], code)
        return {stem} if len(stem) > 1 else set()
    stripped = strip_diacritics(folded)
    words = {folded[:MAX_WORD_LENGTH], stripped[:MAX_WORD_LENGTH]}
    if code == "ar":
        words.add(with_definite_article(stripped))
    stemmed = {strip_diacritics(STEMMERS_OF_THREAD.stem(word, code)) for word in words}
    return {stem for stem in stemmed if len(stem) > 1}


def with_definite_article(word: str) -> str:
    """Return an Arabic word with the article ال in place of its proclitics.

    The stemmer strips the suffixes of a noun only if the article marks it as one.

    >>> with_definite_article("والكتاب") == with_definite_article("كتاب") == "الكتاب"
    True
    """
    return f"ال{ARABIC_PROCLITICS.sub('', word)}"


def analyze(text: str, language: str, limit: int) -> AnalyzedText:
    """Return the terms of the first `limit` characters of `text`.

    The words that compounds make count too, but have no place in the sequence.
    """
    text = text[:limit]
    # In lower case, since the terms of a word don't depend on it.
    words = tuple([word.lower() for word in WORD.findall(text)])
    occurrences = Counter(words)
    for word, count in joined_words(text).items():
        occurrences[word.lower()] += count
    occurrences.update(_joined_pairs(text, words, language))
    counts: dict[str, int] = defaultdict(int)
    forms: dict[str, list[str]] = defaultdict(list)
    plain = plain_words(occurrences, language)
    for word, root in zip(plain, plain_roots(plain, language), strict=True):
        counts[root] += occurrences.pop(word)
        if word != root:
            forms[root].append(word)
    sequences: dict[str, tuple[str, ...]] = {}
    for word, count in occurrences.items():
        general = terms_of_word(word, language)
        sequences[word] = general.sequence
        for root in general.roots:
            counts[root] += count
            if word != root and (word.isascii() or not IN_UNSPACED.match(root)):
                forms[root].append(word)
    return AnalyzedText(_sequence(words, sequences), counts, forms)


def _joined_pairs(text: str, words: Sequence[str], language: str) -> Iterator[str]:
    """Yield each two words of a text that others may write as one, unless one is a stop word. None
    in a language whose stop words are not known."""
    stop_words = stop_words_of(language)
    # Most of the short words are stop words.
    short = [
        number
        for number, word in enumerate(words if stop_words else ())
        if len(word) <= MAX_SHORT and word not in stop_words
    ]
    pairs = {pair for n in short for pair in (words[n - 1 : n + 1], words[n : n + 2])}
    joined = [
        pair
        for pair in pairs
        if len(pair) == 2 and stop_words.isdisjoint(pair) and may_be_one_word(*pair)
    ]
    lower = text.lower() if joined else ""
    for pair in joined:
        if " ".join(pair) in lower:
            yield "".join(pair)


def _sequence(words: tuple[str, ...], sequences: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return the terms of words: each is one, unless it has a sequence."""
    if not sequences:
        return words
    return tuple(chain.from_iterable(sequences.get(word, (word,)) for word in words))


def find_words(text: str, words: Iterable[str], limit: int) -> list[int]:
    """Return the positions of the first occurrences of `words`, in lower case, up to `limit`.

    Much faster than `match_spans`, and not exact: it knows no compounds, and what it finds may be
    a part of a word with signs.
    """
    lower = text.lower()
    if len(lower) != len(text):
        return []
    positions = (islice(_find_word(lower, word), limit) for word in words)
    return sorted(chain.from_iterable(positions))[:limit]


def _find_word(text: str, word: str) -> Iterator[int]:
    """Yield the positions of `word`, which are not between letters unless its script is
    unspaced."""
    is_unspaced = bool(IN_UNSPACED.match(word))
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if is_unspaced or not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
            yield start
        start = text.find(word, end)


def match_spans(text: str, terms: Container[str]) -> Iterator[tuple[int, int]]:
    """Yield the spans of `text` whose words, in lower case, are among `terms`, and those of the
    compounds, and of the bigrams and characters in unspaced scripts, that are. Stems nothing."""
    yield from merge(_match_words(text, terms), _match_compounds(find_compounds(text), terms))


def match_pairs(text: str, terms: Container[str]) -> Iterator[tuple[int, int]]:
    """Yield the spans of each two words that are among `terms` as one word."""
    return _match_compounds(find_pairs(text), terms)


def _match_compounds(
    compounds: Iterable[Compound], terms: Container[str]
) -> Iterator[tuple[int, int]]:
    for start, end, words in compounds:
        if any(word.lower() in terms for word in words):
            yield start, end


def _match_words(text: str, terms: Container[str]) -> Iterator[tuple[int, int]]:
    for match in WORD.finditer(text):
        word = match["word"]
        if word.lower() in terms:
            yield match.span("word")
        elif not word.isascii():
            yield from _spans_in_unspaced(Token(word, *match.span("word")), terms)


def _spans_in_unspaced(token: Token, searched: Container[str]) -> Iterator[tuple[int, int]]:
    """Yield the spans of the searched terms within a word of an unspaced script; the whole word if
    folding changes its length."""
    parts = segments(token.text)
    if not any(unspaced for _text, unspaced in parts):
        return
    text = strip_diacritics(parts[0][0]) if len(parts) == 1 else ""
    if len(text) != len(token.text):
        if any(term in searched for term in terms_of_unspaced(parts)):
            yield token.start, token.end
        return
    covered = 0
    for position in range(len(text)):
        length = (
            2 if text[position : position + 2] in searched and position + 2 <= len(text) else 1
        )
        if text[position : position + length] not in searched:
            continue
        first = max(position, covered)
        covered = position + length
        if first < covered:
            yield token.start + first, token.start + covered
