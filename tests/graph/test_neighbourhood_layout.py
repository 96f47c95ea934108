"""The layout of a neighbourhood: deterministic, bounded, without overlaps."""

import itertools
import random

from articles.graph import neighbourhood_layout
from articles.graph.nodes import Edge, Node


def crowd(count=80):
    """Links between many nodes around number 1."""
    chance = random.Random(1)
    pairs = [(chance.randint(1, count), chance.randint(1, count)) for _ in range(count * 6)]
    return [Edge(*pair) for pair in pairs if pair[0] != pair[1]]


def placed(edges, rows=14):
    near = neighbourhood_layout.first_columns(1, edges, rows)
    return neighbourhood_layout.connected(
        near | neighbourhood_layout.second_columns(near, edges, rows), edges
    )


def shown(edges):
    """The links between nodes that have a place."""
    return [edge for edge in edges if set(placed(edges)).issuperset(edge)]


def test_the_side_of_a_node_depends_on_the_direction_of_its_links():
    edges = [Edge(2, 1), Edge(1, 3), Edge(1, 4), Edge(4, 1), Edge(5, 2), Edge(2, 6), Edge(3, 7)]
    assert placed(edges) == {1: 0, 2: -1, 3: 1, 4: 1, 5: -2, 6: -2, 7: 2}


def test_nodes_not_connected_to_the_centre_are_omitted():
    assert neighbourhood_layout.connected({1: 0, 2: 1, 3: 2, 4: 2}, [Edge(1, 2), Edge(3, 2)]) == {
        1: 0,
        2: 1,
        3: 2,
    }


def test_a_neighbourhood_has_at_most_sixty_nodes():
    edges = crowd(400)
    assert 40 < len(placed(edges, rows=30)) <= neighbourhood_layout.MAX_NODES == 60


def test_ties_are_broken_by_primary_key():
    edges = [Edge(2, pk) for pk in range(40, 2, -1)]
    expected = dict.fromkeys(range(3, 13), 2)
    assert neighbourhood_layout.second_columns({1: 0, 2: 1}, edges, 10) == expected


def test_the_order_of_rows_does_not_matter():
    edges = shown(crowd())
    nodes = [Node(pk, f"Node {pk}", f"node-{pk}") for pk in placed(edges)]
    first = neighbourhood_layout.layout(nodes, placed(edges), edges, mirrored=False)
    random.Random(2).shuffle(edges)
    nodes.reverse()
    assert neighbourhood_layout.layout(nodes, placed(edges), edges, mirrored=False) == first


def test_boxes_do_not_overlap_and_are_mirrored_for_right_to_left_interfaces():
    edges = shown(crowd())
    nodes = [Node(pk, f"Node {pk}", f"node-{pk}") for pk in placed(edges)]
    drawn = neighbourhood_layout.layout(nodes, placed(edges), edges, mirrored=False)
    for one, other in itertools.combinations(drawn.boxes, 2):
        assert abs(one.x - other.x) >= one.width or abs(one.y - other.y) >= one.height
    assert all(0 <= box.x <= drawn.width - box.width for box in drawn.boxes)
    mirrored = neighbourhood_layout.layout(nodes, placed(edges), edges, mirrored=True)
    across = {box.node: drawn.width - box.width - box.x for box in drawn.boxes}
    assert {box.node: box.x for box in mirrored.boxes} == across
