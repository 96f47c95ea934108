"""Documents ⇄ front matter and body: `split` undoes `join` exactly."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import yaml

Value = str | list[str]

LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
FENCE = re.compile(r"---[ \t]*\n(?P<block>(?:.*\n)*?)---[ \t]*(?:\n|\Z)")
FORM_FEED = "\f"
EMPTY = "{}\n"
NULLS = ("~", "null", "Null", "NULL")

# A plain scalar (YAML 1.2, 7.3.3), narrower than the standard allows, and what ends one early.
PLAIN = re.compile(r"\w(?:.*[^\s:])?")
SPECIAL = re.compile(r": | #|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# What can't stand between double quotes as it is (YAML 1.2, 5.1 and 7.3.1).
UNQUOTABLE = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]')


class FrontMatterError(ValueError):
    """What is wrong with front matter, and in which line of the document, counted from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(f"line {line}: {message}")
        self.message = message
        self.line = line


class FrontMatter(NamedTuple):
    """A document taken apart: its fields and its body, and the lines in which they stand."""

    fields: dict[str, Value]
    body: str
    lines: dict[str, int]
    body_line: int


def split(text: str) -> FrontMatter:
    """The front matter and the body of a document. Every value is a string or a list of strings.

    A document that does not begin with a mapping between two lines of ``---`` is all body. One
    blank line after the front matter does not belong to the body. Raises `FrontMatterError`.

    >>> split("---\\ntitle: Peace\\n---\\n\\nWords.\\n").body
    'Words.\\n'
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    match = FENCE.match(text)
    found = _mapping(match["block"]) if match else None
    if not match or found is None:
        return FrontMatter({}, text, {}, 1)
    fields = {key: value for key, (value, _line) in found.items()}
    lines = {key: line for key, (_value, line) in found.items()}
    end = match.end() + text.startswith("\n", match.end())
    return FrontMatter(fields, text[end:], lines, text.count("\n", 0, end) + 1)


def _mapping(block: str) -> dict[str, tuple[Value, int]] | None:
    """The keys of a block with their values and lines, or None if it is no mapping.

    Reads the parser's events, for PyYAML's composer in C dies of deep nesting.
    """
    events = _events(block)
    if not isinstance(next(events, None), yaml.MappingStartEvent):
        return None
    found: dict[str, tuple[Value, int]] = {}
    while not isinstance(key := next(events), yaml.MappingEndEvent):
        line = _line(key.start_mark)
        if not isinstance(key, yaml.ScalarEvent):
            raise FrontMatterError("a key must be a word, like “title”.", line)
        if key.value in found:
            raise FrontMatterError(f"“{key.value}” stands here twice.", line)
        found[key.value] = _value(key.value, events), line
    for event in events:
        raise FrontMatterError("the front matter ends before this.", _line(event.start_mark))
    return found


def _events(block: str) -> Iterator[yaml.Event]:
    try:
        for event in yaml.parse(block, Loader=LOADER):
            if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
                yield event
    except yaml.MarkedYAMLError as error:
        # Where a quotation mark was opened says more than where the text then ended.
        scanning = isinstance(error, yaml.scanner.ScannerError) and error.context_mark
        line = _line(scanning or error.problem_mark or error.context_mark)
        hint = "Put a value with “: ” or special characters into quotes."
        raise FrontMatterError(f"this is not YAML: {error.problem}. {hint}", line) from error
    except yaml.reader.ReaderError as error:
        found = yaml.reader.Reader.NON_PRINTABLE.search(block)
        line = block.count("\n", 0, found.start()) + 2 if found else 1
        problem = f"there is a control character, U+{error.character:04X}. Remove it."
        raise FrontMatterError(problem, line) from error


def _line(mark: Any) -> int:
    """The line of the document that a place in the block stands in: the fence comes before."""
    return int(mark.line) + 2 if mark else 1


def _value(key: str, events: Iterator[yaml.Event]) -> Value:
    first = event = next(events)
    if isinstance(event, yaml.ScalarEvent):
        return _said(event)
    items: list[str] = []
    if isinstance(first, yaml.SequenceStartEvent):
        while isinstance(event := next(events), yaml.ScalarEvent):
            items.append(_said(event))
    if not isinstance(event, yaml.SequenceEndEvent):
        problem = f"“{key}” must be one value or a list of values."
        raise FrontMatterError(problem, _line(event.start_mark))
    return items


def _said(event: yaml.ScalarEvent) -> str:
    """The text of a scalar; YAML's null is none."""
    return "" if event.implicit[0] and event.value in NULLS else str(event.value)


def join(fields: Mapping[str, Value], body: str) -> str:
    """The document that `split` takes apart again.

    >>> join({"title": "Peace", "tags": ["a", "b"]}, "Words.\\n")
    '---\\ntitle: Peace\\ntags:\\n- a\\n- b\\n---\\n\\nWords.\\n'
    """
    block = "".join(_written(key, value) for key, value in fields.items())
    return f"---\n{block or EMPTY}---\n\n{body}"


def _written(key: str, value: Value) -> str:
    if isinstance(value, str):
        return f"{_scalar(key)}: {_scalar(value)}\n"
    if not value:
        return f"{_scalar(key)}: []\n"
    return f"{_scalar(key)}:\n" + "".join(f"- {_scalar(item)}\n" for item in value)


def _scalar(text: str) -> str:
    """A string as YAML on one line: plain where that is plain enough, else in quotes."""
    if PLAIN.fullmatch(text) and not SPECIAL.search(text) and text not in NULLS:
        return text
    return '"' + UNQUOTABLE.sub(_escaped, text) + '"'


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    return f"\\{character}" if character in '"\\' else f"\\u{ord(character):04X}"


def documents(text: str) -> Iterator[tuple[int, str]]:
    """The documents of a stream, parted by form feeds, each with the line it begins at."""
    line = 1
    for document in text.split(FORM_FEED):
        yield line, document
        line += document.count("\n")


def stream(texts: Sequence[str]) -> str:
    """Several documents in one text. No document may hold a form feed."""
    return FORM_FEED.join(texts)
