"""The layout of the map: clusters by tag, deterministic, without overlaps."""

import itertools

from articles.graph import map_layout, shapes
from articles.graph.map_layout import Topic
from articles.graph.nodes import Edge, Node


def mapped(count=120, mirrored=False):
    nodes = [Node(pk, f"Node {pk}", f"node-{pk}", weight=pk % 17) for pk in range(count)]
    topics = {
        pk: [Topic(f"Tag {pk % 9}", f"tag-{pk % 9}"), Topic("All", "all")] for pk in range(100)
    }
    groups = map_layout.gathered(nodes, topics)
    edges = [Edge(pk, pk * 7 % count) for pk in range(count)]
    return map_layout.drawn(groups, edges, mirrored=mirrored)


def test_a_map_gathers_nodes_by_tags_that_tell_them_apart():
    atlas = mapped()
    named = [cluster.topic.name for cluster in atlas.clusters if cluster.topic]
    assert named == [f"Tag {number}" for number in range(map_layout.CLUSTERS)]
    assert atlas.clusters[-1].topic is None
    assert sum(len(cluster.spots) for cluster in atlas.clusters) == 120
    assert atlas == mapped()


def test_the_strongest_node_is_large_and_in_the_middle_and_its_links_are_drawn(monkeypatch):
    monkeypatch.setattr(map_layout, "EDGES", 1)
    weights = [("Alpha", 0), ("Beta", 3), ("Zeta", 9)]
    nodes = [
        Node(pk, name, name.lower(), weight=weight) for pk, (name, weight) in enumerate(weights)
    ]
    edges = [Edge(0, 1), Edge(1, 2), Edge(2, 1), Edge(0, 2)]
    atlas = map_layout.drawn([(None, nodes)], edges, mirrored=False)
    hub, second, last = atlas.spots
    assert [spot.node.title for spot in atlas.spots] == ["Zeta", "Beta", "Alpha"]
    assert (hub.x, hub.y) == (0, 0)
    assert [hub.radius, second.radius, last.radius] == [14.0, 8.0, 5.0]
    assert atlas.lines == [(second.x, second.y, hub.x, hub.y)]


def test_the_clusters_of_a_map_are_mirrored_where_one_reads_from_right_to_left():
    places = [cluster.x for cluster in mapped().clusters]
    assert len(set(places)) > 1
    assert [cluster.x for cluster in mapped(mirrored=True).clusters] == [-x for x in places]


def test_signs_on_a_map_have_room_for_their_titles():
    atlas = mapped()
    for one, other in itertools.combinations(atlas.spots, 2):
        apart = (
            abs(one.x - other.x) >= map_layout.WIDE * 0.9,
            abs(one.y - other.y) >= map_layout.HIGH * 0.9,
        )
        assert any(apart), (one, other)
    for spot in atlas.spots:
        assert atlas.left <= spot.x <= atlas.left + atlas.width
        assert atlas.top <= spot.y <= atlas.top + atlas.height


def test_a_map_without_nodes_is_empty():
    atlas = map_layout.drawn(map_layout.gathered([], {}), [], mirrored=False)
    assert (atlas.spots, atlas.clusters, atlas.lines) == ([], [], [])


def test_each_cluster_has_a_sign_of_its_own():
    outlines = {shapes.path(number, 0, 0, 5) for number in range(map_layout.CLUSTERS + 1)}
    assert len(outlines) == map_layout.CLUSTERS + 1
