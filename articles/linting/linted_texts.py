"""The bytes of a file → its text and its documents, with the position of everything in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from articles.linting.findings import Edit, Finding
from articles.linting.options import LintOptions
from articles.linting.suppressions import HINT, NONE, Suppressions, parse_suppressions
from articles.markdown import html_rules
from articles.markdown.events import Event
from articles.markdown.parser import Document, render
from articles.markdown.state import RenderState
from articles.models import Article
from articles.serializers import documents
from articles.text import frontmatter
from articles.text.offsets import ByteOffsets, Lines

# Characters of the source that a finding quotes: enough to recognise it in a baseline.
MAX_SOURCE = 200
CODE = frozenset(("Code", "CodeBlock", "InlineMath", "DisplayMath"))


class LintedFile:
    """The text of a file, without a byte order mark and with ``\\n`` as line end."""

    def __init__(self, name: str, content: bytes, options: LintOptions) -> None:
        self.name = name
        self.options = options
        self.text, self.undecodable = decode(content)
        self.lines = Lines(self.text)

    def documents(self) -> "Iterator[LintedDocument]":
        """Yield the documents, which form feeds separate, as `loaddata` reads them."""
        start = 0
        for text in self.text.split(frontmatter.FORM_FEED):
            stripped = text.lstrip("\n")
            if stripped or not start:
                yield LintedDocument(self, start + len(text) - len(stripped), stripped)
            start += len(text) + 1

    def finding(
        self, rule: str, start: int, end: int, message: str, edits: tuple[Edit, ...] = ()
    ) -> Finding:
        """Return a finding about the characters from `start` to `end`."""
        (line, column), (end_line, end_column) = map(self.lines.position, (start, end))
        source = self.text[start : min(end, start + MAX_SOURCE)]
        level = self.options.level(rule)
        located = tuple(map(self._located, edits))
        return Finding(
            self.name, line, column, rule, message, level, end_line, end_column, source, located
        )

    def _located(self, edit: Edit) -> Edit:
        first, last = map(self.lines.position, (edit.start, edit.end))
        return replace(edit, first=first, last=last)


def decode(content: bytes) -> tuple[str, tuple[int, str] | None]:
    """Return the text of a file, and the character and a message for what is not UTF-8."""
    try:
        return str(content, "utf-8-sig").replace("\r\n", "\n"), None
    except UnicodeDecodeError as error:
        valid = content[: error.start].decode("utf-8-sig").replace("\r\n", "\n")
        text = content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
        problem = f"byte 0x{content[error.start]:02X} is not UTF-8. Save the file as UTF-8."
        return text, (min(len(valid), len(text) - 1), problem)


@dataclass(frozen=True)
class TextRun:
    """Running text, from byte `start` to `end` of a body."""

    text: str
    start: int
    end: int
    in_link: bool
    in_heading: bool


class LintedDocument:
    """One document of a file, which begins at character `start` of it."""

    def __init__(self, file: LintedFile, start: int, text: str) -> None:
        self.file = file
        self.options = file.options
        self.start = start
        self.text = text
        self.line = file.lines.position(start)[0] if text else 1
        self._last_source: tuple[TextRun | None, int, str] = (None, 0, "")
        self.parsed = documents.parse_leniently(documents.DocumentText(file.name, self.line, text))

    @property
    def article(self) -> Article:
        return self.parsed.article

    @cached_property
    def body_start(self) -> int:
        """The character of the file that the body begins at."""
        return self.start_of_line(self.parsed.lines["body"])

    def start_of_line(self, line: int) -> int:
        """Return the character of the file at which a line of the document begins."""
        starts, number = self.file.lines.starts, self.line + line - 1
        end = self.start + len(self.text)
        return min(starts[number - 1], end) if number <= len(starts) else end

    @cached_property
    def body(self) -> str:
        """The body as it stands in the file, with the heading that gives the title."""
        return self.text[self.body_start - self.start :]

    @cached_property
    def state(self) -> RenderState:
        article = self.article
        return RenderState(
            self.body,
            article.language,
            title=article.title,
            media=self.options.media_urls,
            hosts=self.options.hosts,
        )

    @cached_property
    def rendered(self) -> Document:
        return render(self.state)

    @cached_property
    def _offsets(self) -> ByteOffsets:
        return ByteOffsets(self.body)

    def in_file(self, offset: int) -> int:
        """Return the character of the file at a byte of the body."""
        return self.body_start + self._offsets.characters(offset)

    @cached_property
    def suppressions(self) -> Suppressions:
        if HINT not in self.text:
            return NONE
        return parse_suppressions(self.text, self.parsed.lines["body"], self.line, self._code())

    def _code(self) -> list[tuple[int, int]]:
        """Return where code stands in the document, in order."""
        return [
            (self.in_file(event.start) - self.start, self.in_file(event.end) - self.start)
            for event in self.state.events
            if event.kind in CODE and event.edge != "end"
        ]

    # Parts of the document

    def field_range(self, key: str, value: str = "") -> tuple[int, int]:
        """Return where the value of a field stands in the file, or `value` within it."""
        lines = self.parsed.lines
        if key not in lines or key == "body":
            return self._heading_range() if key == "title" else (self.start, self.start)
        start = self.start_of_line(lines[key])
        following = [line for line in lines.values() if line > lines[key]]
        end = self.start_of_line(min(following)) if following else self.body_start
        region = self.file.text[start:end]
        if value and (index := _index_of_value(region, value)) >= 0:
            return start + index, start + index + len(value)
        line_end = self.file.text.find("\n", start)
        line = self.file.text[start : line_end if line_end >= 0 else None]
        before = re.match(r"[^:]*:\s*", line)
        return start + (before.end() if before else 0), start + len(line.rstrip())

    def _heading_range(self) -> tuple[int, int]:
        """Return where the heading that gives the title stands, or the beginning."""
        for event in self.state.events:
            if event.kind == "Title":
                return self.range_of(event.start, event.end)
        return self.start, self.start

    def range_of(self, start: int, end: int) -> tuple[int, int]:
        """Return the characters of the file for bytes of the body, without white space at the
        end."""
        first, last = self.in_file(start), self.in_file(end)
        return first, first + len(self.file.text[first:last].rstrip())

    def heading_ranges(self) -> list[tuple[int, int]]:
        return [
            self.range_of(event.start, event.end)
            for event in self.state.events
            if event.kind == "Heading" and event.edge == "start"
        ]

    def text_runs(self) -> Iterator[TextRun]:
        """Yield the text outside of code, formulas and images."""
        depth = dict.fromkeys(("Link", "Heading", "CodeBlock", "Image"), 0)
        for event in self.state.events:
            kind = "CodeBlock" if _is_code_element(event) else event.kind
            if kind in depth:
                depth[kind] += 1 if event.edge == "start" else -1
            elif event.kind == "Text" and not depth["CodeBlock"] and not depth["Image"]:
                yield _text_run(event, depth)

    def source_of(self, run: TextRun) -> tuple[int, str]:
        """Return the character of the file that a run begins at, and its source there: the same
        text of the run if that stands there as it is."""
        if self._last_source[0] is not run:
            first = self.in_file(run.start)
            source = self.file.text[first : self.in_file(run.end)]
            self._last_source = run, first, run.text if source == run.text else source
        return self._last_source[1:]

    # Findings

    def finding(
        self, rule: str, span: tuple[int, int], message: str, *edits: Edit
    ) -> Finding | None:
        """Return a finding, or None if the rule is off, or suppressed there."""
        if not self.options.reports(rule):
            return None
        finding = self.file.finding(rule, *span, message, edits)
        return None if self.suppressions.apply_to(rule, finding.line) else finding

    def suppression_findings(self) -> Iterator[Finding | None]:
        """Yield the parts of comments of the linter that have no effect."""
        for start, end, message in self.suppressions.mistakes:
            yield self.finding("unknown-rule", (self.start + start, self.start + end), message)

    def whole_finding(self, rule: str, message: str) -> Finding | None:
        """Return a finding about the article as a whole, at its title."""
        finding = self.finding(rule, self.field_range("title"), message)
        return finding and replace(finding, source="")


def _is_code_element(event: Event) -> bool:
    """Whether it is the start or the end of an element of HTML for code."""
    if event.kind not in ("Element", "BlockElement"):
        return False
    name = event.value if event.edge == "end" else event.value.name
    return name in html_rules.CODE


def _text_run(event: Event, depth: dict[str, int]) -> TextRun:
    return TextRun(event.value, event.start, event.end, depth["Link"] > 0, depth["Heading"] > 0)


def _index_of_value(region: str, value: str) -> int:
    """Return where a value stands in the lines of its field, -1 if it is written otherwise."""
    colon = region.find(":")
    return region.find(value, colon + 1)
