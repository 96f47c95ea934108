"""A neighbourhood → five columns of boxes: what leads here from the start side, what this leads to
towards the end side. The same links always give the same picture."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from articles.graph.nodes import Edge, Node, cut

NODES = 60
BOX, HIGH, GAP, LINE = 180, 26, 56, 32
# In bold, as the centre is, fewer letters fit.
LETTERS, BOLD = 24, 21
EDGES_SHOWN = 240


@dataclass(frozen=True)
class Box:
    """A node's place: its edges and its centre, in units of the picture."""

    node: Node
    text: str
    x: int
    y: int

    width = BOX
    height = HIGH

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + BOX // 2, self.y + HIGH // 2


@dataclass(frozen=True)
class Curve:
    """A link as an SVG path, and whether there is one back."""

    path: str
    mutual: bool
    near: bool


@dataclass(frozen=True)
class Columns:
    """The picture."""

    width: int
    height: int
    boxes: list[Box]
    curves: list[Curve]


def beside(centre: int, pairs: Iterable[Edge], rows: int) -> dict[int, int]:
    """The nearest nodes and their columns: -1 for those that lead to `centre`, 1 for those that
    it leads to. At most `rows` in each, those first that do both."""
    found = set(pairs)
    leading = {edge.source for edge in found if edge.target == centre} - {centre}
    led = {edge.target for edge in found if edge.source == centre} - {centre}
    after = sorted(led, key=lambda pk: (pk not in leading, pk))[:rows]
    before = sorted(leading - led)[:rows]
    return {centre: 0} | dict.fromkeys(after, 1) | dict.fromkeys(before, -1)


def beyond(columns: Mapping[int, int], pairs: Iterable[Edge], rows: int) -> dict[int, int]:
    """Nodes one step further than those in `columns`, and theirs: -2 or 2, as most of the nodes
    that they are tied to stand. At most `rows` in each, those first that are tied to most."""
    ties: dict[int, Counter[int]] = {}
    for source, target in set(pairs):
        for known, other in ((source, target), (target, source)):
            if columns.get(known) and other not in columns:
                ties.setdefault(other, Counter())[columns[known]] += 1
    found: dict[int, list[int]] = {-2: [], 2: []}
    for pk in sorted(ties, key=lambda pk: (-ties[pk].total(), pk)):
        column = found[-2 if ties[pk][-1] > ties[pk][1] else 2]
        if len(column) < rows:
            column.append(pk)
    return {pk: side for side, keys in found.items() for pk in keys}


def tied(columns: Mapping[int, int], edges: Collection[Edge]) -> dict[int, int]:
    """Those of `columns` that links join to the centre, step by step, at most `NODES`."""
    kept = {pk: 0 for pk, column in columns.items() if not column}
    for distance in (1, 2):
        inner = {pk for pk in kept if abs(columns[pk]) == distance - 1}
        reached = {edge.target for edge in edges if edge.source in inner}
        reached |= {edge.source for edge in edges if edge.target in inner}
        ring = {pk: side for pk, side in columns.items() if abs(side) == distance}
        kept |= {pk: side for pk, side in ring.items() if pk in reached}
    return dict(list(kept.items())[:NODES])


def drawn(
    nodes: Sequence[Node], columns: Mapping[int, int], edges: Iterable[Edge], *, mirrored: bool
) -> Columns:
    """The picture of `nodes`, in `columns`. `mirrored` where one reads from right to left."""
    shown = set(edges)
    order = _ordered(nodes, columns, shown)
    sides = sorted(order)
    width = len(sides) * (BOX + GAP) - GAP
    height = max(len(column) for column in order.values()) * LINE
    boxes: dict[int, Box] = {}
    for place, side in enumerate(reversed(sides) if mirrored else sides):
        column = order[side]
        top = (height - len(column) * LINE) // 2
        for row, node in enumerate(column):
            y = top + row * LINE + (LINE - HIGH) // 2
            text = cut(node.title, LETTERS if columns[node.pk] else BOLD)
            boxes[node.pk] = Box(node, text, place * (BOX + GAP), y)
    curves = [_curve(boxes, columns, edge, shown) for edge in _once(shown)[:EDGES_SHOWN]]
    return Columns(width, height, list(boxes.values()), curves)


def in_order(nodes: Iterable[Node]) -> list[Node]:
    """By title, what is wanted last."""
    return sorted(nodes, key=lambda node: (node.slug == "", node.title.casefold(), node.pk))


def _ordered(
    nodes: Sequence[Node], columns: Mapping[int, int], edges: Collection[Edge]
) -> dict[int, list[Node]]:
    """The nodes of each column from top to bottom: the near ones by title, the others beside
    those that they are tied to, so that few lines cross."""
    order: dict[int, list[Node]] = {}
    for node in in_order(nodes):
        order.setdefault(columns[node.pk], []).append(node)
    for side in (-2, 2):
        heights = {node.pk: row for row, node in enumerate(order.get(side // 2, []))}
        places = {node.pk: _mean(node.pk, heights, edges) for node in order.get(side, [])}
        order.get(side, []).sort(key=lambda node, at=places: at[node.pk])  # type: ignore[misc]
    return order


def _mean(pk: int, heights: Mapping[int, int], edges: Collection[Edge]) -> float:
    others = {edge.target for edge in edges if edge.source == pk}
    others |= {edge.source for edge in edges if edge.target == pk}
    rows = [heights[other] for other in others if other in heights]
    return sum(rows) / len(rows) if rows else 0.0


def _once(edges: Collection[Edge]) -> list[Edge]:
    """Each pair of nodes that a link joins, once, in order."""
    return sorted(
        edge
        for edge in edges
        if edge.source < edge.target or Edge(edge.target, edge.source) not in edges
    )


def _curve(
    boxes: Mapping[int, Box], columns: Mapping[int, int], edge: Edge, edges: Collection[Edge]
) -> Curve:
    start, end = boxes[edge.source], boxes[edge.target]
    near = 0 in (columns[edge.source], columns[edge.target])
    mutual = Edge(edge.target, edge.source) in edges
    return Curve(_within(start, end) if start.x == end.x else _across(start, end), mutual, near)


def _across(start: Box, end: Box) -> str:
    forwards = start.x < end.x
    x1, x2 = (start.x + BOX, end.x) if forwards else (start.x, end.x + BOX)
    y1, y2 = start.middle[1], end.middle[1]
    bend = (x1 + x2) // 2
    return f"M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}"


def _within(start: Box, end: Box) -> str:
    """Beside the column, in the gap or, for the last one, over the boxes' ends."""
    x, y1, y2 = start.x + BOX, start.middle[1], end.middle[1]
    bend = x + GAP // 2
    return f"M{x} {y1}C{bend} {y1} {bend} {y2} {x} {y2}"
