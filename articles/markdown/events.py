"""Markdown → a list of events: pyromark's, with adjacent text joined, callouts, formulas,
highlights and inline notes recognised, raw HTML turned into elements, line breaks left out where
no space belongs, and definition lists only where authors mean them.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyromark

from articles.markdown import comments, template_tags
from articles.markdown.containers import Rewritten
from articles.markdown.explicit_ids import with_explicit_ids
from articles.markdown.highlights import with_highlights
from articles.markdown.html_events import balance_html
from articles.markdown.inline_notes import with_inline_notes
from articles.markdown.link_marks import MARK, SPACE_MARK, mark_links, without_reserved
from articles.markdown.math_spans import events_with_math
from articles.markdown.raw_events import Event, raw_events
from articles.text.line_breaks import needs_space

__all__ = ["Event", "is_wikilink", "parse_events"]

OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_GFM
    | pyromark.Options.ENABLE_WIKILINKS
)
DEFINITION_LISTS = pyromark.Options.ENABLE_DEFINITION_LIST
# A colon that begins a line: with white space after it, and without. The latter may also begin
# the delimiter row of a table.
DEFINITION = re.compile(r"[\r\n][ \t>]*:(?!\S)")
NO_DEFINITION = re.compile(
    r"(?<![^\r\n])[ \t>]*(?=:\S)(?!:-+:?[ \t]*\|[ \t]*:?-[-:| \t]*(?:[\r\n]|\Z))"
)
# After a bar stands what themes of Obsidian read.
CALLOUT = re.compile(r"\[!(?P<type>[A-Za-z][\w-]*)(?:\|[^\[\]]*)?\](?P<fold>[+-]?)[ \t]*")
BREAKS = ("SoftBreak", "HardBreak")
# What may stand between a line break and the text next to it, and which events are that text.
TRANSPARENT = frozenset(
    (
        *("Element", "Emphasis", "Strong", "Strikethrough", "Mark", "Link", "FootnoteReference"),
        "Dropped",
    )
)
TEXT = frozenset(("Text", "Code", "InlineMath", "DisplayMath"))
EDGES = ("start", "end")


def parse_events(source: str) -> list[Event]:
    """Return the events of a Markdown text."""
    source = template_tags.mask(without_reserved(source))
    rewritten = Rewritten(source)
    events = _without_comments(rewritten.text)
    if rewritten.text is not source:
        events = [_moved_back(event, rewritten) for event in events]
    return events


def _moved_back(event: Event, rewritten: Rewritten) -> Event:
    start, end = rewritten.range(event.start, event.end)
    return event._replace(start=start, end=end)


def _without_comments(source: str) -> list[Event]:
    if not comments.HINT.search(source):
        return _parse(source)
    cut = comments.WithoutComments(source, raw_events(source, OPTIONS))
    return [_moved(event, cut) for event in _parse(cut.text)]


def _moved(event: Event, cut: comments.WithoutComments) -> Event:
    start, end = cut.range(event.start, event.end)
    return event._replace(start=start, end=end)


def _parse(source: str) -> list[Event]:
    marked, options = mark_links(source), OPTIONS
    if ":" in source and DEFINITION.search(f"\n{source}"):
        options |= DEFINITION_LISTS
        # The parser takes any colon that begins a line for a definition.
        marked = NO_DEFINITION.sub(rf"\g<0>{MARK}", marked)
    events: Iterable[Event] = events_with_math(marked, options)
    if marked != source:
        events = _without_marks(events, marked)
    joined = _with_formulas(_join_text(_with_inline_syntax(events, source)))
    unmasked = template_tags.unmask(_with_callouts(joined), source)
    return with_explicit_ids(_join_lines(balance_html(unmasked)), source)


def _with_inline_syntax(events: Iterable[Event], source: str) -> Iterable[Event]:
    content = source.encode()
    return with_highlights(with_inline_notes(events, content), content)


def _without_marks(events: Iterable[Event], marked: str) -> Iterator[Event]:
    """Yield the events of the source that `marked` was made from."""
    content = marked.encode()
    # A mark is longer than what it stands for: nothing, or a space.
    marks = [match.end() for match in re.finditer(MARK.encode(), content)]
    spaces = [match.end() for match in re.finditer(SPACE_MARK.encode(), content)]
    for event in events:
        start, end = (
            offset - 3 * bisect_right(marks, offset) - 2 * bisect_right(spaces, offset)
            for offset in (event.start, event.end)
        )
        yield Event(event.kind, event.edge, _without_mark(event.value), start, end)


def _without_mark(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_mark(item) for key, item in value.items()}
    if not isinstance(value, str):
        return value
    return value.replace(MARK, "").replace(SPACE_MARK, " ")


def _join_text(events: Iterable[Event]) -> list[Event]:
    """Join consecutive events of text."""
    joined: list[Event] = []
    pending: list[Event] = []
    for event in events:
        if event.kind == "Text":
            pending.append(event)
            continue
        if pending:
            joined.append(_merge(pending))
            pending = []
        joined.append(event)
    return [*joined, _merge(pending)] if pending else joined


def _merge(events: list[Event]) -> Event:
    if len(events) == 1:
        return events[0]
    text = "".join(event.value for event in events)
    return Event(events[0].kind, "", text, events[0].start, events[-1].end)


def _with_formulas(events: list[Event]) -> list[Event]:
    """Turn code in the language ``math`` into paragraphs with a formula."""
    out: list[Event] = []
    in_formula = False
    for event in events:
        if event.kind == "CodeBlock" and event.edge == "start":
            in_formula = isinstance(event.value, dict) and event.value["Fenced"].strip() == "math"
        if not in_formula:
            out.append(event)
        elif event.kind == "CodeBlock":
            out.append(event._replace(kind="Paragraph", value=None))
        else:
            out.append(event._replace(kind="DisplayMath"))
        if event.kind == "CodeBlock" and event.edge == "end":
            in_formula = False
    return out


def _with_callouts(events: list[Event]) -> list[Event]:
    """Turn block quotes that begin with ``[!type] Title`` into callouts (GitHub's alerts)."""
    out: list[Event] = []
    quotes: list[bool] = []
    skip_to = 0
    for index, event in enumerate(events):
        if index < skip_to:
            continue
        if event.kind == "BlockQuote" and event.edge == "start":
            opening = _opening(events, index)
            quotes.append(opening is not None)
            skip_to = opening[1] if opening else 0
            out += opening[0] if opening else [event]
        elif event.kind == "BlockQuote" and quotes.pop():
            out.append(Event("Callout", "end", None, event.start, event.end))
        else:
            out.append(event)
    return out


def _opening(events: list[Event], index: int) -> tuple[list[Event], int] | None:
    """Return the events that open a callout and the index after them, or None for a quote."""
    quote = events[index]
    if quote.value:
        return [_callout(quote, quote.value.lower(), "")], index + 1
    paragraph, text = events[index + 1], events[min(index + 2, len(events) - 1)]
    # An escaped bracket begins after its backslash, not where the paragraph does.
    if (paragraph.kind, text.kind, text.start) != ("Paragraph", "Text", paragraph.start):
        return None
    if not (match := CALLOUT.match(text.value)):
        return None
    end = _end_of_line(events, index + 3)
    title = events[index + 3 : end]
    if rest := text.value[match.end() :]:
        title.insert(0, text._replace(value=rest))
    opening = [_callout(quote, match["type"].lower(), match["fold"])]
    if title:
        edges = (Event("CalloutTitle", edge, None, text.start, text.end) for edge in EDGES)
        opening += [next(edges), *title, next(edges)]
    if events[end].kind in BREAKS:
        opening.append(paragraph)
    return opening, end + 1


def _end_of_line(events: list[Event], index: int) -> int:
    """Return the index of the line break or end of paragraph that ends the first line."""
    depth = 0
    while depth or events[index].kind not in (*BREAKS, "Paragraph"):
        depth += {"start": 1, "end": -1, "": 0}[events[index].edge]
        index += 1
    return index


def _callout(quote: Event, kind: str, fold: str) -> Event:
    return Event("Callout", "start", (kind, fold), quote.start, quote.end)


def _join_lines(events: Sequence[Event]) -> list[Event]:
    """Leave out the soft line breaks that don't stand for a space."""
    joined: list[Event] = []
    before, line_break = "", None
    for event in events:
        if event.kind == "SoftBreak":
            line_break = len(joined)
        elif event.kind not in TRANSPARENT:
            text = event.value if event.kind in TEXT else ""
            if line_break is not None and not needs_space(before, text):
                del joined[line_break]
            before, line_break = text, None
        joined.append(event)
    return joined


def is_wikilink(event: Event) -> bool:
    """Return whether a link or an image was written with double brackets."""
    return isinstance(event.value["link_type"], dict)
