"""Nodes and their tags → a map: clusters of a few tags, the strongest node in its middle.

Nothing is left to chance: the same nodes always give the same map.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import cos, hypot, pi, sin, sqrt
from typing import NamedTuple

from articles.graph.nodes import Edge, Node, in_lines

CLUSTERS = 7
# A tag of more than a third of the nodes tells nothing about them, unless these are few.
BROAD, FEW = 3, 8
# The place of one node with its title, and how much wider than high clusters are.
WIDE, HIGH, STRETCH = 132, 68, 1.6
LETTERS = 18
SMALL, GROWTH = 5.0, 9.0
TITLE, PAD = 34, 30
EDGES = 320


class Topic(NamedTuple):
    """A tag that a cluster is about."""

    name: str
    slug: str


@dataclass(frozen=True)
class Spot:
    """A node on the map: its centre and radius, and the number of its cluster."""

    node: Node
    lines: tuple[str, ...]
    x: int
    y: int
    radius: float
    cluster: int


@dataclass(frozen=True)
class Cluster:
    """Nodes that share a tag; the last cluster has none. The place is that of its title."""

    number: int
    topic: Topic | None
    spots: list[Spot]
    x: int
    y: int


@dataclass(frozen=True)
class Atlas:
    """The map. Lines are the ends of links, in units of the picture, as all places are."""

    left: int
    top: int
    width: int
    height: int
    clusters: list[Cluster]
    lines: list[tuple[int, int, int, int]]

    @property
    def spots(self) -> list[Spot]:
        return [spot for cluster in self.clusters for spot in cluster.spots]


Group = tuple[Topic | None, list[Node]]


class Disc(NamedTuple):
    """Where a cluster is, in a space in which it is round."""

    x: float
    y: float
    radius: float


def gathered(nodes: Sequence[Node], tags: Mapping[int, Collection[Topic]]) -> list[Group]:
    """The nodes by tags: that of most nodes first, then that of most of the rest, and so on;
    what is left over stands last, without a tag."""
    counts = Counter(topic for node in nodes for topic in tags.get(node.pk, ()))
    telling = {topic for topic, number in counts.items() if number <= max(len(nodes) / BROAD, FEW)}
    left = list(nodes)
    found: list[Group] = []
    while len(found) < CLUSTERS:
        rest = Counter(
            topic for node in left for topic in tags.get(node.pk, ()) if topic in telling
        )
        topic = min(rest, key=lambda topic: (-rest[topic], topic), default=None)
        if topic is None or rest[topic] < 2:
            break
        chosen = [node for node in left if topic in tags.get(node.pk, ())]
        left = [node for node in left if topic not in tags.get(node.pk, ())]
        found.append((topic, chosen))
    return [*found, (None, left)] if left else found


def drawn(groups: Sequence[Group], edges: Iterable[Edge], *, mirrored: bool) -> Atlas:
    """The map of groups of nodes. `mirrored` where one reads from right to left."""
    most = max((node.weight for _topic, nodes in groups for node in nodes), default=0) or 1
    discs = packed([_radius(len(nodes)) for _topic, nodes in groups])
    clusters: list[Cluster] = []
    for number, ((topic, nodes), disc) in enumerate(zip(groups, discs, strict=True)):
        middle = round(-disc.x if mirrored else disc.x), round(disc.y / STRETCH)
        ordered = sorted(nodes, key=lambda node: (-node.weight, node.title, node.pk))
        spots = [
            _spot(node, middle[0] + x, middle[1] + y, most, number)
            for node, (x, y) in zip(ordered, cells(len(ordered)), strict=True)
        ]
        top = min(spot.y for spot in spots) - TITLE
        clusters.append(Cluster(number, topic, spots, middle[0], top))
    return _framed(clusters, edges)


def cells(number: int) -> list[tuple[int, int]]:
    """So many places around the middle, nearest first, in rows like bricks."""
    reach = int(sqrt(number)) + 2
    places = [
        (column * WIDE + row % 2 * (WIDE // 2), row * HIGH)
        for row in range(-reach, reach + 1)
        for column in range(-reach, reach + 1)
    ]
    return sorted(places, key=lambda place: (_distance(place), place))[:number]


def packed(radii: Sequence[float]) -> list[Disc]:
    """Discs that don't touch: the largest first, each as near to the middle as there is room."""
    placed: dict[int, Disc] = {}
    for place in sorted(range(len(radii)), key=lambda place: (-radii[place], place)):
        spiral = (_at(step, radii[place]) for step in count())
        placed[place] = next(
            disc for disc in spiral if all(_apart(disc, other) for other in placed.values())
        )
    return [placed[place] for place in range(len(radii))]


def _at(step: int, radius: float) -> Disc:
    turn, away = step * pi / 18, step * 1.5
    return Disc(away * cos(turn), away * sin(turn), radius)


def _apart(one: Disc, other: Disc) -> bool:
    return hypot(one.x - other.x, one.y - other.y) > one.radius + other.radius


def _radius(number: int) -> float:
    return max(map(_distance, cells(number)), default=0.0) + WIDE / 2 + PAD


def _distance(place: tuple[int, int]) -> float:
    return round(hypot(place[0], place[1] * STRETCH), 3)


def _spot(node: Node, x: int, y: int, most: int, cluster: int) -> Spot:
    radius = round(SMALL + GROWTH * node.weight / most, 1)
    return Spot(node, in_lines(node.title, LETTERS), x, y, radius, cluster)


def _lines(spots: Iterable[Spot], edges: Iterable[Edge]) -> list[tuple[int, int, int, int]]:
    """The links between the strongest nodes, each pair once."""
    places = {spot.node.pk: spot for spot in spots}
    pairs = {Edge(*sorted(edge)) for edge in edges if places.keys() >= set(edge)}
    weight = {pk: spot.node.weight for pk, spot in places.items()}
    strongest = sorted(pairs, key=lambda edge: (-weight[edge.source] - weight[edge.target], edge))
    ends = ((places[source], places[target]) for source, target in strongest[:EDGES])
    return [(start.x, start.y, end.x, end.y) for start, end in ends]


def _framed(clusters: list[Cluster], edges: Iterable[Edge]) -> Atlas:
    spots = [spot for cluster in clusters for spot in cluster.spots]
    columns = [spot.x for spot in spots] or [0]
    rows = [*(spot.y for spot in spots), *(cluster.y for cluster in clusters)] or [0]
    left, top = min(columns) - WIDE, min(rows) - HIGH
    width, height = max(columns) + WIDE - left, max(rows) + HIGH - top
    return Atlas(left, top, width, height, clusters, _lines(spots, edges))
