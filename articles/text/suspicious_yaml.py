"""Values of front matter that YAML reads otherwise than they look.

This reads lines, not events of a parser: what the parser has cut off, or can't read at all, is in
the lines only. Values in quotation marks are never suspicious.
"""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

KEY = re.compile(r"(?P<key>[^\s#:'\"\-\[\]{}&*!|>%@`,?][^:\n]*?|\?)(?P<gap>:[ \t]*)(?P<value>.*)")
ITEM = re.compile(r"(?P<gap>[ \t]*-[ \t]+)(?P<value>.*)")
BLOCK_SCALAR = re.compile(r"[|>][-+0-9]*[ \t]*(?:#.*)?")
COMMENT = re.compile(r"[ \t]+#")
# What begins an instruction for the linter in a comment.
INSTRUCTION = re.compile(r"[ \t]*diwan-lint-")
FLOW_ITEM = re.compile(r"\s*(?P<value>\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|[^,\[\]]*)(?:[,\]]|\Z)")
# What begins a value that is no plain scalar (YAML 1.2, 7.3.3).
INDICATORS = tuple("\"'[{&*!|>%@`")
# What programs with a full YAML parser read as something else than text (YAML 1.1 types).
TYPES = (
    ("a truth value", re.compile(r"(?i:y|n|yes|no|on|off|true|false)")),
    ("nothing", re.compile(r"~|(?i:null)")),
    ("a date", re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[Tt \t]\S.*)?")),
    ("an octal number", re.compile(r"[-+]?0o?[0-7_]+")),
    ("a number in base 60", re.compile(r"[-+]?\d+(?::[0-5]?\d)+(?:\.\d*)?")),
    ("a number", re.compile(r"[-+]?(?:0x[0-9a-fA-F_]+|\d[\d_]*\.\d*0|\d+(?:\.\d*)?[eE][-+]?\d+)")),
    ("no number or infinity", re.compile(r"[-+]?\.(?i:inf|nan)")),
)


class Suspicion(NamedTuple):
    """A part of a block of YAML, from character `start` to `end`, what is wrong with it, and what
    to write instead, or None if that is not certain; `key` is that of the field."""

    start: int
    end: int
    message: str
    replacement: str | None = None
    key: str = ""


def suspicious_values(block: str, text_keys: Collection[str]) -> Iterator[Suspicion]:
    """Yield what is suspicious in a block of YAML. `text_keys` are the fields that hold text.

    >>> [value.message for value in suspicious_values("title: Report #2\\n", ["title"])]
    ['“ #” begins a comment: the value is “Report”.']
    """
    key, offset, skipped = "", 0, _Skipped()
    for line in block.split("\n"):
        if not skipped.contains(line):
            if match := KEY.fullmatch(line):
                key = match["key"].strip()
            match = match or ITEM.fullmatch(line)
            if match:
                start = offset + match.start("value")
                yield from _tabs(line, match, offset)
                for item in _value(match["value"], start, is_text=key in text_keys):
                    yield item._replace(key=key)
                skipped.begin(match["value"])
            elif line.startswith("\t"):
                yield _tab(offset, offset + len(line) - len(line.lstrip("\t")), "  ")
        offset += len(line) + 1


class _Skipped:
    """The lines of block scalars, of quoted values and of collections over several lines."""

    def __init__(self) -> None:
        self._in_block = False
        self._closing = ""

    def begin(self, value: str) -> None:
        self._in_block = bool(BLOCK_SCALAR.fullmatch(value))
        quote = value[:1]
        if quote in ("'", '"') and not re.search(rf"(?<!\\){quote}\s*(?:#.*)?\Z", value[1:]):
            self._closing = quote
        elif quote in ("[", "{") and not value.rstrip().endswith(("]", "}")):
            self._closing = "]" if quote == "[" else "}"

    def contains(self, line: str) -> bool:
        if self._closing:
            if line.rstrip().endswith(self._closing):
                self._closing = ""
            return True
        self._in_block &= not line.strip() or line[:1] in (" ", "\t")
        return self._in_block


def _tabs(line: str, match: re.Match[str], offset: int) -> Iterator[Suspicion]:
    indent = len(line) - len(line.lstrip(" \t"))
    if "\t" in line[:indent]:
        yield _tab(offset, offset + indent, "  " * line[:indent].count("\t"))
    start, end = match.span("gap")
    if "\t" in match["gap"].lstrip(" \t") and match["value"]:
        yield _tab(offset + start, offset + end, f"{match['gap'].rstrip()} ")


def _tab(start: int, end: int, replacement: str) -> Suspicion:
    message = "YAML allows no tabs here. Use spaces."
    return Suspicion(start, end, message, replacement)


def _value(value: str, start: int, *, is_text: bool) -> Iterator[Suspicion]:
    if value.startswith("["):
        for match in FLOW_ITEM.finditer(value, 1) if is_text else ():
            item = match["value"].strip()
            yield from _typed(item, start + match.start("value"))
    elif value and not value.startswith(INDICATORS) and not value.startswith("#"):
        yield from _plain(value, start, is_text=is_text)


def _plain(value: str, start: int, *, is_text: bool) -> Iterator[Suspicion]:
    comment = COMMENT.search(value)
    scalar = value[: comment.start()] if comment else value
    whole = _without_comment(value).rstrip()
    end = start + len(whole)
    if is_text and comment and _is_cut(value, comment):
        is_sure = not re.search(r"[ \t]#(?:[ \t]|\Z)", whole)
        message = f"“ #” begins a comment: the value is “{scalar.strip()}”."
        yield Suspicion(start, end, message, quote(whole) if is_sure else None)
    elif ": " in scalar or scalar.rstrip().endswith(":"):
        message = (
            "“: ” in a value separates a key from its value. Put the value in quotation marks."
        )
        yield Suspicion(start, end, message, quote(whole) if not comment else None)
    elif is_text:
        yield from _typed(scalar.strip(), start)


def _without_comment(value: str) -> str:
    """Return `value` without the comment at its end. A number sign that is more likely a part of
    the value begins none."""
    comments = COMMENT.finditer(value)
    end = next((item.start() for item in comments if not _is_cut(value, item)), len(value))
    return value[:end]


def _is_cut(value: str, comment: re.Match[str]) -> bool:
    """Whether what follows a number sign is more likely to belong to the value than a comment."""
    rest = value[comment.end() :]
    if INSTRUCTION.match(rest):
        return False
    return bool(rest[:1].strip()) or bool(re.match(r"[ \t]*\d", rest))


def _typed(scalar: str, start: int) -> Iterator[Suspicion]:
    for kind, pattern in TYPES:
        if pattern.fullmatch(scalar):
            message = (
                f"YAML reads “{scalar}” as {kind}. Put it in quotation marks to mean the text."
            )
            # An empty value may be meant.
            replacement = None if kind == "nothing" else quote(scalar)
            yield Suspicion(start, start + len(scalar), message, replacement)
            return


def quote(text: str) -> str:
    """Return `text` as a YAML scalar in double quotation marks (YAML 1.2, 7.3.1).

    >>> quote('Say "no" #2')
    '"Say \\\\"no\\\\" #2"'
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return f'"{escaped}"'
