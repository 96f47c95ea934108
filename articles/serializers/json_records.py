"""A JSON fixture → its records, with the line of each, for error messages."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.core.serializers.base import DeserializationError
from django.db.models import Field, ForeignKey, Model

from articles import files
from articles.serializers.loading import TAGS
from articles.serializers.sources import NULL, Fault, FixtureError

# Bytes of a fixture, which is read as a whole and takes three to ten times as much memory.
MAX_FIXTURE = 1_000_000_000
WHITESPACE = re.compile(r"[ \t\r\n]*")
SHAPE = "A fixture is a list of records like {“model”: “articles.tag”, “fields”: {…}}."
# Fields of a stored article or tag that a record does not reset by leaving them out.
OMITTABLE = frozenset(("created", "updated", "former", "hidden_former", "description", "hidden"))


@dataclass(frozen=True)
class Record:
    """The text of one record, its position, and the names of its fields. A `RecordSource`.

    `scalars` are ``pk`` and the fields whose value is not a list: natural keys are lists.
    """

    file: str
    line: int
    text: str
    name: str
    model: str
    fields: frozenset[str]
    scalars: frozenset[str]
    faults: tuple[Fault, ...] = ()
    complete = True
    tags = None

    @property
    def location(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def omitted(self) -> frozenset[str]:
        return OMITTABLE - self.fields

    def has_primary_key(self, field: str) -> bool:
        return field in self.scalars

    def fault(self, field: str, problem: str) -> Fault:
        """Return the fault with the line of `field`, or of the record if it has no such field."""
        match = re.search(rf'"{re.escape(field)}"\s*:', self.text)
        line = self.line + self.text.count("\n", 0, match.start() if match else 0)
        return Fault(self.file, line, field, problem, record=self.name)

    def explain(
        self, error: Exception, is_unstored: Callable[[object], bool] = lambda _key: False
    ) -> list[Fault]:
        """Return the faults of the fields that made Django raise `error`.

        Django gives the field in English text only, so the fields are converted once more. If
        all of them are right, the result is Django's text with the line of the record. A natural
        key of a record that `is_unstored`, because of other faults, is none.
        """
        record = json.loads(self.text)
        try:
            model = apps.get_model(record["model"])
        except (LookupError, ValueError):
            return [self.fault("model", f"there is no model “{record['model']}”.")]
        stored = {
            name: value for name, value in record["fields"].items() if not is_unstored(value)
        }
        problems = {name: _problem(model, name, value) for name, value in stored.items()}
        faults = [self.fault(name, problem) for name, problem in problems.items() if problem]
        if faults or len(stored) < len(record["fields"]):
            return faults
        return [Fault(self.file, self.line, "", one_line(error), record=self.name)]


class UnreadableFixture(FixtureError):
    """A file is not a list of records."""


def one_line(error: BaseException) -> str:
    """Return the message of `error`, without what Django has added about the fixture."""
    if isinstance(error, DeserializationError):
        error = error.__cause__ or error.__context__ or error
    if isinstance(error, OSError):
        return files.reason(error)
    text = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    return " ".join(text.split()) or type(error).__name__


def _problem(model: type[Model], name: str, value: Any) -> str:
    """Return why `value` can't be converted into one of a field, or an empty string."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return f"is not a field of {model._meta.label_lower}."
    try:
        if isinstance(field, ForeignKey) and isinstance(value, list):
            related: Any = field.related_model
            related._default_manager.get_by_natural_key(*value)
            return ""
        field = field.target_field if isinstance(field, ForeignKey) else field
        if isinstance(field, Field):
            if value is None and not (field.null or field.primary_key):
                return NULL
            field.to_python(value)
    except ObjectDoesNotExist:
        return f"nothing stored has the natural key {json.dumps(value)}."
    except (ValidationError, TypeError, ValueError, ArithmeticError) as error:
        return one_line(error)
    return ""


