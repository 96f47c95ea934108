"""The bytes of text files → text with ``\\n`` line breaks and without control characters."""

import codecs
import re
from contextlib import suppress
from typing import NamedTuple

from django.utils.translation import gettext as _

from articles.files import FileError
from articles.importing.documents import Problem
from articles.models.fields import CONTROL

# Those of UTF-32 begin with one of UTF-16.
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# In texts of a byte for each character, these are nothing but control characters.
NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
LINE_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# The characters that it matches. Looking for each of them takes a tenth of the time.
OTHER_LINE_BREAKS = "\r\x0b\x0c\x85\u2028\u2029"


class DecodedText(NamedTuple):
    text: str
    problems: list[Problem]


def decode(content: bytes, path: str) -> DecodedText:
    """Return the text of a file: UTF-8, UTF-16, UTF-32 with a byte order mark, or else
    Windows-1252, the superset of Latin-1 that such files mostly are. All that is not certain is
    reported. Raises `FileError` for a file that is not a text."""
    problems: list[Problem] = []
    text = _decode(content, path, problems)
    if any(character in text for character in OTHER_LINE_BREAKS):
        text = LINE_BREAK.sub("\n", text)
    if match := CONTROL.search(text):
        line = text.count("\n", 0, match.start()) + 1
        code = f"U+{ord(match[0]):04X}"
        problems.append(
            Problem(
                path, line, _("There were control characters, such as %(code)s.") % {"code": code}
            )
        )
        text = CONTROL.sub("", text)
    return DecodedText(text, problems)


def _decode(content: bytes, path: str, problems: list[Problem]) -> str:
    encoding = next((encoding for mark, encoding in BOMS if content.startswith(mark)), "")
    if not encoding and (encoding := _without_mark(content)):
        problems.append(Problem(path, 1, _("It has no byte order mark: read as UTF-16.")))
    elif not encoding and content.count(0) * 100 > len(content):
        raise FileError(path, _binary(0))
    try:
        return content.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = f"0x{content[error.start]:02X}"
    if encoding:
        name = encoding.removesuffix("-sig").upper()
        problems.append(
            Problem(
                path,
                line,
                _("Byte %(byte)s is not %(encoding)s: it was replaced.")
                % {"byte": byte, "encoding": name},
            )
        )
        return content.decode(encoding, errors="replace")
    if match := NO_TEXT.search(content):
        raise FileError(path, _binary(match[0][0]))
    message = _(
        "Byte %(byte)s is not UTF-8: read as Windows-1252. If this is not right, convert the file."
    ) % {"byte": byte}
    problems.append(Problem(path, line, message))
    return content.decode("cp1252", errors="replace")


def _without_mark(content: bytes) -> str:
    """Return the encoding of a text in UTF-16 without a byte order mark: each character of ASCII
    has a byte 0, before it or after it. An empty string for all other texts."""
    for encoding, zeros, others in (
        ("utf-16-le", content[1::2], content[::2]),
        ("utf-16-be", content[::2], content[1::2]),
    ):
        if zeros.count(0) * 100 > len(zeros) and 0 not in others:
            with suppress(UnicodeDecodeError):
                if not CONTROL.search(LINE_BREAK.sub("", content.decode(encoding))):
                    return encoding
    return ""


def _binary(byte: int) -> str:
    return _("It is not a text: it has bytes such as %(byte)s.") % {"byte": f"0x{byte:02X}"}
