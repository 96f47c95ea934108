"""The front matter of other systems → plain values: YAML, TOML or JSON, also nested.

What is not valid is read line by line as far as possible, since a template or a colon in a title
should not cost an author all other fields.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

import yaml
from django.utils.translation import gettext as _

LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
YAML_BLOCK = re.compile(r"\s*---[ \t]*\n(?P<block>(?:.*\n)*?)(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
TOML_BLOCK = re.compile(r"\s*\+\+\+[ \t]*\n(?P<block>(?:.*\n)*?)\+\+\+[ \t]*(?:\n|\Z)")
# Fields before the first blank line, without lines around them: of MultiMarkdown, which MkDocs
# reads, too. Values go on in lines that are indented.
META_FIELD = r"[ ]{0,3}(?P<key>[A-Za-z0-9_-]+):(?P<value>[^\n]*\n(?:(?:[ ]{4}|\t)[^\n]*\n)*)"
META_BLOCK = re.compile(rf"(?:{re.sub('[?]P<[a-z]+>', '?:', META_FIELD)})+(?=\n)")
META_KEYS = frozenset(("author", "authors", "date", "description", "summary", "tags", "title"))
JSON_START = re.compile(r"\s*\{\s*[\"}]")
KEY = re.compile(r"^[\"']?(?P<key>[A-Za-z_][\w .-]*?)[\"']?[ \t]*[:=][ \t]*(?P<value>.*)$", re.M)
QUOTED = re.compile(r"""(["'])(?P<text>.*)\1\s*\Z""")
INLINE_LIST = re.compile(r"\[(?P<items>[^\[\]]*)\]\s*\Z")
NULLS = ("~", "null", "Null", "NULL")
# Levels of lists and mappings. What is deeper is left out.
MAX_DEPTH = 20
# What the values of a block are made of.
VALUE_EVENTS = (yaml.NodeEvent, yaml.CollectionEndEvent)
# Ends an empty block.
END: Any = yaml.MappingEndEvent()

# A string, a list or a mapping of values.
Value = str | list[Any] | dict[str, Any]


class FrontMatterFault(NamedTuple):
    """What is not valid, and the line of the document, counted from 1."""

    line: int
    message: str


class ForeignFrontMatter(NamedTuple):
    """Fields with their lines, the body and its first line, and what is not valid."""

    fields: dict[str, Value]
    lines: dict[str, int]
    body: str
    body_line: int
    fault: FrontMatterFault | None = None


class Parsed(NamedTuple):
    fields: dict[str, Value]
    lines: dict[str, int]


def split(text: str) -> ForeignFrontMatter:
    """Return the front matter and the body of a document with ``\\n`` line breaks.

    >>> split('+++\\ntitle = "Peace"\\n+++\\nWords.').fields
    {'title': 'Peace'}
    >>> split('---\\ntitle: Report: 2020\\n---\\nWords.').fields
    {'title': 'Report: 2020'}
    """
    if match := YAML_BLOCK.match(text):
        return _split(text, match, _parse_yaml)
    if match := TOML_BLOCK.match(text):
        return _split(text, match, _parse_toml)
    if JSON_START.match(text):
        return _split_json(text)
    return ForeignFrontMatter({}, {}, text, 1)


def split_meta(text: str) -> ForeignFrontMatter:
    """Return the fields of MultiMarkdown and the body of a document, whose text may also begin
    with words and a colon.

    >>> split_meta("title: Peace\\n\\nNote: words.").fields
    {'title': 'Peace'}
    >>> split_meta("Note: words.\\n\\nTitle: x.").fields
    {}
    """
    fields: dict[str, Value] = {}
    lines: dict[str, int] = {}
    line = 1
    block = META_BLOCK.match(text)
    for match in re.finditer(META_FIELD, block[0]) if block else ():
        fields[match["key"]] = " ".join(match["value"].split())
        lines[match["key"]] = line
        line += match[0].count("\n")
    if not block or META_KEYS.isdisjoint(key.lower() for key in fields):
        return ForeignFrontMatter({}, {}, text, 1)
    return ForeignFrontMatter(fields, lines, *_body(text, block.end()))


def parse_settings(text: str, extension: str) -> dict[str, Value]:
    """Return the settings in a file of YAML, TOML or JSON; none if it is not valid."""
    try:
        if extension == ".toml":
            return _parse_toml(text).fields
        if extension == ".json":
            values = json.loads(text)
            return _plain(values, 0) if isinstance(values, dict) else {}
        parsed = _parse_yaml(text)
    except (FaultError, ValueError, RecursionError):
        return {}
    return parsed.fields if parsed else {}


def _split(text: str, match: re.Match[str], parse: Any) -> ForeignFrontMatter:
    block, first = match["block"], text.count("\n", 0, match.start("block")) + 1
    fault = None
    try:
        parsed: Parsed | None = parse(block)
    except FaultError as error:
        parsed, fault = _parse_lines(block), FrontMatterFault(first + error.line, str(error))
    if parsed is None:
        return ForeignFrontMatter({}, {}, text, 1)
    lines = {key: first + line for key, line in parsed.lines.items()}
    body, body_line = _body(text, match.end())
    return ForeignFrontMatter(parsed.fields, lines, body, body_line, fault)


def _body(text: str, end: int) -> tuple[str, int]:
    end += len(text[end:]) - len(text[end:].lstrip("\n"))
    return text[end:], text.count("\n", 0, end) + 1


class FaultError(ValueError):
    """Front matter that is not valid, in a line of the block, counted from 0."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def _parse_yaml(block: str) -> Parsed | None:
    """Return the fields of a block, or None if it is no mapping: a document may begin with a
    line. Raises `FaultError`."""
    try:
        reader = _YAMLReader(yaml.parse(block, Loader=LOADER))
        return reader.mapping() if reader.begins_mapping() else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = _("This is not YAML: %(problem)s. It was read line by line.") % {
            "problem": error.problem
        }
        raise FaultError(message, mark.line if mark else 0) from error
    except yaml.reader.ReaderError as error:
        line = block.count("\n", 0, int(error.position))
        raise FaultError(
            _("There is a control character. It was read line by line."), line
        ) from error


class _YAMLReader:
    """Values from the events of the parser: PyYAML's composer in C crashes on deep nesting."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = (event for event in events if isinstance(event, VALUE_EVENTS))
        self._scalars: dict[str, str] = {}

    def begins_mapping(self) -> bool:
        first = next(self._events, None)
        return first is None or isinstance(first, yaml.MappingStartEvent)

    def mapping(self) -> Parsed:
        parsed = Parsed({}, {})
        while not isinstance(key := next(self._events, END), yaml.MappingEndEvent):
            name = self._value(key, 1)
            value = self._value(next(self._events), 1)
            if isinstance(name, str):
                parsed.fields[name] = value
                parsed.lines[name] = key.start_mark.line if key.start_mark else 0
        return parsed

    def _value(self, event: Any, depth: int) -> Value:
        if isinstance(event, yaml.ScalarEvent):
            is_null = event.implicit[0] and event.value in NULLS
            text = "" if is_null else str(event.value)
            if event.anchor:
                self._scalars[event.anchor] = text
            return text
        if isinstance(event, yaml.AliasEvent):
            return self._scalars.get(event.anchor or "", "")
        if depth > MAX_DEPTH:
            return self._skip()
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(depth)
        items: dict[str, Any] = {}
        while not isinstance(key := next(self._events), yaml.MappingEndEvent):
            name, value = self._value(key, depth + 1), self._value(next(self._events), depth + 1)
            items[name if isinstance(name, str) else ""] = value
        return items

    def _sequence(self, depth: int) -> list[Any]:
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._value(event, depth + 1))
        return items

    def _skip(self) -> str:
        """Read to the end of the collection that has begun, however deep it is."""
        depth = 1
        while depth:
            event = next(self._events)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
        return ""


