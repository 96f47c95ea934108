"""Text → the words that it is found by: folded, stemmed, and where they stand.

What is indexed and what is asked go through the same functions, before any database sees them.
A word is letters and digits without marks; a stem that differs from its word begins with ``_``.
Scripts that don't part words with spaces are cut into pairs of characters, which overlap.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import snowballstemmer

from articles.text import names

# fmt: off
STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque",
    "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}
# Letters that are written one for the other, and that no normal form makes one.
VARIANTS = str.maketrans({
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ة": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ک": "ك", "ء": "",
    "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "æ": "ae", "œ": "oe",
    "þ": "th",
})
# fmt: on
MARKS = re.escape(
    "".join(
        chr(code) for code in range(0x300, 0x20000) if unicodedata.category(chr(code))[0] == "M"
    )
)
INVISIBLE = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
# Chinese, Japanese, Korean, Thai, Lao, Burmese, Khmer.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
# The sign of a Hebrew abbreviation, for which most write a quotation mark.
GERSHAYIM = '(?<=[א-ת])["״“”](?=[א-ת])'
# An elided article before a word, and the English possessive behind it, are no part of it. Words
# of plain letters come first because they are read many times faster that way.
WORD = re.compile(
    r"(?:(?:[cdjlmnstCDJLMNST]|[qQ][uU])['’ʼ](?=[^\W\d_]{2}))?"
    rf"(?P<word>(?:[A-Za-z0-9]++(?![^\x00-\x7f])|"
    rf"[^\W_]+(?:(?:[{MARKS}{INVISIBLE}]+|{GERSHAYIM})[^\W_]*)*)"
    r"(?:\+\+|#(?!\w))?)"
    r"(?:['’ʼ][sS](?!\w))?"
)
PART = re.compile(rf"(?P<run>[{UNSPACED}]+)|(?:[^\W_{UNSPACED}]|[{MARKS}])+(?:\+\+|#)?")
# The marks that make か into が are letters to those who write them.
VOICING = "\u3099\u309a"
ARTICLE = re.compile("^(?:[وفبك]?ال|لل)(?=..)")
# So many characters of a word count, and of a run of words without spaces.
LONGEST, LONGEST_RUN = 60, 2000
SHORTEST_STEMMED = 3


@dataclass(frozen=True, slots=True)
class Terms:
    """What a text is indexed by: `words` in their order, and `others` that stand nowhere."""

    words: tuple[str, ...]
    others: frozenset[str]


class Stemmers(threading.local):
    """The stemmers that a thread has used: they keep the word that they are working on."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}

    def stem(self, word: str, language: str) -> str:
        if language not in self.known:
            self.known[language] = snowballstemmer.stemmer(STEMMERS[language])
        stem: str = self.known[language].stemWord(word)
        return stem


STEMS = Stemmers()


def primary(language: str) -> str:
    """
    >>> primary("pt-BR")
    'pt'
    """
    return language.lower().partition("-")[0]


def bare(folded: str) -> str:
    """A folded text without marks, and with one letter for all that are written for it.

    >>> bare("élan"), bare("ıĸ"), bare("٢٠")
    ('elan', 'iĸ', '20')
    """
    if folded.isascii():
        return folded
    letters = unicodedata.normalize("NFKD", folded)
    kept = (c for c in letters if c in VOICING or unicodedata.category(c) != "Mn")
    text = unicodedata.normalize("NFC", "".join(kept).translate(VARIANTS))
    return "".join(str(unicodedata.decimal(c, c)) for c in text)


def split(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of `text` as they are written, each with where it starts and ends."""
    for match in WORD.finditer(text):
        yield match["word"], match.start("word"), match.end("word")


@lru_cache(maxsize=1 << 15)
def forms(written: str, language: str) -> Terms:
    """The terms of one written word of an article in `language`.

    >>> sorted(forms("Missions", "en").others)
    ['_mission']
    >>> forms("図書館", "ja").words
    ('図書', '書館')
    """
    found: list[str] = []
    others: set[str] = set()
    for folded, is_run in parts(written):
        word = bare(folded)[: LONGEST_RUN if is_run else LONGEST]
        if is_run:
            found += pairs(word)
            others.update(word if len(word) > 1 else ())
        elif word:
            found.append(word)
            others.update(f"_{stem}" for stem in stems(folded, language) if stem != word)
    if (plain := re.sub(GERSHAYIM, "", written)) != written:
        others.update(forms(plain, language).words)
    return Terms(tuple(found), frozenset(others))


@lru_cache(maxsize=1 << 12)
def parts(written: str) -> tuple[tuple[str, bool], ...]:
    """What a written word is once it is folded, and whether its script parts no words."""
    folded = names.fold(written)
    return tuple((match[0], bool(match["run"])) for match in PART.finditer(folded))


def pairs(run: str) -> list[str]:
    """
    >>> pairs("東京都")
    ['東京', '京都']
    """
    return [run[at : at + 2] for at in range(max(1, len(run) - 1))]


def stems(folded: str, language: str) -> set[str]:
    """The stems of a word with its marks and without them, so that either finds the other."""
    code = primary(language)
    if code not in STEMMERS or len(folded) < SHORTEST_STEMMED or folded.isdecimal():
        return set()
    written = {folded[:LONGEST], bare(folded)[:LONGEST]}
    if code == "ar":
        written.add(with_article(bare(folded)))
    found = {bare(STEMS.stem(word, code)) for word in written}
    return {stem for stem in found if len(stem) > 1}


def with_article(word: str) -> str:
    """An Arabic word as a noun with its article, without "and", "so", "with" or "like" before it.

    The stemmer takes endings off a noun only where it knows it by its article.

    >>> with_article("والكتاب") == with_article("كتاب") == "الكتاب"
    True
    """
    return f"ال{ARTICLE.sub('', word)}"


def terms(text: str, language: str, limit: int) -> Terms:
    """What `text` is indexed by; at most `limit` characters of it are looked at."""
    written: list[str] = WORD.findall(text, 0, limit)
    known = {word: forms(word, language) for word in set(written)}
    others = frozenset().union(*(each.others for each in known.values()))
    return Terms(tuple(term for word in written for term in known[word].words), others)


def hits(
    text: str, language: str, wanted: Iterable[str], beginning: str = ""
) -> Iterator[tuple[int, int]]:
    """Where in `text` there are words with one of the terms `wanted`, or that begin so."""
    terms = frozenset(wanted)
    known: dict[str, bool] = {}
    for match in WORD.finditer(text):
        written = match["word"]
        if written not in known:
            known[written] = _is_hit(forms(written, language), terms, beginning)
        if known[written]:
            yield from places(written, *match.span("word"), terms)


def _is_hit(each: Terms, wanted: frozenset[str], beginning: str) -> bool:
    if not wanted.isdisjoint(each.words) or not wanted.isdisjoint(each.others):
        return True
    return bool(beginning) and any(word.startswith(beginning) for word in each.words)


def places(
    written: str, start: int, end: int, wanted: frozenset[str]
) -> Iterator[tuple[int, int]]:
    """The whole word; of a run without spaces, only the characters that are wanted."""
    run = parts(written)
    if len(run) != 1 or not run[0][1] or len(bare(run[0][0])) != len(written):
        yield start, end
        return
    text, covered = bare(run[0][0]), 0
    for at in range(len(text)):
        length = 2 if text[at : at + 2] in wanted and at + 2 <= len(text) else 1
        if text[at : at + length] not in wanted:
            continue
        first = max(at, covered)
        covered = at + length
        if first < covered:
            yield start + first, start + covered
