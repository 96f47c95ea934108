"""Words that mix letters of several scripts, as when a Cyrillic “а” stands in a Latin word.

The rules follow Unicode Technical Standard 39 (5.1, mixed-script detection) with the exceptions
that ordinary texts need: Chinese characters with Kana, Hangul, Bopomofo and Latin letters; units
and symbols, such as µm, kΩ and Δx; and words with an ending of another script, such as “PDFка”,
whose letters can't be confused.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

WORD = re.compile(r"[^\W\d_](?:[^\W_]|[\u0300-\u036f'’])*")
# A letter of Latin next to one of Greek, Cyrillic, Armenian or Cherokee, or one of these next to
# another one: few texts have such a pair, and nothing else has to be looked at.
GREEK_TO_ARMENIAN = (
    "\u0370-\u058f\u13a0-\u13ff\u1c80-\u1c8f\u1f00-\u1fff\u2c80-\u2cff\uab70-\uabbf"
)
LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
MIXED_HINT = re.compile(
    rf"[{LATIN}][\u0300-\u036f'’]*[{GREEK_TO_ARMENIAN}]"
    rf"|[{GREEK_TO_ARMENIAN}][\u0300-\u036f'’]*[{LATIN}]"
    "|[\u0370-\u03ff\u1f00-\u1fff][\u0400-\u058f]|[\u0400-\u052f][\u0370-\u03ff\u1f00-\u1fff]"
)
# Scripts that are distinguished, by the first word of the names of their letters.
SCRIPTS = frozenset(("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC"))
# Latin letters, and what looks like them in most fonts (a part of Unicode's confusables).
LOOKALIKES = {
    "CYRILLIC": dict(
        zip(
            "АВСЕНІЈКМОРЅТХУԌԚԜаеорсхуіјѕһԁԛԝгѵ", "ABCEHIJKMOPSTXYGQWaeopcxyijshdqwrv", strict=True
        )
    ),
    "GREEK": dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοναρικυγ", "ABEZHIKMNOPTYXovapikuy", strict=True)),
    "ARMENIAN": dict(zip("ՍՏՕոսօցհյզ", "USOnuoghjq", strict=True)),
    "CHEROKEE": dict(zip("ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᏒᎢᏙᎳᏃ", "AbCDEHJKLMPRTVWZ", strict=True)),
}
MIN_LENGTH = 3
# An abbreviation with an ending in the script of the text around it, such as “ITшник”.
COMPOUND = re.compile(r"([^\W\d_a-zа-я]{2,})[^\W\d_A-ZА-Я]+")
# What stands next to a word in a URL, an address, the name of a file or another identifier.
IDENTIFIER = re.compile(r"[/@\\#^{}]|\w[.:_=]+\w")
MAX_IDENTIFIER = 200


class MixedWord(NamedTuple):
    """A word from character `start` of the text, the names of its scripts, and the word in its
    main script alone, or an empty string if it is not certain what is meant."""

    start: int
    word: str
    scripts: tuple[str, ...]
    corrected: str


def mixed_words(text: str) -> Iterator[MixedWord]:
    """Yield the words of `text` that mix scripts.

    >>> [word.corrected for word in mixed_words("P\\u0430ypal, µm, PDFка")]
    ['Paypal']
    """
    if not MIXED_HINT.search(text):
        return
    for match in WORD.finditer(text):
        if not match[0].isascii() and (mixed := _mixed(match.start(), match[0])):
            yield mixed


def _mixed(start: int, word: str) -> MixedWord | None:
    counts = Counter(filter(None, map(script, word)))
    if len(counts) < 2 or len(word) < MIN_LENGTH:
        return None
    if _is_compound(word):
        return None
    # Of equal numbers, the script that the word begins with.
    (main, _number), (other, _other_number) = counts.most_common(2)
    scripts = tuple(name.title() for name in counts)
    if "LATIN" not in counts:
        return MixedWord(start, word, scripts, "")
    corrected = _corrected(word, main, other) if len(counts) == 2 else ""
    if not corrected and not _is_confusable(word, counts):
        return None
    return MixedWord(start, word, scripts, corrected)


def _is_compound(word: str) -> bool:
    match = COMPOUND.fullmatch(word)
    first, last = script(word[0]), script(word[-1])
    return match is not None and first != last and set(map(script, match[1])) == {first}


def _corrected(word: str, main: str, other: str) -> str:
    """Return `word` with letters of `main` in place of those of `other` that look like them, or an
    empty string if others remain, or if all letters could be those of either script."""
    table = LOOKALIKES.get(other if main == "LATIN" else main, {})
    if main != "LATIN":
        table = {latin: letter for letter, latin in table.items()}
    foreign = {letter for letter in word if script(letter) == other}
    distinctive = {letter for letter in word if script(letter) == main} - set(table.values())
    if not foreign <= table.keys() or not distinctive:
        return ""
    return word.translate({ord(letter): latin for letter, latin in table.items()})


def _is_confusable(word: str, counts: Counter[str]) -> bool:
    """Whether the letters of one script all look like those of another, or Cyrillic ones stand
    among Latin ones. Greek ones may: ΔxΔy."""
    runs = sum(1 for _name, _letters in groupby(filter(None, map(script, word))))
    if runs > 2 and "CYRILLIC" in counts:
        return True
    for name in counts.keys() - {"LATIN"}:
        letters = {letter for letter in word if script(letter) == name}
        latin = {letter for letter in word if script(letter) == "LATIN"}
        table = LOOKALIKES.get(name, {})
        if letters <= table.keys() or latin <= set(table.values()):
            return True
    return False


def is_in_identifier(text: str, start: int, end: int) -> bool:
    """Whether the word from `start` to `end` is a part of a URL or of another identifier, of which
    a program, and not a reader, decides what its letters mean.

    >>> is_in_identifier("See https://pаypal.com.", 12, 18), is_in_identifier("(pаypal).", 1, 7)
    (True, False)
    """
    first = text[max(start - MAX_IDENTIFIER, 0) : end].split()[-1]
    last = text[start : end + MAX_IDENTIFIER].split()[0]
    return bool(IDENTIFIER.search(first + last[end - start :]))


@lru_cache(maxsize=4096)
def script(character: str) -> str:
    """Return the script of a letter, if it is one of `SCRIPTS`, else an empty string.

    >>> script("a"), script("а"), script("µ"), script("1")
    ('LATIN', 'CYRILLIC', '', '')
    """
    if not character.isalpha():
        return ""
    name = unicodedata.name(character, "").partition(" ")[0]
    return name if name in SCRIPTS else ""
