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
