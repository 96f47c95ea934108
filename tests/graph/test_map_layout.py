"""The layout of the map: clusters by tag, deterministic, without overlaps."""

import itertools

from articles.graph import map_layout, shapes
from articles.graph.map_layout import ClusterTag
from articles.graph.nodes import Edge, Node


def mapped(count=120, mirrored=False):
    nodes = [Node(pk, f"Node {pk}", f"node-{pk}", weight=pk % 17) for pk in range(count)]
    topics = {
        pk: [ClusterTag(f"Tag {pk % 9}", f"tag-{pk % 9}"), ClusterTag("All", "all")]
        for pk in range(100)
    }
    groups = map_layout.group_by_tag(nodes, topics)
    edges = [Edge(pk, pk * 7 % count) for pk in range(count)]
    return map_layout.layout(groups, edges, mirrored=mirrored)


def test_nodes_are_grouped_by_narrow_tags():
    picture = mapped()
    named = [cluster.tag.name for cluster in picture.clusters if cluster.tag]
    assert named == [f"Tag {number}" for number in range(map_layout.MAX_CLUSTERS)]
    assert picture.clusters[-1].tag is None
    assert sum(len(cluster.nodes) for cluster in picture.clusters) == 120
    assert picture == mapped()


def test_the_node_of_most_links_is_large_and_central_and_its_edges_are_drawn(monkeypatch):
    monkeypatch.setattr(map_layout, "MAX_EDGES", 1)
    weights = [("Alpha", 0), ("Beta", 3), ("Zeta", 9)]
    nodes = [
        Node(pk, name, name.lower(), weight=weight) for pk, (name, weight) in enumerate(weights)
    ]
    edges = [Edge(0, 1), Edge(1, 2), Edge(2, 1), Edge(0, 2)]
    picture = map_layout.layout([(None, nodes)], edges, mirrored=False)
    hub, second, last = picture.nodes
    assert [spot.node.title for spot in picture.nodes] == ["Zeta", "Beta", "Alpha"]
    assert (hub.x, hub.y) == (0, 0)
    assert [hub.radius, second.radius, last.radius] == [14.0, 8.0, 5.0]
    assert picture.lines == [(second.x, second.y, hub.x, hub.y)]


def test_clusters_are_mirrored_for_right_to_left_interfaces():
    places = [cluster.x for cluster in mapped().clusters]
    assert len(set(places)) > 1
    assert [cluster.x for cluster in mapped(mirrored=True).clusters] == [-x for x in places]


def test_nodes_on_a_map_have_room_for_their_titles():
    picture = mapped()
    for one, other in itertools.combinations(picture.nodes, 2):
        apart = (
            abs(one.x - other.x) >= map_layout.CELL_WIDTH * 0.9,
            abs(one.y - other.y) >= map_layout.CELL_HEIGHT * 0.9,
        )
        assert any(apart), (one, other)
    for spot in picture.nodes:
        assert picture.left <= spot.x <= picture.left + picture.width
        assert picture.top <= spot.y <= picture.top + picture.height


def test_a_map_without_nodes_is_empty():
    picture = map_layout.layout(map_layout.group_by_tag([], {}), [], mirrored=False)
    assert (picture.nodes, picture.clusters, picture.lines) == ([], [], [])


def test_each_cluster_has_its_own_shape():
    outlines = {shapes.path(number, 0, 0, 5) for number in range(map_layout.MAX_CLUSTERS + 1)}
    assert len(outlines) == map_layout.MAX_CLUSTERS + 1
