"""A document of another system, as a reader returns it. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """What was not understood or not imported: a sentence, and where it is.

    `path` is a path within the source, and `line` a line of that file, or 0 for the whole file.
    """

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        location = f"{self.path}:{self.line}" if self.line else self.path
        return f"{location}: {self.message}"


@dataclass(frozen=True)
class SourceDocument:
    """One document of another system, with its fields mapped to those of articles.

    An empty value means that the document doesn't say: the import chooses one. `path` identifies
    the document in its source, also when it is imported again; it is a path within the source, or
    any other unique name, such as a title or a number. Values need not be valid: the import
    checks them. Instances are pickled, so they hold plain values only.
    """

    path: str
    # Markdown. `body_line` is the line of the file on which it begins.
    body: str
    body_line: int = 1
    # The lines of the file from which those of the body are, if they don't simply follow each
    # other: of a body with more lines, all others are from the last one.
    line_numbers: tuple[int, ...] = ()
    # The file, if `path` is not the path of one.
    file: str = ""
    title: str = ""
    # By what links of the other system name the document, besides its path and title, such as
    # the name of its file without the extension. Becomes an alias if it is free.
    name: str = ""
    slug: str = ""
    # Other names, most important first: aliases, and titles that redirect here.
    aliases: tuple[str, ...] = ()
    # URLs and absolute paths that lead to the document in the other system, such as
    # "https://example.org/2020/01/name/" or "/docs/name/". Links by these become links to it.
    urls: tuple[str, ...] = ()
    summary: str = ""
    # A value of `models.Status`.
    status: str = ""
    author: str = ""
    language: str = ""
    # Times without an offset are in the time zone of the site.
    created: datetime | None = None
    updated: datetime | None = None
    # From when, and until when, readers see it.
    publish_at: datetime | None = None
    expire_at: datetime | None = None
    tags: tuple[str, ...] = ()
    # Files that come with the document and are not in the source as files of their own, by the
    # path by which the body links to them.
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    # What the reader did not understand in this document.
    problems: tuple[Problem, ...] = ()
    # Keys of front matter that have no meaning here. They are only counted.
    unknown_keys: tuple[str, ...] = ()

    def location(self, line: int) -> tuple[str, int]:
        """Return the file and the line there of a line of the body, counted from 0."""
        numbers = self.line_numbers
        number = numbers[min(line, len(numbers) - 1)] if numbers else self.body_line + line
        return self.file or self.path, number


@dataclass(frozen=True)
class SkippedDocument:
    """A document that can't be imported, and why. Readers yield it instead of raising."""

    problem: Problem


ReadDocument = SourceDocument | SkippedDocument
