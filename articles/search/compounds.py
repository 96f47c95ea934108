"""Words with signs inside them → the words that others write without these: Wi-Fi → WiFi.

The parts of a compound are words of the text; what this module adds are the same parts in one
word. So "wi-fi" and "wifi" find each other, and "U.S." and "US", "O'Brien" and "obrien",
"1,000,000", "1 000 000" and "1000000", "B-52", "B 52" and "B52", "2,4-D" and "24D", "J R R" and
"J.R.R.", "e mail" and "email", and Persian words that have a non-joiner inside them with those
that are typed without it, or with a space instead. Where one number ends and another begins, as in
2024-01-15, 12:30 and 3.11, nothing is joined.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, pairwise
from typing import NamedTuple

from articles.text import names, tokens

HYPHENS = "\u058a\u05be\u1400\u1806\u2010-\u2013\u2043\u2212\u2e17\ufe58\ufe63\uff0d\\-"
# Apostrophes, primes, Hebrew geresh, and letters that are used as apostrophes.
APOSTROPHES = "'`\u00b4\u2018\u2019\u201b\u2032\u02b9-\u02bf\u02c8\u05f3\uff07"
# Dots, middle dots, slashes, ampersands, underscores.
DOTS = "._/&\u00b7\u2024\u2027\uff0e\uff0f\uff06"
# The zero-width non-joiner where the Arabic script has it, between the parts of a word.
ARABIC = "\u0620-\u064a\u066e-\u06d3\u06d5\u0750-\u077f\u08a0-\u08c9"
NON_JOINER = f"\u200c(?=[{ARABIC}])"
# What is inside a word without dividing it into parts, besides letters and digits.
INSIDE = f"(?:(?!{NON_JOINER})[{tokens.combining_marks(0x300, 0x20000)}{names.INVISIBLE}])"
UNSPACED = f"{tokens.UNSPACED}\uac00-\ud7a3"
LETTER = rf"[^\W_{UNSPACED}\u02b9-\u02bf\u02c8]"
PART = rf"{LETTER}++(?>(?:(?>{INSIDE}+){LETTER}*+)*)"
JOINER = f"(?:[{HYPHENS}{APOSTROPHES}{DOTS}]|{NON_JOINER})"
# What is inside all compounds, and matches much faster.
# It begins with a class: see `NUMBER`.
JOINED = re.compile(
    rf"[{HYPHENS}{APOSTROPHES}{DOTS}\u200c](?:(?<!\u200c)|(?=[{ARABIC}]))(?=\w)(?<=\S.)"
)
COMPOUND = re.compile(rf"(?<!{LETTER}){PART}(?>(?:{JOINER}{PART})+)")
TOKEN = re.compile(r"\S*")
SPLIT = re.compile(f"({JOINER})")
APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
# The elided article, which is no part of a name if the next word is in lower case: l'eau.
ELIDED = re.compile("[cdjlmnst]|qu", re.IGNORECASE)
# Groups of three digits, or in India of two and three.
SEPARATOR = "[,.'\u2019\u00b7_\u060c\u066c\uff0c \u00a0\u2009\u202f]"
NUMBER = re.compile(
    # A pattern that begins with a class is faster than one that begins with an assertion.
    r"\d(?<!\d\d)(?<!\d[\W_]\d)\d{0,2}"
    rf"(?:(?P<separator>{SEPARATOR})\d{{3}}(?>(?:(?P=separator)\d{{3}})*)|(?>(?:,\d\d(?=,))+),\d{{3}})"
    r"(?!\d|(?P=separator)\d|[-/:]\d)"
)
# Initials with spaces between them. The first letter is before the match.
INITIALS = re.compile(r"\.(?<=\b[^\W\d_]\.)(?: [^\W\d_]\.)+")
# The same without dots, in capitals.
CAPITAL = "[A-Z\u0391-\u03a9\u0401-\u042f]"
CAPITALS = re.compile(
    rf"{CAPITAL} {CAPITAL}(?<![\w.'’&-]...)(?![\w'’-])(?: {CAPITAL}(?![\w'’-]))*"
)
# Two words with a space between them, and letters of those that others write as one.
PAIR = re.compile(rf"(?<![\w'’.&-])({LETTER}+)(?= ({LETTER}+)(?![\w'’-]))")
MAX_SHORT, MAX_BOTH = 3, 5
# An ampersand between capitals. The first ones are before the match.
AMPERSAND = re.compile(r"& (?<=[A-Z0-9] & )[A-Z0-9]{1,4}(?!\w)")
LAST_CAPITALS = re.compile(r"(?<!\w)[A-Z0-9]{1,4}\Z")
# The positions of groups in the name of a chemical compound: 2,4-D.
LOCANTS = re.compile(r"(?<![\w.,])\d{1,2}(?>(?:,\d{1,2})+)-[^\W\d_]++(?!\w)")
# A designation with a space after its letter, which is before the match. "A" is also an article.
DESIGNATION = re.compile(r" \d(?<=[B-Zb-z] \d)(?<![^\s(][B-Zb-z] \d)[^\W_]*+")
# Persian endings of the plural and of comparison, and the prefix of verbs, with a space where the
# standard spelling has a non-joiner. The first word is before the match, a prefix but for its yeh.
YEH = "[\u0649\u064a\u06cc]"
ENDING = re.compile(
    rf" (?<=[{ARABIC}] )(?:ها(?:{YEH}(?:{YEH}|[متش]|مان|تان|شان)?)?|تر(?:{YEH}ن)?)(?!\w)"
)
VERB = re.compile(rf"{YEH}(?<=م{YEH}) [{ARABIC}]++")
PREFIX = re.compile(rf"ن?م{YEH}")
LAST_WORD = re.compile(rf"(?<!\w)[{ARABIC}]+\Z")
# Each of these endings and verbs has one of them. Most texts have none and are not read for them.
PERSIAN_LETTERS = "مته"
# Characters of the longest word that is read before an ending.
MAX_WORD = 40
# A compound of more parts is a path or the like, unless it is an acronym.
MAX_PARTS = 4
MAX_LENGTH = 60


class Compound(NamedTuple):
    """A span of a text, and its parts as one word: all of them, and those side by side."""

    start: int
    end: int
    words: tuple[str, ...]


def find_compounds(text: str) -> Iterator[Compound]:
    """Yield the compounds of a text in the order of their starts.

    >>> [compound.words for compound in find_compounds("Wi-Fi in the U.S. for 1,000 days")]
    [('WiFi',), ('US',), ('1000',)]
    """
    compounds = [*_numbers(text), *_initials(text), *_spaced(text)]
    for position, token in _tokens(text):
        compounds += [
            Compound(position + start, position + end, words)
            for start, end, words in compounds_of_token(token)
        ]
    yield from sorted(compounds)


def join_compounds(text: str) -> str:
    """Return a text with each of its compounds in one word, and without the signs of Hebrew
    abbreviations.

    >>> join_compounds("Wi-Fi in the U.S.")
    'WiFi in the US.'
    """
    joined, position = "", 0
    for start, end, words in find_compounds(text):
        if start >= position:
            joined += text[position:start] + words[0]
            position = end
    return re.sub(tokens.GERSHAYIM, "", joined + text[position:])


def joined_words(text: str) -> Counter[str]:
    """Return the words of all compounds of a text, each with how often its compounds occur."""
    words: Counter[str] = Counter()
    for compound in (*_numbers(text), *_initials(text), *_spaced(text)):
        for word in compound.words:
            words[word] += 1
    for token, count in Counter(token for _start, token in _tokens(text)).items():
        for compound in compounds_of_token(token):
            for word in compound.words:
                words[word] += count
    return words


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    """Yield what stands between spaces, with its position, if a compound may be in it."""
    end = 0
    for match in JOINED.finditer(text):
        joiner = match.start()
        if joiner >= end:
            space = max(text.rfind(" ", end, joiner), text.rfind("\n", end, joiner), end - 1)
            token = TOKEN.match(text, joiner)
            end = token.end() if token else joiner
            yield space + 1, text[space + 1 : end]


def _numbers(text: str) -> Iterator[Compound]:
    for match in NUMBER.finditer(text):
        digits = "".join(character for character in match[0] if character.isdecimal())
        yield Compound(*match.span(), (digits,))


def _initials(text: str) -> Iterator[Compound]:
    for match in INITIALS.finditer(text):
        start = match.start() - 1
        word = "".join(filter(str.isalpha, text[start : match.end()]))
        yield Compound(start, match.end(), (word,))
    for match in CAPITALS.finditer(text):
        yield Compound(*match.span(), (match[0].replace(" ", ""),))


def find_pairs(text: str) -> Iterator[Compound]:
    """Yield each two words that others may write as one, with a space between them. They may be
    words by themselves.

    >>> [compound.words for compound in find_pairs("e mail by wi fi")]
    [('email',), ('bywi',), ('wifi',)]
    """
    for match in PAIR.finditer(text):
        first, second = match.groups()
        if may_be_one_word(first, second):
            yield Compound(match.start(), match.end(2), (first + second,))


def may_be_one_word(first: str, second: str) -> bool:
    """Whether others may write two words as one: a letter and a word, as in "e mail", words of up
    to five letters, as in "wi fi", or a word and a number, as in "covid 19"."""
    if not first.isalpha():
        return False
    if second.isdecimal():
        return len(first) > 1 and len(second) <= MAX_SHORT
    if len(first) == 1:
        return second.isalpha() and MAX_SHORT <= len(second) <= MAX_LENGTH
    is_short = 1 < len(second) <= MAX_SHORT and len(first) <= MAX_SHORT
    return is_short and second.isalpha() and len(first + second) <= MAX_BOTH


def _spaced(text: str) -> Iterator[Compound]:
    """Yield what others write in one word, with a space inside it."""
    for match in DESIGNATION.finditer(text):
        start, end = match.start() - 1, match.end()
        yield Compound(start, end, (text[start:end].replace(" ", ""),))
    for match in AMPERSAND.finditer(text):
        end = match.start() - 1
        if first := LAST_CAPITALS.search(text, max(0, end - MAX_WORD), end):
            yield Compound(first.start(), match.end(), (first[0] + match[0][2:],))
    if any(letter in text for letter in PERSIAN_LETTERS):
        yield from _spaced_in_persian(text)


def _spaced_in_persian(text: str) -> Iterator[Compound]:
    for match in VERB.finditer(text):
        prefix = _last_word(text, match.start() + 1)
        if PREFIX.fullmatch(prefix):
            start = match.start() + 1 - len(prefix)
            yield Compound(start, match.end(), (prefix + match[0][2:],))
    for match in ENDING.finditer(text):
        if word := _last_word(text, match.start()):
            yield Compound(match.start() - len(word), match.end(), (word + match[0][1:],))


def _last_word(text: str, end: int) -> str:
    match = LAST_WORD.search(text, max(0, end - MAX_WORD), end)
    return match[0] if match else ""


def compounds_of_token(token: str) -> tuple[Compound, ...]:
    """Return the compounds in a text without white space."""
    is_short = len(token) <= 2 * MAX_LENGTH
    return _cached_compounds(token) if is_short else tuple(_compounds(token))


def _compounds(token: str) -> Iterator[Compound]:
    for match in COMPOUND.finditer(token):
        if words := tuple(dict.fromkeys(_join(match[0]))):
            yield Compound(*match.span(), words)
    for match in LOCANTS.finditer(token):
        yield Compound(*match.span(), (re.sub("[,-]", "", match[0]),))


_cached_compounds = lru_cache(maxsize=1 << 14)(lambda token: tuple(_compounds(token)))


def _join(compound: str) -> Iterator[str]:
    """Yield the parts of a compound that are side by side as one word, the most parts first."""
    pieces = SPLIT.split(compound)
    parts = _without_clitics(pieces[::2], pieces[1::2])
    for start, end in _spans(parts):
        word = "".join(parts[start:end])
        if len(word) <= MAX_LENGTH and not _has_numbers_side_by_side(parts[start:end]):
            yield word


def _spans(parts: list[str]) -> list[tuple[int, int]]:
    if len(parts) <= MAX_PARTS:
        spans = ((s, e) for s, e in combinations(range(len(parts) + 1), 2) if e - s > 1)
        return sorted(spans, key=lambda span: span[0] - span[1])
    return [(0, len(parts))] if all(len(part) == 1 for part in parts) else []


def _has_numbers_side_by_side(parts: list[str]) -> bool:
    return any(
        first[-1].isdecimal() and second[0].isdecimal() for first, second in pairwise(parts)
    )


def _without_clitics(parts: list[str], joiners: list[str]) -> list[str]:
    """Return the parts without an English possessive at the end, and without an elided article
    before a word in lower case: l'eau, but not L'Oréal."""
    if parts[-1] in ("s", "S") and APOSTROPHE.match(joiners[-1]) and not parts[-2].isdecimal():
        parts = parts[:-1]
    is_elided = APOSTROPHE.match(joiners[0]) and ELIDED.fullmatch(parts[0])
    return parts[1:] if is_elided and parts[1:] and parts[1][0].islower() else parts