def read_stream(file: str, stream: BinaryIO) -> list[Record]:
    """Return all records of `file`, whose content, decompressed, is `stream`.

    Raises `UnreadableFixture` if it has more than `MAX_FIXTURE` bytes, or as `read` does."""
    content = stream.read(MAX_FIXTURE + 1)
    if len(content) > MAX_FIXTURE:
        problem = (
            f"there are more than {MAX_FIXTURE:,} bytes. Write the records into several files, and"
            " load them with one command."
        )
        raise UnreadableFixture(Fault(file, 0, "", problem))
    return read(file, content)


def read(file: str, content: bytes) -> list[Record]:
    """Return all records of `file`. Raises `UnreadableFixture` if it is not a list of records."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problem = f"byte 0x{error.object[error.start]:02X} is not UTF-8. Save the file as UTF-8."
        raise UnreadableFixture(Fault(file, line, "", problem)) from error
    try:
        records = list(_records(file, text))
    except json.JSONDecodeError as error:
        problem = f"this is not JSON: {error.msg}."
        raise UnreadableFixture(Fault(file, error.lineno, "", problem)) from error
    except RecursionError as error:
        raise UnreadableFixture(Fault(file, 0, "", "this is nested too deeply.")) from error
    if faults := [fault for record in records for fault in record.faults]:
        raise UnreadableFixture(*faults)
    return records


def _records(file: str, text: str) -> Iterator[Record]:
    decoder, line, counted = json.JSONDecoder(), 1, 0
    for start, end, value in _items(decoder, text, file):
        line += text.count("\n", counted, start)
        counted = start
        fields = _fields(value)
        name = str(fields.get("slug") or fields.get("name") or "record")
        scalars = _scalars({**fields, "pk": value.get("pk")}) if fields else frozenset()
        model = str(value.get("model")).lower() if fields else ""
        record = Record(file, line, text[start:end], name, model, frozenset(fields), scalars)
        yield replace(record, faults=tuple(_faults(record, value)))


def _items(decoder: json.JSONDecoder, text: str, file: str) -> Iterator[tuple[int, int, Any]]:
    """Yield start, end and value of each item of the list that `text` is."""
    position = _skip_whitespace(text, 0)
    if text[position : position + 1] != "[":
        decoder.decode(text)
        raise UnreadableFixture(Fault(file, 1, "", SHAPE))
    position = _skip_whitespace(text, position + 1)
    while text[position : position + 1] != "]":
        value, end = decoder.raw_decode(text, position)
        yield position, end, value
        position = _skip_whitespace(text, end)
        if text[position : position + 1] == ",":
            position = _skip_whitespace(text, position + 1)
            if text[position : position + 1] == "]":
                raise json.JSONDecodeError("a comma before the end of the list", text, position)
        elif text[position : position + 1] != "]":
            raise json.JSONDecodeError("a comma or the end of the list is missing", text, position)
    if _skip_whitespace(text, position + 1) < len(text):
        raise json.JSONDecodeError("something follows the list", text, position + 1)


def _skip_whitespace(text: str, position: int) -> int:
    match = WHITESPACE.match(text, position)
    return match.end() if match else position


def _fields(value: Any) -> dict[str, Any]:
    fields = value.get("fields") if isinstance(value, dict) else None
    return fields if isinstance(fields, dict) else {}


def _scalars(values: dict[str, Any]) -> frozenset[str]:
    return frozenset(
        name for name, value in values.items() if value is not None and not isinstance(value, list)
    )


def _faults(record: Record, value: Any) -> Iterator[Fault]:
    """Yield what is wrong with the form of a record."""
    if not isinstance(value, dict) or not isinstance(value.get("fields"), dict):
        yield Fault(record.file, record.line, "", SHAPE)
    elif not isinstance(value.get("model"), str):
        yield record.fault("model", f"is missing. {SHAPE}")
    elif value["model"].lower() == "articles.article" and "tags" in value["fields"]:
        yield record.fault("tags", TAGS)
