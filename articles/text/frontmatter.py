"""A document ⇄ its front matter and body. `split` is the exact inverse of `join`."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from articles.text.line_breaks import unwrap

Value = str | list[str]

LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
FENCE = re.compile(r"---[ \t]*\n(?P<block>(?:.*\n)*?)---[ \t]*(?:\n|\Z)")
OPENING = re.compile(r"---[ \t]*\n")
FORM_FEED = "\f"
EMPTY = "{}\n"
# Values within each other that are read. LibYAML takes quadratic time for brackets.
MAX_DEPTH = 100
NULLS = ("~", "null", "Null", "NULL")
# What the values of a block are made of.
VALUE_EVENTS = (yaml.NodeEvent, yaml.CollectionEndEvent)

# A plain scalar (YAML 1.2, 7.3.3), stricter than the standard, and the characters that end one.
PLAIN = re.compile(r"\w(?:.*[^\s:])?")
SPECIAL = re.compile(r": | #|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# Characters that are escaped between double quotes (YAML 1.2, 5.1 and 7.3.1).
UNQUOTABLE = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]')


class FrontMatterError(ValueError):
    """Invalid front matter. `line` is the line of the document, counted from 1; `key` the field
    whose value is wrong, or empty."""

    def __init__(self, message: str, line: int, key: str = "") -> None:
        super().__init__(f"line {line}: {message}")
        self.message = message
        self.line = line
        self.key = key


class FrontMatter(NamedTuple):
    """The fields and the body of a document, and the lines on which they begin.

    `quoted` are the fields whose value stands in quotation marks. `fields` lacks those that are
    among the `errors`, and is not `complete` after an error behind which nothing can be read.
    """

    fields: dict[str, Value]
    body: str
    lines: dict[str, int]
    body_line: int
    quoted: frozenset[str] = frozenset()
    errors: tuple[FrontMatterError, ...] = ()
    complete: bool = True


class Field(NamedTuple):
    """The value of a key, the line of the document with the key, and whether it is quoted."""

    value: Value
    line: int
    is_quoted: bool


class Block(NamedTuple):
    """The fields of a block by key, what is wrong with it, and whether all of it was read."""

    fields: dict[str, Field]
    errors: list[FrontMatterError]
    complete: bool = True


def split(text: str) -> FrontMatter:
    """Return the front matter and the body. Every value is a string or a list of strings.

    A document that does not begin with a mapping between two lines of ``---`` has only a body.
    One blank line after the front matter is not part of the body. Raise `FrontMatterError` if
    the front matter is invalid.

    >>> split("---\\ntitle: Peace\\n---\\n\\nWords.\\n").body
    'Words.\\n'
    """
    parts = split_leniently(text)
    for error in parts.errors:
        raise error
    return parts


def split_leniently(text: str) -> FrontMatter:
    """Like `split`, but return all errors instead of raising the first one.

    >>> split_leniently("---\\na: {b: c}\\nd: e\\nd: f\\n---\\n").errors
    (FrontMatterError('line 2: ...'), FrontMatterError('line 4: “d” appears twice.'))
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    match = FENCE.match(text)
    mapping = _mapping(match["block"]) if match else None
    if not match or mapping is None:
        return FrontMatter({}, text, {}, 1)
    fields = {key: field.value for key, field in mapping.fields.items()}
    lines = {key: field.line for key, field in mapping.fields.items()}
    quoted = frozenset(key for key, field in mapping.fields.items() if field.is_quoted)
    end = match.end() + text.startswith("\n", match.end())
    body_line = text.count("\n", 0, end) + 1
    errors = tuple(mapping.errors)
    return FrontMatter(fields, text[end:], lines, body_line, quoted, errors, mapping.complete)


