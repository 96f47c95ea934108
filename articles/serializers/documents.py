"""One article as one document: Markdown with front matter ⇄ the fields of the model."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rapidfuzz import fuzz, process

from articles.markdown import split_title
from articles.models import STATUSES, Article, Kind, Status
from articles.models.article import AUTHORED
from articles.models.fields import CONTROL, truncate
from articles.serializers.sources import MAX_FAULTS, Fault, FixtureError
from articles.serializers.times import localize
from articles.text import frontmatter, names

# The keys of the front matter, in the order in which they are written.
KEYS = (*(name for name in AUTHORED if name != "body"), "tags", "created", "updated")
REQUIRED = ("slug", "title", "language", "status")
LISTS = ("aliases", "former", "tags")
DATETIMES = ("publish_at", "expire_at", "created", "updated")
# Of 100, by rapidfuzz.
MIN_SIMILARITY = 60
TRUE, FALSE = ("true", "yes", "on"), ("false", "no", "off")

MISSING_TITLE = "is missing. Write “title: …” between the --- lines, or begin with “# …”."
UNCLOSED = "is missing: the front matter has no end. Write --- on a line of its own after it."

Value = str | list[str]


def serialize(article: Article, tags: list[str]) -> str:
    """Return `article` with its tags as a document, without fields that have their default.

    Former names in a document are public, so those that readers have never seen are left out.
    """
    former = [name for kind, name in article.public_names() if kind == Kind.FORMER]
    values = {**article.authored(), "former": former, "tags": tags}
    values |= {"created": article.created, "updated": article.updated}
    fields = {
        key: _text(values[key]) for key in KEYS if key in REQUIRED or values[key] != default(key)
    }
    return frontmatter.join(fields, article.body)


def default(key: str) -> Any:
    """Return the value of a field that a document leaves out."""
    return [] if key == "tags" else Article._meta.get_field(key).get_default()  # type: ignore[union-attr]


def _text(value: Any) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return timezone.localtime(value, timezone.get_default_timezone()).isoformat()
    return value if isinstance(value, list) else str(value)


@dataclass(frozen=True)
class DocumentText:
    """The text of a document, its file, and the line of the file in which it begins."""

    file: str
    first_line: int
    text: str

    def fault(self, field: str, line: int, problem: str) -> Fault:
        """Return the fault of a field on a line of the document, counted from 1."""
        return Fault(self.file, self.first_line + line - 1, field, problem)

    def fault_at(self, index: int, problem: str) -> Fault:
        """Return the fault of the character at `index`, with the field that contains it."""
        line = self.text.count("\n", 0, index) + 1
        parts = frontmatter.split_leniently(CONTROL.sub(" ", self.text))
        return self.fault(_field_on(parts, line), line, problem)


@dataclass(frozen=True)
class ParsedDocument:
    """A document as an article, not saved yet, with its tags and the line of each field.

    A `RecordSource`. Former names always count as omitted: stored ones stay, so that links to
    them keep working. A field with one of the `faults` has its default; a document that is not
    `complete` has no field behind the last of them.
    """

    article: Article
    tags: list[str]
    text: DocumentText
    lines: dict[str, int]
    omitted: frozenset[str]
    faults: tuple[Fault, ...] = ()
    complete: bool = True

    @property
    def file(self) -> str:
        return self.text.file

    @property
    def location(self) -> str:
        return f"{self.text.file}:{self.text.first_line}"

    def has_primary_key(self, field: str) -> bool:
        return False

    def fault(self, field: str, problem: str) -> Fault:
        return self.text.fault(field, self.lines.get(field, 1), problem)


def parse(text: DocumentText) -> ParsedDocument:
    """Parse a document. A field that it leaves out has its default.

    Raises `FixtureError` with all fields whose form is wrong; the load checks the values.
    """
    document = parse_leniently(text)
    if document.faults:
        raise FixtureError(*document.faults)
    return document


def parse_leniently(text: DocumentText) -> ParsedDocument:
    """Like `parse`, but return the document with its faults instead of raising an error."""
    source = CONTROL.sub(" ", text.text)
    parts = frontmatter.split_leniently(source)
    faults = [_front_matter_fault(text, error) for error in parts.errors]
    if source != text.text:
        faults += islice(_control_faults(text, parts), MAX_FAULTS)
    lines = {**parts.lines, "body": parts.body_line}
    fields, body = _with_title(parts.fields, parts.body)
    values: dict[str, Any] = {key: default(key) for key in KEYS} | {"body": body}
    for key, value in fields.items():
        try:
            values[key] = _value(key, value, is_quoted=key in parts.quoted)
        except ValueError as error:
            faults.append(text.fault(key, lines.get(key, 1), str(error)))
    may_lack_title = parts.complete and all(fault.field != "title" for fault in faults)
    if may_lack_title and not values["title"]:
        problem = UNCLOSED if frontmatter.is_unclosed(source) else MISSING_TITLE
        faults.append(text.fault("title", lines.get("title", 1), problem))
    values["slug"] = values["slug"] or names.slug(values["title"])
    tags = values.pop("tags")
    omitted = {"former", *(key for key in ("slug", "created", "updated") if not fields.get(key))}
    return ParsedDocument(
        Article(**values), tags, text, lines, frozenset(omitted), tuple(faults), parts.complete
    )


def unreadable(text: DocumentText, faults: tuple[Fault, ...]) -> ParsedDocument:
    """Return a document of which nothing is known but its faults."""
    return ParsedDocument(Article(), [], text, {}, frozenset(), faults, complete=False)


def _control_faults(text: DocumentText, parts: frontmatter.FrontMatter) -> Iterator[Fault]:
    """Yield the fault of the first control character of each line."""
    for number, line in enumerate(text.text.split("\n"), 1):
        if match := CONTROL.search(line):
            problem = f"there is a control character, U+{ord(match[0]):04X}. Remove it."
            yield text.fault(_field_on(parts, number), number, problem)


def _field_on(parts: frontmatter.FrontMatter, line: int) -> str:
    """Return the field that a line belongs to."""
    if parts.complete and line >= parts.body_line:
        return "body"
    preceding = [key for key, first in parts.lines.items() if first <= line]
    return preceding[-1] if preceding else "front matter"


def _front_matter_fault(text: DocumentText, error: frontmatter.FrontMatterError) -> Fault:
    if error.key and error.key not in KEYS:
        return text.fault(error.key, error.line, _unknown_key(error.key))
    return text.fault(error.key or "front matter", error.line, error.message)


def _unknown_key(key: str) -> str:
    match = process.extractOne(key, KEYS, scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY)
    hint = f"Did you mean “{match[0]}”? " if match else ""
    return f"is not a field. {hint}Allowed are {', '.join(KEYS)}."


def _with_title(fields: dict[str, Value], body: str) -> tuple[dict[str, Value], str]:
    """Without a title, take the heading that begins the body and remove it from the body."""
    if "title" in fields or not (heading := split_title(body)):
        return fields, body
    title, rest = heading
    return {**fields, "title": title}, rest


def _value(key: str, value: Value, *, is_quoted: bool) -> Any:
    """Convert the value of field `key`. Raises ValueError with what is allowed."""
    if key not in KEYS:
        raise ValueError(_unknown_key(key))
    if key in LISTS:
        return _names(value, is_quoted=is_quoted)
    if isinstance(value, list):
        raise ValueError("is a list, but one value is needed.")
    if key in DATETIMES:
        return _datetime(key, value)
    if key == "featured":
        return _boolean(value)
    if key == "status" and value not in STATUSES:
        raise ValueError(
            f"“{truncate(value)}” is not a status. Allowed are {', '.join(Status.values)}."
        )
    return names.language_tag(value) if key == "language" else value


def _names(value: Value, *, is_quoted: bool) -> list[str]:
    """Return a list of names. A value that is no list is split at commas, unless it is quoted:
    quotation marks keep a name such as “Paris, Texas” in one piece."""
    if isinstance(value, str):
        value = [" ".join(value.split())] if is_quoted else names.split_names(value)
    return [name for name in value if name]


def _datetime(key: str, text: str) -> datetime | None:
    if not text:
        empty: datetime | None = default(key)
        return empty
    try:
        value = parse_datetime(text)
    except ValueError:
        value = None
    if not value:
        raise ValueError(_not_a_time(text))
    try:
        return localize(value).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(_not_a_time(text)) from error


def _not_a_time(text: str) -> str:
    return f"“{truncate(text)}” is not a time. Write one like 2026-11-30T08:00:00+00:00."


def _boolean(text: str) -> bool:
    if text.lower() not in TRUE + FALSE:
        raise ValueError(f"“{truncate(text)}” is neither true nor false.")
    return text.lower() in TRUE
