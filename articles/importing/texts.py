"""The bytes of text files → text with ``\\n`` line breaks and without control characters."""

import codecs
import re
from typing import NamedTuple

from articles.importing.documents import Problem
from articles.models.fields import CONTROL

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LINE_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


class DecodedText(NamedTuple):
    text: str
    problems: list[Problem]


def decode(content: bytes, path: str) -> DecodedText:
    """Return the text of a file: UTF-8, UTF-16 with a byte order mark, or else Windows-1252, the
    superset of Latin-1 that such files mostly are, which is reported."""
    problems: list[Problem] = []
    text = _decode(content, path, problems)
    text = LINE_BREAK.sub("\n", text)
    if match := CONTROL.search(text):
        line = text.count("\n", 0, match.start()) + 1
        code = f"U+{ord(match[0]):04X}"
        problems.append(Problem(path, line, f"There were control characters, such as {code}."))
        text = CONTROL.sub("", text)
    return DecodedText(text, problems)


def _decode(content: bytes, path: str, problems: list[Problem]) -> str:
    for mark, encoding in BOMS:
        if content.startswith(mark):
            return content.removeprefix(mark if encoding == "utf-8" else b"").decode(
                encoding, errors="replace"
            )
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"Byte 0x{content[error.start]:02X} is not UTF-8: read as Windows-1252."
        problems.append(Problem(path, line, message))
        return content.decode("cp1252", errors="replace")
