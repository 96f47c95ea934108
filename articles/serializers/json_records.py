"""The records of a JSON fixture: whether they are records, and in which lines they stand."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from articles.serializers.loading import FixtureError

SPACE = re.compile(r"[ \t\r\n]*")
SHAPE = "A fixture is a list of records like {“model”: “articles.tag”, “fields”: {…}}."
# How Django names a field that there is not, and a value that will not do.
NAMED = re.compile(r"no field named '(\w+)'")
VALUED = re.compile(r"field_value was '(.*)'", re.DOTALL)
TAGS = "are not a field here. They stand in records of articles.tagging."


@dataclass(frozen=True)
class Record:
    """One record: where it stands, its text, and which fields it has."""

    file: str
    line: int
    text: str
    name: str
    mentions: frozenset[str]

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    def said(self, problem: str) -> FixtureError:
        """What Django says of the record, at the line of the field that it is about."""
        for pattern in (NAMED, VALUED):
            if match := pattern.search(problem):
                for field, value in json.loads(self.text)["fields"].items():
                    if match[1] in (field, str(value)):
                        return self.error(field, problem)
        return FixtureError(f"{self.place}: {self.name}: {problem}")

    def error(self, field: str, problem: str) -> FixtureError:
        """The problem at the line of the field, if the record has it."""
        found = re.search(rf'"{re.escape(field)}"\s*:', self.text)
        line = self.line + self.text.count("\n", 0, found.start() if found else 0)
        return FixtureError(f"{self.file}:{line}: {self.name}: {field}: {problem}")


def read(file: Path) -> list[Record]:
    """All records of `file`, checked for their form. Raises `FixtureError`."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problem = f"byte 0x{error.object[error.start]:02X} is not UTF-8. Save the file as UTF-8."
        raise FixtureError(f"{file}:{line}: {problem}") from error
    try:
        return list(_records(str(file), text))
    except json.JSONDecodeError as error:
        raise FixtureError(f"{file}:{error.lineno}: this is not JSON: {error.msg}.") from error
    except RecursionError as error:
        raise FixtureError(f"{file}: this is nested too deeply.") from error


def _records(file: str, text: str) -> Iterator[Record]:
    decoder, line, seen = json.JSONDecoder(), 1, 0
    for start, end, value in _items(decoder, text, file):
        line += text.count("\n", seen, start)
        seen = start
        fields = _fields(value)
        name = str(fields.get("slug") or fields.get("name") or "record")
        yield _checked(Record(file, line, text[start:end], name, frozenset(fields)), value)


def _items(decoder: json.JSONDecoder, text: str, file: str) -> Iterator[tuple[int, int, Any]]:
    """The items of the list that `text` is, each with the places where it begins and ends."""
    position = _skip(text, 0)
    if text[position : position + 1] != "[":
        decoder.decode(text)
        raise FixtureError(f"{file}:1: {SHAPE}")
    position = _skip(text, position + 1)
    while text[position : position + 1] != "]":
        value, end = decoder.raw_decode(text, position)
        yield position, end, value
        position = _skip(text, end)
        if text[position : position + 1] == ",":
            position = _skip(text, position + 1)
            if text[position : position + 1] == "]":
                raise json.JSONDecodeError("a comma before the end of the list", text, position)
        elif text[position : position + 1] != "]":
            raise json.JSONDecodeError("a comma or the end of the list is missing", text, position)
    if _skip(text, position + 1) < len(text):
        raise json.JSONDecodeError("something follows the list", text, position + 1)


def _skip(text: str, position: int) -> int:
    match = SPACE.match(text, position)
    return match.end() if match else position


def _fields(value: Any) -> dict[str, Any]:
    fields = value.get("fields") if isinstance(value, dict) else None
    return fields if isinstance(fields, dict) else {}


def _checked(record: Record, value: Any) -> Record:
    if not isinstance(value, dict) or not isinstance(value.get("fields"), dict):
        raise FixtureError(f"{record.place}: {SHAPE}")
    if not isinstance(value.get("model"), str):
        raise record.error("model", f"is missing. {SHAPE}")
    if value["model"].lower() == "articles.article" and "tags" in value["fields"]:
        raise record.error("tags", TAGS)
    return record
