"""Pictures of links: the same each time, bounded, and each node in a place of its own."""

import itertools
import random

from articles.graph import map_layout, neighbourhood_layout, nodes, shapes
from articles.graph.map_layout import Topic
from articles.graph.nodes import Edge, Node


def crowd(count=80):
    """Links between many nodes around number 1."""
    chance = random.Random(1)
    pairs = [(chance.randint(1, count), chance.randint(1, count)) for _ in range(count * 6)]
    return [Edge(*pair) for pair in pairs if pair[0] != pair[1]]


def placed(edges, rows=14):
    near = neighbourhood_layout.beside(1, edges, rows)
    return neighbourhood_layout.tied(near | neighbourhood_layout.beyond(near, edges, rows), edges)


def shown(edges):
    """The links between nodes that have a place."""
    return [edge for edge in edges if set(placed(edges)).issuperset(edge)]


def test_a_node_stands_on_the_side_that_its_links_lead_from_or_to():
    edges = [Edge(2, 1), Edge(1, 3), Edge(1, 4), Edge(4, 1), Edge(5, 2), Edge(2, 6), Edge(3, 7)]
    assert placed(edges) == {1: 0, 2: -1, 3: 1, 4: 1, 5: -2, 6: -2, 7: 2}


def test_what_no_link_joins_to_the_centre_is_left_out():
    assert neighbourhood_layout.tied({1: 0, 2: 1, 3: 2, 4: 2}, [Edge(1, 2), Edge(3, 2)]) == {
        1: 0,
        2: 1,
        3: 2,
    }


def test_a_neighbourhood_has_sixty_nodes_at_most():
    edges = crowd(400)
    assert 40 < len(placed(edges, rows=30)) <= neighbourhood_layout.NODES == 60


def test_of_nodes_that_are_tied_alike_the_first_are_shown():
    edges = [Edge(2, pk) for pk in range(40, 2, -1)]
    expected = dict.fromkeys(range(3, 13), 2)
    assert neighbourhood_layout.beyond({1: 0, 2: 1}, edges, 10) == expected


def test_the_order_of_what_a_database_gives_makes_no_difference():
    edges = shown(crowd())
    nodes = [Node(pk, f"Node {pk}", f"node-{pk}") for pk in placed(edges)]
    first = neighbourhood_layout.drawn(nodes, placed(edges), edges, mirrored=False)
    random.Random(2).shuffle(edges)
    nodes.reverse()
    assert neighbourhood_layout.drawn(nodes, placed(edges), edges, mirrored=False) == first


def test_boxes_do_not_overlap_and_are_mirrored_where_one_reads_from_right_to_left():
    edges = shown(crowd())
    nodes = [Node(pk, f"Node {pk}", f"node-{pk}") for pk in placed(edges)]
    drawn = neighbourhood_layout.drawn(nodes, placed(edges), edges, mirrored=False)
    for one, other in itertools.combinations(drawn.boxes, 2):
        assert abs(one.x - other.x) >= one.width or abs(one.y - other.y) >= one.height
    assert all(0 <= box.x <= drawn.width - box.width for box in drawn.boxes)
    mirrored = neighbourhood_layout.drawn(nodes, placed(edges), edges, mirrored=True)
    across = {box.node: drawn.width - box.width - box.x for box in drawn.boxes}
    assert {box.node: box.x for box in mirrored.boxes} == across


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


def test_a_title_is_cut_to_its_room():
    assert nodes.cut("Counter-Terrorism Cooperation", 19) == "Counter-Terrorism …"
    assert nodes.cut("国際協力機構", 8) == "国際協…"
    assert nodes.cut("Peace", 5) == "Peace"


def test_a_long_title_has_two_lines_on_a_map():
    assert nodes.in_lines("Peace", 5) == ("Peace",)
    assert nodes.in_lines("Counter-Terrorism Cooperation", 17) == (
        "Counter-Terrorism",
        "Cooperation",
    )
    assert nodes.in_lines("Article number 40 of many", 8) == ("Article", "number …")
    assert nodes.in_lines("国際協力機構", 8) == ("国際協力", "機構")
