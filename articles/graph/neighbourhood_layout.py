"""The neighbourhood of an article → five columns of boxes, joined by curves.

Articles that link here are on the start side, articles that this one links to on the end side.
The layout is deterministic: the same links always give the same picture.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from articles.graph.nodes import Edge, Node, truncate_title

MAX_NODES = 60
BOX_WIDTH, BOX_HEIGHT, COLUMN_GAP, ROW_HEIGHT = 180, 26, 56, 32
# The title of the central article is bold and has room for fewer characters.
TITLE_COLUMNS, BOLD_TITLE_COLUMNS = 24, 21
MAX_EDGES = 240
HALF_LETTER_HEIGHT = 4


@dataclass(frozen=True)
class NodeBox:
    """The box of a node: its title as displayed, and its top left corner in SVG user units."""

    node: Node
    text: str
    x: int
    y: int

    width = BOX_WIDTH
    height = BOX_HEIGHT

    @property
    def centre_x(self) -> int:
        return self.x + BOX_WIDTH // 2

    @property
    def centre_y(self) -> int:
        return self.y + BOX_HEIGHT // 2

    @property
    def baseline(self) -> int:
        """The y coordinate of the title, which is centred in the box."""
        return self.centre_y + HALF_LETTER_HEIGHT


@dataclass(frozen=True)
class EdgePath:
    """The SVG path of an edge; `mutual` if there is one back, `near` if it ends at the centre."""

    path: str
    mutual: bool
    near: bool


@dataclass(frozen=True)
class NeighbourhoodLayout:
    """The whole picture, in SVG user units."""

    width: int
    height: int
    boxes: list[NodeBox]
    paths: list[EdgePath]


def first_columns(centre: int, edges: Iterable[Edge], rows: int) -> dict[int, int]:
    """Return the direct neighbours with their columns: -1 if they link to `centre`, else 1.

    A node that does both is in column 1, and first in it. Each column has at most `rows` nodes.
    """
    edges = set(edges)
    sources = {edge.source for edge in edges if edge.target == centre} - {centre}
    targets = {edge.target for edge in edges if edge.source == centre} - {centre}
    after = sorted(targets, key=lambda pk: (pk not in sources, pk))[:rows]
    before = sorted(sources - targets)[:rows]
    return {centre: 0} | dict.fromkeys(after, 1) | dict.fromkeys(before, -1)


def second_columns(columns: Mapping[int, int], edges: Iterable[Edge], rows: int) -> dict[int, int]:
    """Return the nodes two links away with their columns: -2 or 2.

    The side is that of most of their neighbours in `columns`. Each column has at most `rows`
    nodes, those with most such neighbours first.
    """
    neighbours: dict[int, Counter[int]] = {-1: Counter(), 1: Counter()}
    for source, target in set(edges):
        for inner, outer in ((source, target), (target, source)):
            if columns.get(inner) and outer not in columns:
                neighbours[columns[inner]][outer] += 1
    total = neighbours[-1] + neighbours[1]
    result: dict[int, list[int]] = {-2: [], 2: []}
    for pk in sorted(total, key=lambda pk: (-total[pk], pk)):
        column = result[-2 if neighbours[-1][pk] > neighbours[1][pk] else 2]
        if len(column) < rows:
            column.append(pk)
    return {pk: number for number, pks in result.items() for pk in pks}


def connected(columns: Mapping[int, int], edges: Collection[Edge]) -> dict[int, int]:
    """Return those of `columns` that edges connect to the centre, at most `MAX_NODES`."""
    result = {pk: 0 for pk, column in columns.items() if not column}
    for distance in (1, 2):
        inner = {pk for pk in result if abs(columns[pk]) == distance - 1}
        reachable = {edge.target for edge in edges if edge.source in inner}
        reachable |= {edge.source for edge in edges if edge.target in inner}
        outer = {pk: column for pk, column in columns.items() if abs(column) == distance}
        result |= {pk: column for pk, column in outer.items() if pk in reachable}
    return dict(list(result.items())[:MAX_NODES])


def layout(
    nodes: Sequence[Node], columns: Mapping[int, int], edges: Iterable[Edge], *, mirrored: bool
) -> NeighbourhoodLayout:
    """Return the picture of `nodes`. `mirrored` is for right-to-left interfaces."""
    edges = set(edges)
    by_column = _order(nodes, columns, edges)
    numbers = sorted(by_column)
    width = len(numbers) * (BOX_WIDTH + COLUMN_GAP) - COLUMN_GAP
    height = max(len(column) for column in by_column.values()) * ROW_HEIGHT
    boxes: dict[int, NodeBox] = {}
    for index, number in enumerate(reversed(numbers) if mirrored else numbers):
        column = by_column[number]
        top = (height - len(column) * ROW_HEIGHT) // 2
        for row, node in enumerate(column):
            y = top + row * ROW_HEIGHT + (ROW_HEIGHT - BOX_HEIGHT) // 2
            limit = TITLE_COLUMNS if columns[node.pk] else BOLD_TITLE_COLUMNS
            text = truncate_title(node.title, limit)
            boxes[node.pk] = NodeBox(node, text, index * (BOX_WIDTH + COLUMN_GAP), y)
    paths = [_edge_path(boxes, columns, edge, edges) for edge in _pairs(edges)[:MAX_EDGES]]
    return NeighbourhoodLayout(width, height, list(boxes.values()), paths)


def sort_nodes(nodes: Iterable[Node]) -> list[Node]:
    """Return the nodes by title, wanted articles last."""
    return sorted(nodes, key=lambda node: (node.slug == "", node.title.casefold(), node.pk))


def _order(
    nodes: Sequence[Node], columns: Mapping[int, int], edges: Collection[Edge]
) -> dict[int, list[Node]]:
    """Return the nodes of each column from top to bottom.

    The inner columns are ordered by title, the outer ones by the mean row of their neighbours,
    so that few edges cross.
    """
    by_column: dict[int, list[Node]] = {}
    for node in sort_nodes(nodes):
        by_column.setdefault(columns[node.pk], []).append(node)
    for number in (-2, 2):
        rows = {node.pk: row for row, node in enumerate(by_column.get(number // 2, []))}
        outer = by_column.get(number, [])
        means = {node.pk: _mean_row(node.pk, rows, edges) for node in outer}
        outer.sort(key=lambda node, means=means: means[node.pk])  # type: ignore[misc]
    return by_column


def _mean_row(pk: int, rows: Mapping[int, int], edges: Collection[Edge]) -> float:
    neighbours = {edge.target for edge in edges if edge.source == pk}
    neighbours |= {edge.source for edge in edges if edge.target == pk}
    matching = [rows[neighbour] for neighbour in neighbours if neighbour in rows]
    return sum(matching) / len(matching) if matching else 0.0


def _pairs(edges: Collection[Edge]) -> list[Edge]:
    """Return one edge for each pair of nodes, in order."""
    return sorted(
        edge
        for edge in edges
        if edge.source < edge.target or Edge(edge.target, edge.source) not in edges
    )


def _edge_path(
    boxes: Mapping[int, NodeBox],
    columns: Mapping[int, int],
    edge: Edge,
    edges: Collection[Edge],
) -> EdgePath:
    start, end = boxes[edge.source], boxes[edge.target]
    near = 0 in (columns[edge.source], columns[edge.target])
    mutual = Edge(edge.target, edge.source) in edges
    path = _within_column(start, end) if start.x == end.x else _between_columns(start, end)
    return EdgePath(path, mutual, near)


def _between_columns(start: NodeBox, end: NodeBox) -> str:
    forwards = start.x < end.x
    x1, x2 = (start.x + BOX_WIDTH, end.x) if forwards else (start.x, end.x + BOX_WIDTH)
    y1, y2 = start.centre_y, end.centre_y
    bend = (x1 + x2) // 2
    return f"M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}"


def _within_column(start: NodeBox, end: NodeBox) -> str:
    """Return a curve in the gap beside the column."""
    x, y1, y2 = start.x + BOX_WIDTH, start.centre_y, end.centre_y
    bend = x + COLUMN_GAP // 2
    return f"M{x} {y1}C{bend} {y1} {bend} {y2} {x} {y2}"
