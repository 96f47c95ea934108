"""One article as one document: Markdown with front matter ⇄ the fields of the model."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rapidfuzz import process

from articles import editing
from articles.derived import DERIVED
from articles.models import Article, Status, Tag
from articles.models.article import AUTHORED
from articles.models.fields import CONTROL, shortened
from articles.serializers.loading import FixtureError
from articles.text import frontmatter, names

# The keys of the front matter, in the order in which they are written.
KEYS = (*(name for name in AUTHORED if name != "body"), "tags", "created", "updated")
ALWAYS = ("slug", "title", "language", "status")
LISTS = ("aliases", "former", "tags")
MOMENTS = ("publish_at", "expire_at", "created", "updated")
YES, NO = ("true", "yes", "on"), ("false", "no", "off")
HEADING = re.compile(r"# +(?P<title>[^\n]*?)[ #]*(\n+|$)")

Value = str | list[str]


def write(article: Article, tags: list[str]) -> str:
    """`article` with its tags as a document. Fields that are at their default are left out."""
    values = {**article.authored(), "tags": tags}
    values |= {"created": article.created, "updated": article.updated}
    shown = {key: values[key] for key in KEYS if key in ALWAYS or values[key] != default(key)}
    return frontmatter.join({key: _text(value) for key, value in shown.items()}, article.body)


def default(key: str) -> Any:
    """What a field is when a document does not mention it."""
    return [] if key == "tags" else Article._meta.get_field(key).get_default()  # type: ignore[union-attr]


def _text(value: Any) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return timezone.localtime(value, timezone.get_default_timezone()).isoformat()
    return value if isinstance(value, list) else str(value)


@dataclass(frozen=True)
class Source:
    """The text of a document and where it stands: the file, and the line it begins at."""

    file: str
    first_line: int
    text: str

    def error(self, field: str, line: int, problem: str) -> FixtureError:
        return FixtureError(f"{self.file}:{self.first_line + line - 1}: {field}: {problem}")

    def error_at(self, position: int, problem: str) -> FixtureError:
        """The same for a character of the text, whatever field it is in."""
        line = self.text.count("\n", 0, position) + 1
        try:
            parts = frontmatter.split(CONTROL.sub(" ", self.text))
        except frontmatter.FrontMatterError:
            return self.error("front matter", line, problem)
        before = [key for key, first in parts.lines.items() if first <= line]
        field = "body" if line >= parts.body_line or not before else before[-1]
        return self.error(field, line, problem)


@dataclass(frozen=True)
class Draft:
    """What a document says: an article, not saved yet, its tags, and where each field stands.

    `kept` are the former names that the article has already, or has by what the document does.
    """

    article: Article
    tags: list[str]
    source: Source
    lines: dict[str, int]
    kept: list[str]
    mentions = None

    @property
    def place(self) -> str:
        return f"{self.source.file}:{self.source.first_line}"

    def error(self, field: str, problem: str) -> FixtureError:
        return self.source.error(field, self.lines.get(field, 1), problem)


def read(source: Source) -> Draft:
    """The article that a document describes: the stored one with its slug, or a new one.

    What the document leaves out gets its default, but `created` and `updated` are kept. So are
    all former names and a title that changes: links to them still lead here.
    Raises `FixtureError` for the first thing that is wrong with its form; whether the values
    will do is found out when it is saved.
    """
    parts = _split(source)
    lines = {**parts.lines, "body": parts.body_line}
    written, body = _with_title(parts.fields, parts.body)
    values: dict[str, Any] = {key: default(key) for key in KEYS} | {"body": body}
    for key, value in written.items():
        try:
            values[key] = _value(key, value)
        except ValueError as error:
            raise source.error(key, lines.get(key, 1), str(error)) from error
    if not values["title"]:
        problem = "is missing. Write “title: …” between the --- lines, or begin with “# …”."
        raise source.error("title", lines.get("title", 1), problem)
    values["slug"] = values["slug"] or names.slug(values["title"])
    tags = values.pop("tags")
    draft = Draft(Article(**values), tags, source, lines, kept=[])
    if stored := Article.objects.filter(slug=draft.article.slug).defer(*DERIVED).first():
        _become(stored, draft, written)
    return draft


def _split(source: Source) -> frontmatter.FrontMatter:
    if match := CONTROL.search(source.text):
        problem = f"there is a control character, U+{ord(match[0]):04X}. Remove it."
        raise source.error_at(match.start(), problem)
    try:
        parts = frontmatter.split(source.text)
    except frontmatter.FrontMatterError as error:
        raise source.error("front matter", error.line, error.message) from error
    for key in parts.fields:
        if key not in KEYS:
            raise source.error(key, parts.lines.get(key, 1), _unknown(key))
    return parts


def _unknown(key: str) -> str:
    close = process.extractOne(key, KEYS, score_cutoff=70)
    hint = f"Did you mean “{close[0]}”? " if close else ""
    return f"is not a field. {hint}Allowed are {', '.join(KEYS)}."


def _with_title(fields: dict[str, Value], body: str) -> tuple[dict[str, Value], str]:
    """A document without a title takes its first heading, which leaves the body."""
    heading = HEADING.match(body)
    if "title" in fields or not heading:
        return fields, body
    return {**fields, "title": heading["title"]}, body[heading.end() :]


def _value(key: str, written: Value) -> Any:
    """The value of field `key`. Raises ValueError saying what would be right."""
    if key in LISTS:
        listed = names.split_names(written) if isinstance(written, str) else written
        return [name for name in listed if name]
    if isinstance(written, list):
        raise ValueError("is a list, but one value is needed.")
    if key in MOMENTS:
        return _moment(key, written)
    if key == "featured":
        return _flag(written)
    if key == "status" and written not in Status.values:
        raise ValueError(
            f"“{shortened(written)}” is not a status. Allowed are {', '.join(Status.values)}."
        )
    return names.language_tag(written) if key == "language" else written


def _moment(key: str, written: str) -> datetime | None:
    if not written:
        moment: datetime | None = default(key)
        return moment
    try:
        if moment := parse_datetime(written):
            aware = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
            return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    problem = f"“{shortened(written)}” is not a time. Write one like 2026-11-30T08:00:00+00:00."
    raise ValueError(problem)


def _flag(written: str) -> bool:
    if written.lower() not in YES + NO:
        raise ValueError(f"“{shortened(written)}” is neither true nor false.")
    return written.lower() in YES


def _become(stored: Article, draft: Draft, written: dict[str, Value]) -> None:
    """Make the draft the article that is `stored` under its slug."""
    article = draft.article
    mentioned = {names.fold(name) for name in article.former}
    article.pk = stored.pk
    article.former = editing.former_names(article, [*stored.former, stored.title])
    draft.kept.extend(name for name in article.former if names.fold(name) not in mentioned)
    if not written.get("created"):
        article.created = stored.created
    if not written.get("updated"):
        same = stored.authored() == article.authored() and _same_tags(stored, draft.tags)
        article.updated = stored.updated if same else timezone.now()


def _same_tags(stored: Article, tags: list[str]) -> bool:
    meant = Tag.objects.resolve(tags)
    if {names.fold(tag) for tag in tags} - {""} - meant.keys():
        return False
    return {tag.name for tag in meant.values()} == set(editing.tag_names(stored))
