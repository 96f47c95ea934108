"""Findings about the body of a document that depend on no other one."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote

from articles.linting.findings import Edit, Finding
from articles.linting.front_matter_rules import mixed_message
from articles.linting.linted_texts import LintedDocument, TextRun
from articles.markdown import urls
from articles.markdown.headings import skipped_levels
from articles.models.fields import truncate
from articles.text import names
from articles.text.scripts import is_in_identifier, mixed_words

# A link whose bars are not escaped, as far as it may stand in a cell.
LINK_WITH_BARS = re.compile(r"\[\[[^\[\]|`\r\n]+(?:\|[^\[\]|`\r\n]*)+\]\]")
BAR = re.compile(r"(?<!\\)\|")
HEADER_ROW = re.compile(
    r"^(?P<row>[^\n]*\[\[[^\n]*\|[^\n]*)\n"
    r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*$",
    re.MULTILINE,
)

LOWERED = ": headings of the first level (#) lower all others, since the title is one already"


def content_findings(document: LintedDocument) -> Iterator[Finding | None]:
    """Yield the findings of all rules of this module."""
    yield from _headings(document)
    yield from _images(document)
    yield from _dropped_html(document)
    yield from _tables(document)
    if document.options.reports("mixed-scripts"):
        for run in document.text_runs():
            yield from _mixed_scripts(document, run)


def _headings(document: LintedDocument) -> Iterator[Finding | None]:
    headings = document.rendered.headings
    if not headings or not document.options.reports("heading-jump", "duplicate-heading"):
        return
    ranges = document.heading_ranges()
    for index in skipped_levels(headings):
        # The page adds its title above, so that levels are not those of the source.
        before, above = (headings[index - 1].level, "one before") if index else (1, "title")
        difference = headings[index].level - before
        cause = LOWERED if not index and document.state.heading_shift else ""
        text = truncate(headings[index].text)
        message = f"“{text}” is {difference} levels below the {above}{cause}."
        yield document.finding("heading-jump", ranges[index], message)
    path: list[tuple[int, str]] = []
    checked: set[tuple[str, ...]] = set()
    for heading, span in zip(headings, ranges, strict=False):
        while path and path[-1][0] >= heading.level:
            path.pop()
        path.append((heading.level, names.slug(heading.text)))
        key = tuple(slug for _level, slug in path)
        if key in checked and heading.text:
            message = f"“{truncate(heading.text)}” is the name of an earlier section too."
            yield document.finding("duplicate-heading", span, message)
        checked.add(key)


def _images(document: LintedDocument) -> Iterator[Finding | None]:
    media = document.options.media_urls
    for image in document.rendered.images:
        span = document.range_of(image.start, image.end)
        name = truncate(image.src)
        if image.lacks_alt:
            message = f"“{name}” has no alternative text for readers who can't see it."
            yield document.finding("missing-alt", span, message)
        if urls.SCHEME.match(image.src) or urls.is_external(image.src):
            if not image.displayed:
                message = f"“{name}” is not displayed: only images of the media folder are."
                yield document.finding("remote-image", span, message)
        elif not image.displayed:
            message = (
                f"“{name}” is not displayed: write {media[0]} and its path in the media folder."
            )
            yield document.finding("missing-image", span, message)
        elif not _exists(document, image.src):
            yield document.finding("missing-image", span, _missing(image.src, media))
    for source, start, end in document.state.files:
        if not _exists(document, source):
            span = document.range_of(start, end)
            yield document.finding("missing-image", span, _missing(source, media))


def _missing(source: str, media: tuple[str, ...]) -> str:
    return f"“{truncate(source.removeprefix(media[0]))}” is not in the media folder."


def _exists(document: LintedDocument, source: str) -> bool:
    """Return whether a file of the media folder exists. One of another site may."""
    url = document.options.media_urls[0]
    if not source.startswith(url):
        return True
    path = unquote(re.split("[?#]", source.removeprefix(url), maxsplit=1)[0])
    return _is_file(document.options.media, path)


@lru_cache(maxsize=4096)
def _is_file(folders: tuple[str, ...], path: str) -> bool:
    try:
        return any(Path(folder, path).is_file() for folder in folders)
    except (OSError, ValueError):
        return False  # Too long a name, or a NUL.


def _dropped_html(document: LintedDocument) -> Iterator[Finding | None]:
    for tag in document.rendered.dropped:
        start = document.in_file(tag.start)
        end = document.file.text.find(">", start) + 1 or start
        message = f"<{tag.name}> is not rendered: articles may not contain it."
        yield document.finding("dropped-html", (start, end), message)


def _tables(document: LintedDocument) -> Iterator[Finding | None]:
    if "[[" not in document.body or not document.options.reports("unescaped-bar"):
        return
    code, tables = [], []
    for event in document.state.events:
        if event.edge == "start" and event.kind in ("TableHead", "TableRow"):
            yield from _row(document, document.in_file(event.start), document.in_file(event.end))
        elif event.kind == "Table":
            tables.append((event.start, event.end))
        elif event.kind in ("Code", "CodeBlock", "HtmlBlock"):
            code.append((event.start, event.end))
    # A header row with a cell too many is no table at all.
    for match in HEADER_ROW.finditer(document.body):
        start, end = (document.body_start + position for position in match.span("row"))
        byte = len(document.body[: match.start("row")].encode())
        if not any(first <= byte < last for first, last in (*code, *tables)):
            yield from _row(document, start, end)


def _row(document: LintedDocument, start: int, end: int) -> Iterator[Finding | None]:
    row = document.file.text[start:end]
    for match in LINK_WITH_BARS.finditer(row):
        bars = [start + match.start() + bar.start() for bar in BAR.finditer(match[0])]
        if bars and row.count("`", 0, match.start()) % 2 == 0:
            edits = [Edit(bar, bar, "\\") for bar in bars]
            span = start + match.start(), start + match.end()
            message = f"The bar in {match[0]} ends the cell. Write \\|."
            yield document.finding("unescaped-bar", span, message, *edits)


def _mixed_scripts(document: LintedDocument, run: TextRun) -> Iterator[Finding | None]:
    for word in mixed_words(run.text):
        span, is_exact = word_range(document, run, word.start, word.word)
        is_sure = is_exact and word.corrected and not run.in_link and not run.in_heading
        is_word = not is_in_identifier(document.file.text, *span)
        edits = [Edit(*span, word.corrected)] if is_sure and is_word else []
        message = mixed_message(word.word, word.scripts)
        yield document.finding("mixed-scripts", span, message, *edits)


def word_range(
    document: LintedDocument, run: TextRun, start: int, words: str
) -> tuple[tuple[int, int], bool]:
    """Return where words, which begin at character `start` of a run, stand in the file, and
    whether they stand there as they are read: not written with entities, for example."""
    first, text = document.source_of(run)
    index = start if text is run.text else text.find(words)
    if index < 0:
        return (first, first + len(text)), False
    return (first + index, first + index + len(words)), text[index : index + len(words)] == words
