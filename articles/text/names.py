"""Names → keys for comparison, slugs and sort keys; language tags and their directions."""

import hashlib
import re
import unicodedata
from functools import lru_cache

# Raise it with each change of keys, sort keys or anchors, which are stored.
NAMES_VERSION = 1
# The longest name, and the longest key: folding can make a text longer.
NAME_LENGTH = 200
KEY_LENGTH = 255
# Characters of a text, such as a heading, that its slug is made from.
MAX_SLUG_SOURCE = 2000
# What has no shape of its own (Unicode's Default_Ignorable_Code_Point): joiners, variation
# selectors, fillers, directional marks, tags. The inside of a character class.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
IGNORABLE = re.compile(f"[{INVISIBLE}]+")
# The dot of İ, which lower case makes a mark: i has a dot already. ı, without one, is a letter of
# its own: Turkish “sınır” (border) is not “sinir” (nerve).
DOT_ABOVE = re.compile("(?<=[ij])\u0307+")
# Vowel marks and similar signs that authors may omit, and the Arabic tatweel.
OPTIONAL = re.compile(
    "[\u0610-\u061a\u0640\u064b-\u0652\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7]"
)
# Letters and digits that Arabic, Persian, Urdu and Kurdish keyboards have for each other's.
KEYBOARDS = str.maketrans(
    {"ک": "ك", "ی": "ي", "ہ": "ه", "ە": "ه", "ۀ": "هٔ", "ۂ": "هٔ"}
    | {chr(zero + digit): str(digit) for zero in (0x660, 0x6F0) for digit in range(10)}
)
GAP = re.compile(r"[\s_]+")
DASH = re.compile(
    "[\u058a\u05be\u1400\u1806\u2010-\u2015\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d"
    "\u301c\u3030\u30a0\U00010ead]"
)
BREAK = re.compile("[ -]+")
QUOTES = str.maketrans("‘’‚‛ʼ“”„‟", "'''''\"\"\"\"")
# The separators of names in a list: commas of any script and line breaks.
SEPARATORS = ",،、，﹐﹑︐\n\r"
COMMAS = re.compile(f"[{SEPARATORS}]")
SYMBOL_NAMES = (
    (re.compile(r"(?<=\w)\+\+"), " plus plus "),
    (re.compile(r"(?<=\w)#(?!\w)"), " sharp "),
)

# What a slug has no characters of, and whole slugs, of the letters and digits of ASCII.
NO_ASCII_SLUG = re.compile(r"[^a-z0-9]+")
ASCII_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
# Marks without a letter, at the start of a word of a slug.
STRAY_MARKS = re.compile(r"(?:^|-)[^\w-]+")

# fmt: off
RTL_LANGUAGES = frozenset((
    "ar", "arc", "arz", "ckb", "dv", "fa", "glk", "he", "ks", "lrc", "mzn", "nqo", "pnb", "prs",
    "ps", "sd", "syr", "ug", "ur", "yi",
))
RTL_SCRIPTS = frozenset((
    "adlm", "arab", "hebr", "mand", "mend", "nkoo", "rohg", "samr", "syrc", "thaa",
))
# fmt: on


def _non_starters() -> str:
    """Return the characters whose decomposition begins with a mark that is put into order."""
    codes = (*range(0x300, 0x20000), *range(0xE0100, 0xE01F0))
    decomposed = ((code, unicodedata.normalize("NFKD", chr(code))) for code in codes)
    return "".join(chr(code) for code, text in decomposed if unicodedata.combining(text[0]))


# Normalization orders a run of marks in quadratic time, so it gets short ones: 30 is the limit of
# the Stream-Safe Text Format (Unicode Standard Annex 15), far more than any language uses.
LONG_RUN = re.compile("([{0}]{{30}})[{0}]+".format(_non_starters()))


def fold(text: str) -> str:
    """Return the key by which names are compared.

    >>> fold("Cross-Border_Defense  Collaborations") == fold("cross-border-defense-collaborations")
    True

    This is compatibility caseless matching for identifiers (Unicode, chapter 3.13, D147), so it
    ignores invisible characters. It also ignores optional marks and the dot of İ, treats a run of
    white space, underscores and dashes inside the name as one space, and letters that keyboards
    have for each other's as one (`KEYBOARDS`). The function is idempotent and takes linear time.
    """
    if text.isascii() and text.isalnum():
        return text.lower()  # Most words: none of the other rules concerns them.
    return _cached_fold(text) if len(text) <= NAME_LENGTH else _fold(text)


def _fold(text: str) -> str:
    text = _fold_spelling(text)
    unified = text.translate(KEYBOARDS)
    # A mark after a letter may be one with the letter that is there now.
    return text if unified == text else _fold_spelling(unified)


_cached_fold = lru_cache(maxsize=8192)(_fold)


def _fold_spelling(text: str) -> str:
    """Like `fold`, but with the letters of the text's own language, as slugs and lists need."""
    while (folded := _fold_once(text)) != text:
        text = folded
    return text


