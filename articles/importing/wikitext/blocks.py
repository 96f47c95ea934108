"""Lines of wikitext, whose inline syntax are marks already → blocks of Markdown."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from articles.importing.escaping import code_block, escape_block_start
from articles.importing.wikitext.fragments import COMMENT, LEFT_OUT, LIST_MARKS, Fragments
from articles.importing.wikitext.quotes import convert_quotes

MARK_NAMES = {mark: name for name, mark in LIST_MARKS.items()}
# Levels of a list; deeper items belong to the last one.
MAX_LEVELS = 20
DEFINITION = LIST_MARKS[":"]


class Item(NamedTuple):
    """A line of a list: its marks, such as ``*#``, and its text."""

    marks: str
    text: str


def convert_blocks(text: str, fragments: Fragments) -> str:
    """Return the lines of a text as Markdown."""
    lines = [
        line.replace(COMMENT, LEFT_OUT)
        for line in text.split("\n")
        if COMMENT not in line or line.replace(COMMENT, "").strip()
    ]
    blocks: list[str] = []
    for kind, group in groupby(lines, key=lambda line: _kind(line, fragments)):
        blocks += _convert_group(kind, list(group), fragments)
    return "\n\n".join(filter(None, blocks))


def _kind(line: str, fragments: Fragments) -> str:
    if not line.replace(LEFT_OUT, "").strip():
        return "blank"
    if fragments.block_markdown(line):
        return "block"
    if line[0] in MARK_NAMES:
        return "list"
    return "preformatted" if line[0] == " " else "paragraph"


def _convert_group(kind: str, lines: list[str], fragments: Fragments) -> list[str]:
    match kind:
        case "block":
            return list(map(fragments.block_markdown, lines))
        case "list":
            items = [item for line in lines for item in _items(line)]
            return ["\n".join(_list_lines(items, fragments))]
        case "preformatted":
            return [code_block("\n".join(fragments.plain(line[1:]) for line in lines))]
        case "paragraph":
            return ["\n".join(paragraph_line(line, fragments) for line in lines)]
    return []


def paragraph_line(line: str, fragments: Fragments) -> str:
    text = line.replace(LEFT_OUT, "").strip()
    return escape_block_start(convert_quotes(text, fragments.markdown))


def _items(line: str) -> Iterator[Item]:
    """Yield the item of a line, or the two of ``; term : definition``."""
    length = len(line) - len(line.lstrip("".join(MARK_NAMES)))
    marks = "".join(MARK_NAMES[mark] for mark in line[: min(length, MAX_LEVELS)])
    term, colon, definition = line[length:].partition(DEFINITION)
    yield Item(marks, f"{term.rstrip()}" if marks.endswith(";") else line[length:])
    if colon and marks.endswith(";"):
        yield Item(f"{marks[:-1]}:", definition)


def _list_lines(items: Sequence[Item], fragments: Fragments) -> Iterator[str]:
    """Yield the lines of a list, which may be nested.

    A definition belongs to the term before it. Any other ``:`` only indents in MediaWiki: it
    becomes a paragraph of the item that it is in.
    """
    previous = Item("", "")
    has_term = False
    numbers: list[int] = []
    for item in items:
        marks = item.marks
        depth = min(_common(marks, previous.marks), len(marks) - 1)
        is_definition = has_term and marks.endswith(":")
        numbers = _next_numbers(numbers, marks, previous.marks, depth)
        if previous.marks and _is_apart(marks, previous.marks, has_term):
            yield ""
        parents = map(_marker, marks[:depth], numbers)
        indent = " " * sum(map(len, parents))
        opened = "".join(map(_marker, marks[depth:], numbers[depth:]))
        definition = ": " if is_definition else ""
        line = f"{indent}{opened}{definition}{paragraph_line(item.text, fragments)}"
        yield line.rstrip()
        has_term = marks.endswith(";") or is_definition
        previous = item


def _is_apart(marks: str, previous: str, has_term: bool) -> bool:
    """Whether a blank line separates an item from the previous one."""
    if marks.endswith(":"):
        return not has_term
    return marks.endswith(";") or marks[:1] != previous[:1]


def _next_numbers(numbers: list[int], marks: str, previous: str, depth: int) -> list[int]:
    """Return the numbers of an item in the lists that it is in, outermost first."""
    is_sibling = depth < len(previous) and marks[depth] == previous[depth]
    last = numbers[depth] if is_sibling else 0
    return [*numbers[:depth], last + 1, *([1] * (len(marks) - depth - 1))]


def _marker(mark: str, number: int) -> str:
    """Return the marker of an item in Markdown. Terms and paragraphs have none."""
    return {"*": "- ", "#": f"{number}. "}.get(mark, "")


def _common(marks: str, others: str) -> int:
    """Return the length of the common beginning, in which ``:`` and ``;`` are the same."""
    pairs = zip(marks.replace(";", ":"), others.replace(";", ":"), strict=False)
    length = 0
    for mark, other in pairs:
        if mark != other:
            break
        length += 1
    return length