def is_unclosed(text: str) -> bool:
    """Return whether a document begins as front matter does, and lacks the line that ends it.

    >>> is_unclosed("---\\ntitle: Peace\\n"), is_unclosed("---\\ntitle: Peace\\n---\\n")
    (True, False)
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return bool(OPENING.match(text)) and not FENCE.match(text)


def _mapping(block: str) -> Block | None:
    """Return the fields of a block, or None if it is not a mapping.

    This reads the parser's events: PyYAML's composer in C crashes on deep nesting.
    """
    events = _events(block)
    mapping = Block({}, [])
    try:
        if not isinstance(next(events, None), yaml.MappingStartEvent):
            return None
        while not isinstance(key := next(events), yaml.MappingEndEvent):
            _add_field(mapping, key, events)
        for event in events:
            raise FrontMatterError("the front matter ends before this.", _line(event.start_mark))
    except FrontMatterError as error:
        mapping.errors.append(error)
        return mapping._replace(complete=False)
    return mapping


def _add_field(mapping: Block, key: yaml.Event, events: Iterator[yaml.Event]) -> None:
    """Add the field that begins with the event `key` to `mapping`, or what is wrong with it."""
    line, errors = _line(key.start_mark), mapping.errors
    if not isinstance(key, yaml.ScalarEvent):
        errors.append(FrontMatterError("a key must be a plain value, such as “title”.", line))
        _items(key, events, lambda _event: None)
        _items(next(events), events, lambda _event: None)
        return
    name = str(key.value)
    if name in mapping.fields:
        errors.append(FrontMatterError(f"“{name}” appears twice.", line, name))

    def refuse(event: yaml.Event) -> None:
        problem = f"“{name}” must be one value or a list of values."
        errors.append(FrontMatterError(problem, _line(event.start_mark), name))

    first, count = next(events), len(errors)
    value = _value(first, events, refuse)
    if len(errors) == count:
        mapping.fields.setdefault(name, Field(value, line, _is_quoted(first)))


def _events(block: str) -> Iterator[yaml.Event]:
    try:
        for event in yaml.parse(block, Loader=LOADER):
            if isinstance(event, yaml.ScalarEvent):
                event.value = _unfold(event, block)
            if isinstance(event, VALUE_EVENTS):
                yield event
    except yaml.MarkedYAMLError as error:
        # For an unclosed quotation mark, the line that opens it is more helpful than the last.
        scanning = isinstance(error, yaml.scanner.ScannerError) and error.context_mark
        line = _line(scanning or error.problem_mark or error.context_mark)
        hint = "Put a value with “: ” or special characters into quotes."
        raise FrontMatterError(f"this is not YAML: {error.problem}. {hint}", line) from error
    except yaml.reader.ReaderError as error:
        match = yaml.reader.Reader.NON_PRINTABLE.search(block)
        line = block.count("\n", 0, match.start()) + 2 if match else 1
        problem = f"there is a control character, U+{error.character:04X}. Remove it."
        raise FrontMatterError(problem, line) from error


def _unfold(event: yaml.ScalarEvent, block: str) -> str:
    """Return the text of a scalar; one that is folded to a single line as a paragraph would be.

    YAML puts a space between all lines (1.2, 6.5), also within a Chinese or Japanese word.
    """
    value, start, end = str(event.value), event.start_mark, event.end_mark
    if not start or not end or start.line == end.line or event.style == "|":
        return value
    source = block[start.index : end.index]
    text = source.partition("\n")[2] if event.style == ">" else source.strip(event.style or " ")
    lines = [line.strip() for line in text.strip().split("\n")]
    text = value.strip()
    return value.replace(text, unwrap("\n".join(lines))) if text == " ".join(lines) else value


def _line(mark: Any) -> int:
    """Return the line of the document for a position in the block, which follows a fence."""
    return int(mark.line) + 2 if mark else 1


def _value(
    first: yaml.Event, events: Iterator[yaml.Event], refuse: Callable[[yaml.Event], None]
) -> Value:
    """Return the value that begins with the event `first`; `events` are those after it. Call
    `refuse` with the first event that is neither of a value nor of a list of values."""
    if isinstance(first, yaml.ScalarEvent):
        return _scalar_value(first)
    return _items(first, events, refuse)


def _items(
    first: yaml.Event, events: Iterator[yaml.Event], refuse: Callable[[yaml.Event], None]
) -> list[str]:
    """Return the values of a list, and read all events of whatever begins with `first`."""
    items: list[str] = []
    depth = int(isinstance(first, yaml.CollectionStartEvent))
    if is_refused := not isinstance(first, yaml.SequenceStartEvent):
        refuse(first)
    while depth:
        event = next(events)
        if isinstance(event, yaml.ScalarEvent):
            items.append(_scalar_value(event))
        elif not (is_refused or isinstance(event, yaml.CollectionEndEvent)):
            is_refused = True
            refuse(event)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            problem = f"more than {MAX_DEPTH} values within each other. The rest was not read."
            raise FrontMatterError(problem, _line(event.start_mark))
    return items


def _is_quoted(event: yaml.Event) -> bool:
    return isinstance(event, yaml.ScalarEvent) and event.style in ("'", '"')


def _scalar_value(event: yaml.ScalarEvent) -> str:
    """Return the text of a scalar; for YAML's null, an empty string."""
    return "" if event.implicit[0] and event.value in NULLS else str(event.value)


def join(fields: Mapping[str, Value], body: str) -> str:
    """Return a document from its fields and its body.

    >>> join({"title": "Peace", "tags": ["a", "b"]}, "Words.\\n")
    '---\\ntitle: Peace\\ntags:\\n- a\\n- b\\n---\\n\\nWords.\\n'
    """
    block = "".join(_format_field(key, value) for key, value in fields.items())
    return f"---\n{block or EMPTY}---\n\n{body}"


def _format_field(key: str, value: Value) -> str:
    if isinstance(value, str):
        return f"{_format_scalar(key)}: {_format_scalar(value)}\n"
    if not value:
        return f"{_format_scalar(key)}: []\n"
    return f"{_format_scalar(key)}:\n" + "".join(f"- {_format_scalar(item)}\n" for item in value)


def _format_scalar(text: str) -> str:
    """Return a string as a YAML scalar on one line, quoted unless it is certainly plain."""
    if PLAIN.fullmatch(text) and not SPECIAL.search(text) and text not in NULLS:
        return text
    return '"' + UNQUOTABLE.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return f"\\{character}" if character in '"\\' else f"\\u{ord(character):04X}"


def join_stream(texts: Sequence[str]) -> str:
    """Return several documents as one stream. No document may contain a form feed."""
    return FORM_FEED.join(texts)
