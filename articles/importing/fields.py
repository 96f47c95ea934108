"""The fields of front matter → the fields of articles."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from articles.importing.documents import Problem
from articles.importing.front_matter import ForeignFrontMatter, Value
from articles.models import STATUSES, Status
from articles.text import names

TRUE, FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
# Like “2020-01-02 10:20:30 +0100”, as Jekyll writes it, and “2020/01/02”.
SPACED_OFFSET = re.compile(r"\s+(?=[+-]\d{2}:?\d{2}\Z)")
# The name after an offset, as Go writes times: “+0200 CEST”.
OFFSET_NAME = re.compile(r"(?<=[+-]\d{4})\s+[A-Z]{3,5}\Z")
ZONE_NAME = re.compile(r"\s+(?:UTC|GMT|Z)\Z")
ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
# Milliseconds since 1970, as Logseq writes times.
MILLISECONDS = re.compile(r"\d{12,13}\Z")
OTHER_FORMATS = ("%d %B %Y", "%B %d, %Y", "%d.%m.%Y", "%b %d, %Y", "%A, %B %d, %Y")
LISTED = re.compile(r'\s*"[^"]*"\s*(?=,|\Z)|[^,]+')
WORDS = re.compile(r"[\s,]+")
FILE_ENDING = re.compile(r"(?:/?index)?\.(?:html?|mdx?|markdown|php)\Z|/index\Z", re.IGNORECASE)

Values = dict[str, Any]


@dataclass
class FieldReader:
    """The fields of one document: `values` are arguments of `SourceDocument`."""

    path: str
    # Whether a text of several tags has spaces between them.
    has_spaced_tags: bool = True
    values: Values = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unknown_keys: list[str] = field(default_factory=list)

    def read(self, parts: ForeignFrontMatter) -> None:
        """Read all fields. Of two keys with one meaning, the first in `READERS` counts."""
        if parts.fault:
            self.problems.append(Problem(self.path, parts.fault.line, parts.fault.message))
        by_key = {_normalize(key): key for key in reversed(parts.fields)}
        for key, read in READERS.items():
            if original := by_key.pop(key, None):
                self._line = parts.lines.get(original, 1)
                self._key = original
                read(self, parts.fields[original])
        self.unknown_keys += by_key.values()

    def report(self, problem: str) -> None:
        self.problems.append(Problem(self.path, self._line, f"{self._key}: {problem}"))

    def set(self, name: str, value: Any) -> None:
        if value:
            self.values.setdefault(name, value)

    def extend(self, name: str, values: Iterable[str]) -> None:
        merged = dict.fromkeys((*self.values.get(name, ()), *filter(None, values)))
        self.values[name] = tuple(merged)

    def text(self, name: str) -> Callable[[Value], None]:
        def read(value: Value) -> None:
            strings = flatten(value)
            if len(strings) > 1:
                self.report(_("several values; the first one was taken."))
            self.set(name, " ".join(strings[0].split()) if strings else "")

        return read


def _normalize(key: str) -> str:
    """Return a key in the form of `READERS`: “Date created” is “date_created”."""
    return key.strip().lower().replace("-", "_").replace(" ", "_")


def flatten(value: Value) -> list[str]:
    """Return the strings in a value, without keys of mappings.

    >>> flatten({"a": ["b", ["c"]], "d": ""})
    ['b', 'c']
    """
    if isinstance(value, str):
        return [value] if value.strip() else []
    items = value.values() if isinstance(value, dict) else value
    return [text for item in items for text in flatten(item)]


def _text(name: str) -> Callable[[FieldReader, Value], None]:
    return lambda reader, value: reader.text(name)(value)


def _time(name: str) -> Callable[[FieldReader, Value], None]:
    def read(reader: FieldReader, value: Value) -> None:
        strings = flatten(value)
        moment = parse_time(strings[0]) if strings else None
        if strings and not moment:
            reader.report(
                _("“%(text)s” is not a time. It was left out.") % {"text": strings[0][:60]}
            )
        reader.set(name, moment)

    return read


def _date(reader: FieldReader, value: Value) -> None:
    """A time, or those of creation and of the last change, as posts of MkDocs have them."""
    if isinstance(value, dict):
        _time("updated")(reader, value.get("updated", ""))
        value = value.get("created", "")
    _time("created")(reader, value)


def parse_time(text: str) -> datetime | None:
    """Return the time in a text, or None.

    >>> parse_time("2020-01-02 10:20:30 +0100").isoformat()
    '2020-01-02T10:20:30+01:00'
    >>> parse_time("[[2020-01-02]]"), parse_time("soon")
    (datetime.datetime(2020, 1, 2, 0, 0), None)
    >>> parse_time("1577930400000").isoformat(), parse_time("Jan 2nd, 2020").isoformat()
    ('2020-01-02T02:00:00+00:00', '2020-01-02T00:00:00')
    """
    text = OFFSET_NAME.sub("", text.strip("[]\"' "))
    text = ZONE_NAME.sub("+00:00", SPACED_OFFSET.sub("", text))
    if MILLISECONDS.match(text):
        return datetime.fromtimestamp(int(text) // 1000, UTC)
    iso = text.replace("/", "-") if text[4:5] == "/" else text
    try:
        moment = parse_datetime(iso)
        day: date | None = None if moment else parse_date(iso)
    except ValueError:
        return None
    if moment or day:
        return moment or datetime.combine(day, time.min)  # type: ignore[arg-type]
    for form in OTHER_FORMATS:
        try:
            return datetime.strptime(ORDINAL.sub("", text), form)
        except ValueError:
            continue
    return None


def _status(truth: str, otherwise: str) -> Callable[[FieldReader, Value], None]:
    """Return what reads a boolean: `truth` is the status for true."""

    def read(reader: FieldReader, value: Value) -> None:
        text = " ".join(flatten(value)).lower()
        if text in TRUE + FALSE:
            reader.set("status", truth if text in TRUE else otherwise)
        elif moment := parse_time(text):
            reader.set("created", moment)  # When it was published.
        elif text:
            reader.report(
                _("“%(text)s” is neither true nor false. It was left out.") % {"text": text[:60]}
            )

    return read


def _own_status(reader: FieldReader, value: Value) -> None:
    text = " ".join(flatten(value)).lower()
    if text in STATUSES:
        reader.set("status", text)
    else:
        reader.unknown_keys.append("status")


def _tags(reader: FieldReader, value: Value) -> None:
    if isinstance(value, list):
        # Docusaurus has labels with URLs.
        labels = (item.get("label", item) if isinstance(item, dict) else item for item in value)
        tags = flatten(list(labels))
    elif not isinstance(value, str):
        tags = flatten(value)
    elif reader.has_spaced_tags and "," not in value:
        tags = WORDS.split(value)
    else:
        tags = value.split(",")
    reader.extend("tags", map(clean_tag, tags))


def _one_tag(reader: FieldReader, value: Value) -> None:
    reader.extend("tags", map(clean_tag, flatten(value)))


def clean_tag(text: str) -> str:
    """Return the name of a tag without the sharp before it and what links are made of.

    >>> clean_tag(" #peace/talks "), clean_tag("[[Peace]]")
    ('peace/talks', 'Peace')
    """
    return " ".join(re.sub(r"[\[\]|]", "", text).strip().lstrip("#").replace("#", " ").split())


def _aliases(reader: FieldReader, value: Value) -> None:
    """Names and former URLs. A text is one of them, or several with commas between, which may be
    in quotation marks."""
    strings = LISTED.findall(value) if isinstance(value, str) else flatten(value)
    for text in map(str.strip, strings):
        if text.startswith(("/", "http://", "https://")):
            reader.extend("urls", [text])
            reader.extend("aliases", [last_part(text).replace("-", " ")])
        else:
            reader.extend("aliases", [text.strip("\"'")])


def _url(reader: FieldReader, value: Value) -> None:
    for text in flatten(value)[:1]:
        if "/" in text:
            reader.extend("urls", [text])
        last = last_part(text)
        if not re.search(r"[:{]", last):
            reader.set("slug", names.slug(last))


def last_part(url: str) -> str:
    """Return the last part of the path of a URL, without the name of an index.

    >>> last_part("/2020/01/name.html"), last_part("https://example.org/docs/index.html")
    ('name', 'docs')
    """
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return unquote(FILE_ENDING.sub("", path).rstrip("/").rpartition("/")[2])


def _language(reader: FieldReader, value: Value) -> None:
    for text in flatten(value)[:1]:
        reader.set("language", names.language_tag(text.replace("_", "-")))


def _author(reader: FieldReader, value: Value) -> None:
    if isinstance(value, dict):
        value = [value]
    people = [value] if isinstance(value, str) else value
    by_name = (person.get("name", "") if isinstance(person, dict) else person for person in people)
    reader.set("author", ", ".join(name for name in by_name if isinstance(name, str) and name))


def _last_update(reader: FieldReader, value: Value) -> None:
    if isinstance(value, Mapping) and (text := flatten(value.get("date", ""))):
        reader.set("updated", parse_time(text[0]))


READERS: dict[str, Callable[[FieldReader, Value], None]] = {
    "title": _text("title"),
    "slug": _url,
    "permalink": _url,
    "url": _url,
    "aliases": _aliases,
    "alias": _aliases,
    "redirect_from": _aliases,
    "redirects": _aliases,
    "summary": _text("summary"),
    "description": _text("summary"),
    "excerpt": _text("summary"),
    "draft": _status(Status.DRAFT, Status.PUBLISHED),
    "published": _status(Status.PUBLISHED, Status.DRAFT),
    "publish": _status(Status.PUBLISHED, Status.DRAFT),
    "status": _own_status,
    "author": _author,
    "authors": _author,
    "lang": _language,
    "language": _language,
    "locale": _language,
    "created": _time("created"),
    "date": _date,
    "date_created": _time("created"),
    "created_at": _time("created"),
    "creation_date": _time("created"),
    "lastmod": _time("updated"),
    "last_modified_at": _time("updated"),
    "updated": _time("updated"),
    "updated_at": _time("updated"),
    "modified": _time("updated"),
    "date_modified": _time("updated"),
    "last_update": _last_update,
    "publish_at": _time("publish_at"),
    "publishdate": _time("publish_at"),
    "pubdate": _time("publish_at"),
    "expire_at": _time("expire_at"),
    "expirydate": _time("expire_at"),
    "unpublishdate": _time("expire_at"),
    "tags": _tags,
    "tag": _tags,
    "categories": _tags,
    "category": _one_tag,
}
