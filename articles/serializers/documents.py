"""One article as one document: Markdown with front matter ⇄ the fields of the model."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rapidfuzz import process

from articles.markdown import split_title
from articles.models import Article, Kind, Status
from articles.models.article import AUTHORED
from articles.models.fields import CONTROL, truncate
from articles.serializers.sources import FixtureError
from articles.serializers.times import localize
from articles.text import frontmatter, names

# The keys of the front matter, in the order in which they are written.
KEYS = (*(name for name in AUTHORED if name != "body"), "tags", "created", "updated")
REQUIRED = ("slug", "title", "language", "status")
LISTS = ("aliases", "former", "tags")
DATETIMES = ("publish_at", "expire_at", "created", "updated")
TRUE, FALSE = ("true", "yes", "on"), ("false", "no", "off")

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

    def error(self, field: str, line: int, problem: str) -> FixtureError:
        return FixtureError(f"{self.file}:{self.first_line + line - 1}: {field}: {problem}")

    def error_at(self, index: int, problem: str) -> FixtureError:
        """Return the error for the character at `index`, with the field that contains it."""
        line = self.text.count("\n", 0, index) + 1
        try:
            parts = frontmatter.split(CONTROL.sub(" ", self.text))
        except frontmatter.FrontMatterError:
            return self.error("front matter", line, problem)
        preceding = [key for key, first in parts.lines.items() if first <= line]
        field = "body" if line >= parts.body_line or not preceding else preceding[-1]
        return self.error(field, line, problem)


@dataclass(frozen=True)
class ParsedDocument:
    """A document as an article, not saved yet, with its tags and the line of each field.

    A `RecordSource`. Former names always count as omitted: stored ones stay, so that links to
    them keep working.
    """

    article: Article
    tags: list[str]
    text: DocumentText
    lines: dict[str, int]
    omitted: frozenset[str]

    @property
    def location(self) -> str:
        return f"{self.text.file}:{self.text.first_line}"

    def has_primary_key(self, field: str) -> bool:
        return False

    def error(self, field: str, problem: str) -> FixtureError:
        return self.text.error(field, self.lines.get(field, 1), problem)


def parse(text: DocumentText) -> ParsedDocument:
    """Parse a document. A field that it leaves out has its default.

    Raises `FixtureError` for the first field whose form is wrong; the load checks the values.
    """
    parts = _split(text)
    lines = {**parts.lines, "body": parts.body_line}
    fields, body = _with_title(parts.fields, parts.body)
    values: dict[str, Any] = {key: default(key) for key in KEYS} | {"body": body}
    for key, value in fields.items():
        try:
            values[key] = _value(key, value, is_quoted=key in parts.quoted)
        except ValueError as error:
            raise text.error(key, lines.get(key, 1), str(error)) from error
    if not values["title"]:
        problem = "is missing. Write “title: …” between the --- lines, or begin with “# …”."
        raise text.error("title", lines.get("title", 1), problem)
    values["slug"] = values["slug"] or names.slug(values["title"])
    tags = values.pop("tags")
    omitted = {"former", *(key for key in ("slug", "created", "updated") if not fields.get(key))}
    return ParsedDocument(Article(**values), tags, text, lines, frozenset(omitted))


def _split(text: DocumentText) -> frontmatter.FrontMatter:
    if match := CONTROL.search(text.text):
        problem = f"there is a control character, U+{ord(match[0]):04X}. Remove it."
        raise text.error_at(match.start(), problem)
    try:
        parts = frontmatter.split(text.text)
    except frontmatter.FrontMatterError as error:
        raise text.error("front matter", error.line, error.message) from error
    for key in parts.fields:
        if key not in KEYS:
            raise text.error(key, parts.lines.get(key, 1), _unknown_key(key))
    return parts


def _unknown_key(key: str) -> str:
    match = process.extractOne(key, KEYS, score_cutoff=70)
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
    if key in LISTS:
        return _names(value, is_quoted=is_quoted)
    if isinstance(value, list):
        raise ValueError("is a list, but one value is needed.")
    if key in DATETIMES:
        return _datetime(key, value)
    if key == "featured":
        return _boolean(value)
    if key == "status" and value not in Status.values:
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