def _parse_toml(block: str) -> Parsed:
    try:
        fields = tomllib.loads(block)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        match = re.search(r"at line (\d+)", str(error))
        line = int(match[1]) - 1 if match else 0
        raise FaultError(
            _("This is not TOML: %(problem)s. It was read line by line.") % {"problem": error},
            line,
        ) from error
    return Parsed(_plain(fields, 0), _key_lines(block))


def _split_json(text: str) -> ForeignFrontMatter:
    start = text.index("{")
    try:
        fields, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return ForeignFrontMatter({}, {}, text, 1)  # A text that begins with a brace.
    body, body_line = _body(text, end)
    first = text.count("\n", 0, start) + 1
    lines = dict.fromkeys(fields, first)
    return ForeignFrontMatter(_plain(fields, 0), lines, body.lstrip(), body_line)


def _plain(value: Any, depth: int) -> Any:
    """Return a value of TOML or JSON with strings only, as YAML's."""
    if depth > MAX_DEPTH or value is None:
        return ""
    if isinstance(value, dict):
        return {str(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _parse_lines(block: str) -> Parsed:
    """Return the fields of the lines that look like one: lists of words, or texts."""
    parsed = Parsed({}, _key_lines(block))
    for match in KEY.finditer(block):
        parsed.fields.setdefault(match["key"], _line_value(match["value"].strip()))
    return parsed


def _line_value(text: str) -> Value:
    if match := INLINE_LIST.match(text):
        return [_unquote(item.strip()) for item in match["items"].split(",")]
    return _unquote(text)


def _unquote(text: str) -> str:
    match = QUOTED.match(text)
    return match["text"] if match else text


def _key_lines(block: str) -> dict[str, int]:
    lines: dict[str, int] = {}
    for match in KEY.finditer(block):
        lines.setdefault(match["key"], block.count("\n", 0, match.start()))
    return lines
