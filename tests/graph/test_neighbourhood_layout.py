"""The layout of a neighbourhood: deterministic, bounded, without overlaps."""

import itertools
import random

from articles.graph import neighbourhood_layout
from articles.graph.nodes import Edge, Node


def random_edges(count=80):
    """Return links between many nodes, some of them with node 1."""
    generator = random.Random(1)
    pairs = [(generator.randint(1, count), generator.randint(1, count)) for _ in range(count * 6)]
    return [Edge(*pair) for pair in pairs if pair[0] != pair[1]]


def columns_of(edges, rows=14):
    inner = neighbourhood_layout.first_columns(1, edges, rows)
    return neighbourhood_layout.connected(
        inner | neighbourhood_layout.second_columns(inner, edges, rows), edges
    )


def connected_edges(edges):
    """Return the links between nodes that are in a column."""
    return [edge for edge in edges if set(columns_of(edges)).issuperset(edge)]


def test_the_side_of_a_node_depends_on_the_direction_of_its_links():
    edges = [Edge(2, 1), Edge(1, 3), Edge(1, 4), Edge(4, 1), Edge(5, 2), Edge(2, 6), Edge(3, 7)]
    assert columns_of(edges) == {1: 0, 2: -1, 3: 1, 4: 1, 5: -2, 6: -2, 7: 2}


def test_nodes_not_connected_to_the_centre_are_omitted():
    assert neighbourhood_layout.connected({1: 0, 2: 1, 3: 2, 4: 2}, [Edge(1, 2), Edge(3, 2)]) == {
        1: 0,
        2: 1,
        3: 2,
    }


def test_a_neighbourhood_has_at_most_sixty_nodes():
    edges = random_edges(400)
    assert 40 < len(columns_of(edges, rows=30)) <= neighbourhood_layout.MAX_NODES == 60


def test_ties_are_broken_by_primary_key():
    edges = [Edge(2, pk) for pk in range(40, 2, -1)]
    expected = dict.fromkeys(range(3, 13), 2)
    assert neighbourhood_layout.second_columns({1: 0, 2: 1}, edges, 10) == expected


def test_the_order_of_rows_does_not_matter():
    edges = connected_edges(random_edges())
    nodes = [Node(pk, f"Node {pk}", f"node-{pk}") for pk in columns_of(edges)]
    first = neighbourhood_layout.layout(nodes, columns_of(edges), edges, mirrored=False)
    random.Random(2).shuffle(edges)
    nodes.reverse()
    assert neighbourhood_layout.layout(nodes, columns_of(edges), edges, mirrored=False) == first


def test_boxes_do_not_overlap_and_are_mirrored_for_right_to_left_interfaces():
    edges = connected_edges(random_edges())
    nodes = [Node(pk, f"Node {pk}", f"node-{pk}") for pk in columns_of(edges)]
    drawn = neighbourhood_layout.layout(nodes, columns_of(edges), edges, mirrored=False)
    for left, right in itertools.combinations(drawn.boxes, 2):
        assert abs(left.x - right.x) >= left.width or abs(left.y - right.y) >= left.height
    assert all(0 <= box.x <= drawn.width - box.width for box in drawn.boxes)
    mirrored = neighbourhood_layout.layout(nodes, columns_of(edges), edges, mirrored=True)
    across = {box.node: drawn.width - box.width - box.x for box in drawn.boxes}
    assert {box.node: box.x for box in mirrored.boxes} == across
