"""Wrapped lines → one line, by the segment break rules of CSS Text 4 (4.1.3).

Chinese and Japanese are written without spaces, so a line may be wrapped within a word. A space
in place of the line break would be displayed as a gap and would divide the word for the search.
Korean is written with spaces and keeps them, next to any character.
"""

import re
import unicodedata

LINE_BREAK = re.compile(r"(?<![ \t])[ \t]*[\r\n][ \t\r\n]*")
HANGUL = re.compile(
    "[\u1100-\u11ff\u302e\u302f\u3130-\u318f\u3200-\u321e\u3260-\u327e\ua960-\ua97f\uac00-\ud7ff"
    "\uffa0-\uffdc]"
)
# The East Asian widths (UAX 11) fullwidth, wide and halfwidth, but not ambiguous.
EAST_ASIAN_WIDTHS = ("F", "W", "H")
# They follow the character that they modify.
VARIATION_SELECTORS = "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
ZERO_WIDTH_SPACE = "\u200b"
IDEOGRAPHIC_SPACE = "\u3000"
# More than a character with its variation selector.
CONTEXT = 4


def unwrap(text: str, space: str = " ") -> str:
    """Return `text` with each line break replaced by `space`, or removed.

    >>> unwrap("Lines of\\nwords"), unwrap("深度\\n学习")
    ('Lines of words', '深度学习')
    """

    def replacement(match: re.Match[str]) -> str:
        start, end = match.span()
        return (
            space
            if needs_space(text[max(0, start - CONTEXT) : start], text[end : end + 1])
            else ""
        )

    return LINE_BREAK.sub(replacement, text)


def needs_space(before: str, after: str) -> bool:
    """Return whether a line break between these texts stands for a space.

    >>> needs_space("深度", "学习"), needs_space("用", "Python"), needs_space("好，", "Python")
    (False, True, False)
    """
    last, first = before.rstrip(VARIATION_SELECTORS)[-1:], after[:1]
    if not last or not first:
        return True
    if ZERO_WIDTH_SPACE in (last, first):
        return False
    if HANGUL.match(last) or HANGUL.match(first):
        return True
    if _is_east_asian(last) and _is_east_asian(first):
        return False
    return not (_is_punctuation(last) or _is_punctuation(first))


def _is_east_asian(character: str) -> bool:
    return unicodedata.east_asian_width(character) in EAST_ASIAN_WIDTHS


def _is_punctuation(character: str) -> bool:
    """Return whether a character is East Asian punctuation, which brings its own space."""
    if not _is_east_asian(character):
        return False
    return character == IDEOGRAPHIC_SPACE or unicodedata.category(character).startswith("P")
