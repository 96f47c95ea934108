"""The layout of the map: clusters by tag, deterministic, without overlaps."""

import itertools

from articles.graph import map_layout, shapes
from articles.graph.map_layout import ClusterTag
from articles.graph.nodes import Edge, Node


def draw_map(count=120, mirrored=False):
    nodes = [Node(pk, f"Node {pk}", f"node-{pk}", weight=pk % 17) for pk in range(count)]
    tags = {
        pk: [ClusterTag(f"Tag {pk % 9}", f"tag-{pk % 9}"), ClusterTag("All", "all")]
        for pk in range(100)
    }
    groups = map_layout.group_by_tag(nodes, tags)
    edges = [Edge(pk, pk * 7 % count) for pk in range(count)]
    return map_layout.layout(groups, edges, mirrored=mirrored)


def test_nodes_are_grouped_by_narrow_tags():
    drawing = draw_map()
    tag_names = [cluster.tag.name for cluster in drawing.clusters if cluster.tag]
    assert tag_names == [f"Tag {number}" for number in range(map_layout.MAX_CLUSTERS)]
    assert drawing.clusters[-1].tag is None
    assert sum(len(cluster.nodes) for cluster in drawing.clusters) == 120
    assert drawing == draw_map()


def test_the_node_of_most_links_is_large_and_central_and_its_edges_are_drawn(monkeypatch):
    monkeypatch.setattr(map_layout, "MAX_EDGES", 1)
    weights = [("Alpha", 0), ("Beta", 3), ("Zeta", 9)]
    nodes = [
        Node(pk, name, name.lower(), weight=weight) for pk, (name, weight) in enumerate(weights)
    ]
    edges = [Edge(0, 1), Edge(1, 2), Edge(2, 1), Edge(0, 2)]
    drawing = map_layout.layout([(None, nodes)], edges, mirrored=False)
    hub, middle, leaf = drawing.nodes
    assert [spot.node.title for spot in drawing.nodes] == ["Zeta", "Beta", "Alpha"]
    assert (hub.x, hub.y) == (0, 0)
    assert [hub.radius, middle.radius, leaf.radius] == [14.0, 8.0, 5.0]
    assert drawing.lines == [(middle.x, middle.y, hub.x, hub.y)]


def test_clusters_are_mirrored_for_right_to_left_interfaces():
    positions = [cluster.x for cluster in draw_map().clusters]
    assert len(set(positions)) > 1
    assert [cluster.x for cluster in draw_map(mirrored=True).clusters] == [-x for x in positions]


def test_nodes_on_a_map_have_room_for_their_titles():
    drawing = draw_map()
    for first, second in itertools.combinations(drawing.nodes, 2):
        apart = (
            abs(first.x - second.x) >= map_layout.CELL_WIDTH * 0.9,
            abs(first.y - second.y) >= map_layout.CELL_HEIGHT * 0.9,
        )
        assert any(apart), (first, second)
    for spot in drawing.nodes:
        assert drawing.left <= spot.x <= drawing.left + drawing.width
        assert drawing.top <= spot.y <= drawing.top + drawing.height


def test_a_map_without_nodes_is_empty():
    drawing = map_layout.layout(map_layout.group_by_tag([], {}), [], mirrored=False)
    assert (drawing.nodes, drawing.clusters, drawing.lines) == ([], [], [])


def test_each_cluster_has_its_own_shape():
    outlines = {shapes.path(number, 0, 0, 5) for number in range(map_layout.MAX_CLUSTERS + 1)}
    assert len(outlines) == map_layout.MAX_CLUSTERS + 1
