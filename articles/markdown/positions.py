"""Where the blocks of a document stand in its source, for a preview in step with the source."""

from collections.abc import Iterable

from articles.markdown import headings
from articles.markdown.events import parse_events

# Blocks whose HTML is elsewhere, or that have none.
WITHOUT_HTML = frozenset(("Title", "BlockId", "FootnoteDefinition", "Dropped"))


def block_lines(source: str, title: str = "") -> list[int]:
    r"""Return the lines, from 0, that the top-level elements of the document's HTML begin at.

    `title` is that of the page, as in `parse`. Footnotes, which follow the blocks, have no entry.

    >>> block_lines("# Peace\n\nWords.\n\n- One\n- Two\n\n## End", "Peace")
    [2, 4, 7]
    """
    starts, depth = [], 0
    for event in headings.without_title(parse_events(source), title):
        if not depth and event.edge != "end" and event.kind not in WITHOUT_HTML:
            starts.append(event.start)
        depth += {"start": 1, "end": -1, "": 0}[event.edge]
    return line_numbers(source.encode(), starts)


def line_numbers(source: bytes, offsets: Iterable[int]) -> list[int]:
    """Return the numbers, from 0, of the lines with these ascending offsets in bytes."""
    lines, line, previous = [], 0, 0
    for offset in offsets:
        line += source.count(b"\n", previous, offset)
        previous = offset
        lines.append(line)
    return lines
