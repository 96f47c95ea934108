"""Text → its words, spaces and signs: the units that texts are compared and merged by.

The rules follow Unicode's word boundaries and grapheme clusters (UAX 29), with two differences:
scripts without spaces between words are split into characters, and equal signs stay together.
"""

import re
import unicodedata

from articles.text import names


def combining_marks(start: int, end: int) -> str:
    """Return the combining marks with code points in this range, for a class of a pattern."""
    codes = (code for code in range(start, end) if unicodedata.category(chr(code))[0] == "M")
    return re.escape("".join(map(chr, codes)))


# What continues the character before it: marks, invisible characters, skin tones, the Thai and
# Lao AM, the halfwidth voicing marks. Two classes, because `re` looks up the first 65,536
# characters in a table, but tries all others of a class one by one.
EXTEND = (
    f"(?:[{combining_marks(0x300, 0x10000)}{names.INVISIBLE}\U0001f3fb-\U0001f3ff"
    "\u0e33\u0eb3\uff9e\uff9f]"
    f"|(?=[\U00010000-\U0001ffff])[{combining_marks(0x10000, 0x20000)}])"
)
# Thai, Lao, Burmese, Khmer, Tai, Balinese, Javanese, Chinese and Japanese.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\u1b00-\u1b7f\u3005-\u3007"
    "\u3021-\u3029\u3040-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua980-\ua9ff\uaa60-\uaa7f\uf900-\ufaff\uff66-\uff9d\U0001b000-\U0001b16f"
    "\U00020000-\U0003ffff"
)
# They stack the letter after them under the letter before them.
STACKERS = "\u1039\u17d2\u1a60\u1b44\ua9c0"
LINE_END = r"(?:\r\n?+|\n)"
APOSTROPHE = rf"['’ʼ](?=[^\W\d_{UNSPACED}])"
# The sign of a Hebrew abbreviation, usually typed as a quotation mark.
GERSHAYIM = '(?<=[א-ת])["״“”](?=[א-ת])'
DECIMAL = r"(?<=\d)[.,٫٬’](?=\d)"
TOKEN = re.compile(
    # Words. The ASCII alternative comes first because it matches faster.
    rf"[A-Za-z0-9_]++(?![^\x00-\x7f]|['.,])"
    rf"|(?:[^\W{UNSPACED}]|\d)"
    rf"(?>(?:[^\W{UNSPACED}]++|\d++|{EXTEND}|{APOSTROPHE}|{GERSHAYIM}|{DECIMAL})*)"
    # Spaces, line ends with the blank lines between them.
    rf"|[^\S\r\n]++(?>{EXTEND}*)"
    rf"|{LINE_END}(?>(?:[^\S\r\n]*{LINE_END})*)"
    # Characters of unspaced scripts.
    rf"|[{UNSPACED}](?>{EXTEND}*)(?>(?:(?<=[{STACKERS}])[{UNSPACED}](?>{EXTEND}*))*)"
    # Flags, which are pairs; signs and runs of one sign; emoji that are joined.
    rf"|[\U0001f1e6-\U0001f1ff]{{2}}"
    rf"|([^\w\s])(?>\1*{EXTEND}*)(?>(?:(?<=\u200d)[^\w\s](?>{EXTEND}*))*)"
)


def split_tokens(text: str) -> list[str]:
    """Return the tokens of a text. Joined, they are the text again.

    Combining marks are never separated from their base. A line end together with the blank lines
    after it is one token.

    >>> split_tokens("Don’t pay $1,500!!")
    ['Don’t', ' ', 'pay', ' ', '$', '1,500', '!!']
    >>> split_tokens("深度学习 is\\n\\nnew")
    ['深', '度', '学', '习', ' ', 'is', '\\n\\n', 'new']
    """
    return [match[0] for match in TOKEN.finditer(text)]


def is_word(token: str) -> bool:
    """Return whether a token has a letter or a digit.

    >>> is_word("don’t"), is_word("—")
    (True, False)
    """
    return token[0].isalnum() or any(character.isalnum() for character in token)


def is_line_end(token: str) -> bool:
    """Return whether a token is one or more line ends.

    >>> is_line_end("\\r\\n"), is_line_end(" ")
    (True, False)
    """
    return token[0] in "\r\n"


def is_paragraph_break(token: str) -> bool:
    """Return whether a token is two or more line ends.

    >>> is_paragraph_break("\\n \\n"), is_paragraph_break("\\r\\n")
    (True, False)
    """
    return is_line_end(token) and len(token.splitlines()) > 1
