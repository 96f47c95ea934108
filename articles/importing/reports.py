"""What an import did, as text and as JSON."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain, islice, pairwise
from typing import Any, TypedDict, cast

from articles.importing.documents import Problem
from articles.importing.spooled import SpooledList

# Lines of one kind that the text lists. JSON lists all.
MAX_LINES = 20


class Outcome(StrEnum):
    """What happened to a document."""

    IMPORTED = "imported"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


class ReportJSON(TypedDict):
    source: str
    format: str
    dry_run: bool
    operation: str
    documents: dict[str, int]
    links: dict[str, int]
    attachments: dict[str, int]
    articles: list[dict[str, str]]
    skipped: list[dict[str, str | int]]
    ambiguous: list[dict[str, str | int]]
    wanted: list[dict[str, str | int]]
    problems: list[dict[str, str | int]]
    unknown_keys: dict[str, int]


@dataclass
class LinkCounts:
    """Links to documents and files of the source, by whether they lead anywhere here.

    Of an ambiguous link, two documents have the name; it leads to one of them, so it counts as
    resolved too, as one to a section or block that its document does not have. A wanted one leads
    to an article that does not exist.
    """

    resolved: int = 0
    wanted: int = 0
    ambiguous: int = 0
    missing_sections: int = 0


@dataclass
class ImportReport:
    """What one import did, or would do if `dry_run`. `operation` is that of its revisions."""

    source: str = ""
    format: str = ""
    dry_run: bool = False
    operation: str = ""
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    links: LinkCounts = field(default_factory=LinkCounts)
    # Paths with the slugs of the articles that were imported or updated.
    articles: SpooledList[tuple[str, str, Outcome]] = field(default_factory=SpooledList)
    skipped: SpooledList[Problem] = field(default_factory=SpooledList)
    ambiguous: SpooledList[Problem] = field(default_factory=SpooledList)
    wanted: SpooledList[Problem] = field(default_factory=SpooledList)
    problems: SpooledList[Problem] = field(default_factory=SpooledList)
    unknown_keys: Counter[str] = field(default_factory=Counter)
    # Files that were stored in the media folder, and those that it had already.
    files_stored: int = 0
    files_reused: int = 0

    def add_article(self, path: str, slug: str, outcome: Outcome) -> None:
        self.outcomes[outcome] += 1
        if outcome != Outcome.UNCHANGED:
            self.articles.append((path, slug, outcome))

    def add_skipped(self, problem: Problem) -> None:
        self.outcomes[Outcome.SKIPPED] += 1
        self.skipped.append(problem)

    def as_json(self) -> ReportJSON:
        """Return everything as values of JSON. Not for reports that may be large."""
        columns = {name: list(rows) for name, rows in self._columns().items()}
        return cast(ReportJSON, {**self._summary(), **columns})

    def json_lines(self) -> Iterator[str]:
        """Yield the lines of a JSON text with everything, one for each value of `as_json` or for
        each row of it."""
        yield "{"
        for name, value in self._summary().items():
            yield f"  {_json(name)}: {_json(value)},"
        columns = self._columns()
        for name, rows in columns.items():
            yield f"  {_json(name)}: ["
            texts = map(_json, rows)
            for text, following in pairwise(chain(texts, [None])):
                yield f"    {text}," if following else f"    {text}"
            yield "  ]" if name == [*columns][-1] else "  ],"
        yield "}"

    def _summary(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "format": self.format,
            "dry_run": self.dry_run,
            "operation": self.operation,
            "documents": {outcome: self.outcomes[outcome] for outcome in Outcome},
            "links": vars(self.links).copy(),
            "attachments": {"stored": self.files_stored, "reused": self.files_reused},
            "unknown_keys": dict(self.unknown_keys.most_common()),
        }

    def _columns(self) -> dict[str, Iterator[dict[str, str | int]]]:
        return {
            "articles": (
                {"path": path, "slug": slug, "outcome": outcome}
                for path, slug, outcome in self.articles
            ),
            "skipped": _rows(self.skipped),
            "ambiguous": _rows(self.ambiguous),
            "wanted": _rows(self.wanted),
            "problems": _rows(self.problems),
        }

    def as_text(self) -> str:
        """Return a summary, and the first lines of each kind of problem."""
        counts = (f"{self.outcomes[outcome]:,} {outcome}" for outcome in Outcome)
        links, stored = self.links, f"{self.files_stored:,} stored"
        lines = [
            f"Documents: {', '.join(counts)}.",
            f"Links: {links.resolved:,} resolved, {links.ambiguous:,} of them ambiguous,"
            f" {links.missing_sections:,} to missing sections; {links.wanted:,} wanted.",
            f"Files: {stored}, {self.files_reused:,} in the media folder already.",
        ]
        lines += _section("Skipped", self.skipped)
        lines += _section("Ambiguous links", self.ambiguous)
        lines += _section("Changed or not understood", self.problems)
        if self.unknown_keys:
            keys = (
                f"{key} ({count:,})" for key, count in self.unknown_keys.most_common(MAX_LINES)
            )
            lines.append(f"Unknown keys of front matter: {', '.join(keys)}.")
        if self.dry_run:
            lines.append("This was a dry run: nothing was written.")
        return "\n".join(lines)


def _section(title: str, problems: SpooledList[Problem]) -> list[str]:
    if not problems:
        return []
    more = len(problems) - MAX_LINES
    lines = [f"{title}:", *(f"  {problem}" for problem in islice(problems, MAX_LINES))]
    return [*lines, f"  … and {more:,} more"] if more > 0 else lines


def _rows(problems: Iterable[Problem]) -> Iterator[dict[str, str | int]]:
    return ({"path": row.path, "line": row.line, "message": row.message} for row in problems)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