def _fold_once(text: str) -> str:
    if text.isascii() and text.isprintable():
        return _join_words(text.lower())  # No other rule concerns it.
    text = LONG_RUN.sub(r"\1", text)
    for _round in range(2):
        text = unicodedata.normalize("NFKD", text).casefold()
    text = DASH.sub("-", OPTIONAL.sub("", DOT_ABOVE.sub("", text.translate(QUOTES))))
    if not text.isprintable():
        text = "".join(filter(_is_visible, text))
    # Earlier versions made slugs of variation selectors alone: these remain names of an article.
    text = IGNORABLE.sub("", text) or text
    return _join_words(unicodedata.normalize("NFKC", text))


def _is_visible(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in ("Cc", "Cf", "Cs")


def _join_words(text: str) -> str:
    """Replace each break between words by a space. At the ends, keep dashes and strip spaces."""
    text = GAP.sub(" ", text)
    words = text.strip(" -")
    if not words:
        return text.replace(" ", "")
    head, _words, tail = text.partition(words)
    return head.replace(" ", "") + BREAK.sub(" ", words) + tail.replace(" ", "")


def slug(title: str, length: int = 100) -> str:
    """Return a slug: lower-case letters, marks and digits of any script, and hyphens.

    >>> slug("Islamic Nation's Défense & C++")
    'islamic-nations-défense-c-plus-plus'

    It has at most `length` characters and is cut between words where possible. A title without
    any letter or digit gives ``x-`` and eight hexadecimal digits of its hash.
    """
    title = title[:MAX_SLUG_SOURCE]
    text = _fold_spelling(title).lower().replace("'", "")
    for symbol, name in SYMBOL_NAMES:
        text = symbol.sub(name, text)
    if text.isascii():
        hyphenated = NO_ASCII_SLUG.sub("-", text)
    else:
        hyphenated = "".join(c if unicodedata.category(c)[0] in "LMN" else "-" for c in text)
    if result := _truncate(_hyphenate(IGNORABLE.sub("", hyphenated)), length):
        return result
    visible = IGNORABLE.sub("", title).encode(errors="surrogatepass")
    return f"x-{hashlib.sha256(visible).hexdigest()[:8]}" if title else ""


def _hyphenate(text: str) -> str:
    """Return words with single hyphens between them, and without marks that follow no letter."""
    return re.sub("-+", "-", STRAY_MARKS.sub("-", text)).strip("-")


def is_slug(text: str, length: int = 100) -> bool:
    """Return whether `slug` returns `text`, or an earlier version of it did.

    Slugs from before the rules on invisible characters, stray marks and İ stay valid, so that
    their URLs, documents and translations do.

    >>> is_slug("istanbul"), is_slug("i\u0307stanbul"), is_slug("Istanbul"), is_slug("a--b")
    (True, True, False, False)
    """
    if len(text) <= length and ASCII_SLUG.match(text):
        return True  # Most slugs.
    if not text or len(text) > length or text != text.strip("-") or "--" in text:
        return False
    if not all(c == "-" or unicodedata.category(c)[0] in "LMN" for c in text):
        return False
    expected = slug(text, length)
    current = _hyphenate(IGNORABLE.sub("", DOT_ABOVE.sub("", text)))
    return expected in (text, current) or not current


def _truncate(text: str, length: int) -> str:
    if len(text) <= length:
        return text
    head, hyphen, _rest = text[: length + 1].rpartition("-")
    return head if hyphen else text[:length].rstrip("-")


def sort_key(title: str) -> str:
    """Return the key of A–Z order: the folded title without marks and leading punctuation.

    Its first character is the letter under which the title is listed, or ``#`` if there is none.
    """
    letters = unicodedata.normalize("NFKD", _fold_spelling(title))
    plain = "".join(c for c in letters if unicodedata.category(c) != "Mn").strip()
    plain = unicodedata.normalize("NFC", re.sub(r"^[\W_]+(?=\w)", "", plain))
    return plain if plain[:1].isalpha() else f"#{plain}"


def split_names(text: str) -> list[str]:
    """Return the distinct names in `text`, one per line or separated by commas of any script.

    >>> split_names("peace، war, Peace")
    ['peace', 'war']
    """
    by_key: dict[str, str] = {}
    for part in COMMAS.split(text):
        by_key.setdefault(fold(part), " ".join(part.split()))
    by_key.pop("", None)
    return list(by_key.values())


def language_tag(tag: str) -> str:
    """Return a BCP 47 language tag in the case that RFC 5646 (2.1.1) recommends.

    >>> language_tag("ZH-hant-tw")
    'zh-Hant-TW'
    """
    primary, *rest = tag.strip().split("-")
    return "-".join([primary.lower(), *map(_subtag, rest)])


def _subtag(text: str) -> str:
    if len(text) == 2:
        return text.upper()
    return text.title() if len(text) == 4 and text.isalpha() else text.lower()


@lru_cache(maxsize=256)
def direction(language: str) -> str:
    """Return ``ltr`` or ``rtl``, the direction of a language (BCP 47 tag)."""
    primary, *rest = language.lower().split("-")
    scripts = [part for part in rest[:2] if len(part) == 4 and part.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in RTL_SCRIPTS else "ltr"
    return "rtl" if primary in RTL_LANGUAGES else "ltr"
