"""Nodes and their tags → a map: one cluster per tag, the node with most links in its middle.

The layout is deterministic: the same nodes always give the same map.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import cos, hypot, pi, sin, sqrt
from typing import NamedTuple

from articles.graph.nodes import Edge, Node, wrap_title

MAX_CLUSTERS = 7
# A tag of more than one in `BROAD` nodes says little about them, unless they are few.
BROAD, ALWAYS_NARROW = 3, 8
# The size of the grid cell of a node and its title, and the aspect ratio of clusters.
CELL_WIDTH, CELL_HEIGHT, ASPECT_RATIO = 132, 68, 1.6
TITLE_COLUMNS = 18
TITLE_MARGIN = 14
MIN_RADIUS, RADIUS_RANGE = 5.0, 9.0
HEADING_HEIGHT, PADDING = 34, 30
MAX_EDGES = 320


class ClusterTag(NamedTuple):
    """The tag that the nodes of a cluster share."""

    name: str
    slug: str


@dataclass(frozen=True)
class MapNode:
    """A node on the map: its centre, its radius, and the number of its cluster."""

    node: Node
    lines: tuple[str, ...]
    x: int
    y: int
    radius: float
    cluster: int

    @property
    def title_y(self) -> int:
        """The baseline of the first line of the title, under the symbol."""
        return self.y + round(self.radius) + TITLE_MARGIN


@dataclass(frozen=True)
class Cluster:
    """Nodes that share a tag; the last cluster may have none. `x` and `y` locate its heading."""

    number: int
    tag: ClusterTag | None
    nodes: list[MapNode]
    x: int
    y: int

    @property
    def articles(self) -> list[Node]:
        return [map_node.node for map_node in self.nodes]


@dataclass(frozen=True)
class MapLayout:
    """The map, in SVG user units. `lines` are the end points of edges: x1, y1, x2, y2."""

    left: int
    top: int
    width: int
    height: int
    clusters: list[Cluster]
    lines: list[tuple[int, int, int, int]]

    @property
    def nodes(self) -> list[MapNode]:
        return [node for cluster in self.clusters for node in cluster.nodes]


Group = tuple[ClusterTag | None, list[Node]]


class Disc(NamedTuple):
    """The area of a cluster, in a space that is scaled so that it is round."""

    x: float
    y: float
    radius: float


def group_by_tag(nodes: Sequence[Node], tags: Mapping[int, Collection[ClusterTag]]) -> list[Group]:
    """Return groups of nodes: those with the most common tag, then that of the rest, and so on.

    The last group has the remaining nodes, without a tag.
    """
    counts = Counter(tag for node in nodes for tag in tags.get(node.pk, ()))
    narrow = {tag for tag, n in counts.items() if n <= max(len(nodes) / BROAD, ALWAYS_NARROW)}
    remaining = list(nodes)
    groups: list[Group] = []
    while len(groups) < MAX_CLUSTERS:
        counts = Counter(
            tag for node in remaining for tag in tags.get(node.pk, ()) if tag in narrow
        )
        largest = min(counts, key=lambda tag: (-counts[tag], tag), default=None)
        if largest is None or counts[largest] < 2:
            break
        groups.append((largest, [n for n in remaining if largest in tags.get(n.pk, ())]))
        remaining = [n for n in remaining if largest not in tags.get(n.pk, ())]
    return [*groups, (None, remaining)] if remaining else groups


def layout(groups: Sequence[Group], edges: Iterable[Edge], *, mirrored: bool) -> MapLayout:
    """Return the map of groups of nodes. `mirrored` is for right-to-left interfaces."""
    max_weight = max((node.weight for _tag, nodes in groups for node in nodes), default=0) or 1
    discs = pack([_radius(len(nodes)) for _tag, nodes in groups])
    clusters: list[Cluster] = []
    for number, ((tag, nodes), disc) in enumerate(zip(groups, discs, strict=True)):
        x, y = round(-disc.x if mirrored else disc.x), round(disc.y / ASPECT_RATIO)
        ordered = sorted(nodes, key=lambda node: (-node.weight, node.title, node.pk))
        map_nodes = [
            _map_node(node, x + dx, y + dy, max_weight, number)
            for node, (dx, dy) in zip(ordered, grid(len(ordered)), strict=True)
        ]
        top = min(node.y for node in map_nodes) - HEADING_HEIGHT
        clusters.append(Cluster(number, tag, map_nodes, x, top))
    return _with_bounds(clusters, edges)


def grid(number: int) -> list[tuple[int, int]]:
    """Return `number` positions around the origin, nearest first, with every other row shifted."""
    reach = int(sqrt(number)) + 2
    positions = [
        (column * CELL_WIDTH + row % 2 * (CELL_WIDTH // 2), row * CELL_HEIGHT)
        for row in range(-reach, reach + 1)
        for column in range(-reach, reach + 1)
    ]
    return sorted(positions, key=lambda position: (_distance(position), position))[:number]


def pack(radii: Sequence[float]) -> list[Disc]:
    """Return discs that don't overlap, placed from the largest on, each near to the origin."""
    discs: dict[int, Disc] = {}
    for index in sorted(range(len(radii)), key=lambda index: (-radii[index], index)):
        spiral = (_disc_on_spiral(step, radii[index]) for step in count())
        discs[index] = next(
            disc for disc in spiral if not any(_overlap(disc, other) for other in discs.values())
        )
    return [discs[index] for index in range(len(radii))]


