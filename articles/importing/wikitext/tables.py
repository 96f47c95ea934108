"""Tables of wikitext and of HTML → tables of Markdown."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from articles.importing.escaping import table as table_markdown
from articles.importing.wikitext.blocks import convert_blocks
from articles.importing.wikitext.state import Node, State, inner_position

MAX_SPAN = 100
MAX_CELLS = 20_000
CELLS = ("td", "th")

# A tag of a table, and where it begins.
Cell = tuple[Node, int]


def table(state: State, node: Node, position: int) -> str:
    """Return a table as a block. Cells that span others are followed by empty ones."""
    rows: list[list[str]] = []
    is_header: list[bool] = []
    # Columns that cells of earlier rows reach into → the number of rows left.
    spanned: dict[int, int] = {}
    for cells in _rows(node, position):
        row: list[str] = []
        headers = [cell.tag == "th" for cell, _position in cells]
        for cell, cell_position in cells:
            _fill(row, spanned)
            markdown = _cell(state, cell, cell_position)
            columns, height = _span(cell, "colspan"), _span(cell, "rowspan")
            for column in range(columns):
                if height > 1:
                    spanned[len(row)] = height - 1
                row.append("" if column else markdown)
        _fill(row, spanned)
        rows.append(row)
        is_header.append(bool(headers) and all(headers))
        if sum(map(len, rows)) > MAX_CELLS:
            state.report(
                _("Of a table, only the first %(subject)s cells are imported."),
                f"{MAX_CELLS:,}",
                position,
            )
            break
    markdown = table_markdown(rows, has_header=bool(is_header) and is_header[0])
    caption = _caption(state, node, position)
    return state.fragments.block("\n\n".join(filter(None, [caption, markdown])), "")


def _fill(row: list[str], spanned: dict[int, int]) -> None:
    """Add empty cells where cells of earlier rows are."""
    while rows_left := spanned.pop(len(row), 0):
        if rows_left > 1:
            spanned[len(row)] = rows_left - 1
        row.append("")
        if len(row) > MAX_CELLS:
            return


def _rows(node: Node, position: int) -> Iterator[list[Cell]]:
    """Yield the cells of each row. The first row of wikitext needs no mark."""
    first: list[Cell] = []
    for child, start in _children(node, position):
        if child.tag in CELLS and not _is_caption(child):
            first.append((child, start))
        elif child.tag == "tr":
            if first:
                yield first
                first = []
            if cells := [cell for cell in _children(child, start) if cell[0].tag in CELLS]:
                yield cells
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from _rows(child, start)
    if first:
        yield first


def _children(node: Node, position: int) -> Iterator[Cell]:
    """Yield the tags in a tag, each with its position."""
    if node.contents is None:
        return
    position = inner_position(node, node.contents, position)
    for child in node.contents.nodes:
        if hasattr(child, "tag"):
            yield child, position
        position += len(str(child))


def _cell(state: State, cell: Node, position: int) -> str:
    if cell.contents is None:
        return ""
    start = inner_position(cell, cell.contents, position)
    # Spaces around the content of a cell are no preformatted text.
    return convert_blocks(state.inline(cell.contents, start).strip(), state.fragments)


def _caption(state: State, node: Node, position: int) -> str:
    captions = (child for child in _children(node, position) if _is_caption(child[0]))
    caption, start = next(captions, (None, 0))
    if caption is None or caption.contents is None:
        return ""
    lines = convert_blocks(state.inline(caption.contents, start).strip(), state.fragments)
    return " ".join(lines.removeprefix("\\+").split())


def _is_caption(node: Node) -> bool:
    """Whether a tag is a caption. The parser sees that of wikitext, ``|+``, as a cell."""
    is_cell = node.tag == "td" and node.wiki_markup == "|"
    return bool(node.tag == "caption" or (is_cell and str(node).startswith("|+")))


def _span(cell: Node, name: str) -> int:
    value = str(cell.get(name).value).strip(" \"'") if cell.has(name) else ""
    return max(1, min(int(value), MAX_SPAN)) if re.fullmatch("[0-9]{1,4}", value) else 1