def _disc_on_spiral(step: int, radius: float) -> Disc:
    angle, distance = step * pi / 18, step * 1.5
    return Disc(distance * cos(angle), distance * sin(angle), radius)


def _overlap(a: Disc, b: Disc) -> bool:
    return hypot(a.x - b.x, a.y - b.y) <= a.radius + b.radius


def _radius(number: int) -> float:
    """Return the radius of the disc for a cluster of `number` nodes."""
    return max(map(_distance, grid(number)), default=0.0) + CELL_WIDTH / 2 + PADDING


def _distance(position: tuple[int, int]) -> float:
    return round(hypot(position[0], position[1] * ASPECT_RATIO), 3)


def _map_node(node: Node, x: int, y: int, max_weight: int, cluster: int) -> MapNode:
    radius = round(MIN_RADIUS + RADIUS_RANGE * node.weight / max_weight, 1)
    return MapNode(node, wrap_title(node.title, TITLE_COLUMNS), x, y, radius, cluster)


def _lines(nodes: Iterable[MapNode], edges: Iterable[Edge]) -> list[tuple[int, int, int, int]]:
    """Return the edges between the nodes of most weight, one per pair."""
    by_pk = {node.node.pk: node for node in nodes}
    pairs = {Edge(*sorted(edge)) for edge in edges if by_pk.keys() >= set(edge)}
    weight = {pk: node.node.weight for pk, node in by_pk.items()}
    heaviest = sorted(pairs, key=lambda edge: (-weight[edge.source] - weight[edge.target], edge))
    ends = ((by_pk[source], by_pk[target]) for source, target in heaviest[:MAX_EDGES])
    return [(start.x, start.y, end.x, end.y) for start, end in ends]


def _with_bounds(clusters: list[Cluster], edges: Iterable[Edge]) -> MapLayout:
    nodes = [node for cluster in clusters for node in cluster.nodes]
    xs = [node.x for node in nodes] or [0]
    ys = [*(node.y for node in nodes), *(cluster.y for cluster in clusters)] or [0]
    left, top = min(xs) - CELL_WIDTH, min(ys) - CELL_HEIGHT
    width, height = max(xs) + CELL_WIDTH - left, max(ys) + CELL_HEIGHT - top
    return MapLayout(left, top, width, height, clusters, _lines(nodes, edges))
