"""Titles of nodes, cut to the width of their boxes."""

from articles.graph import nodes


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
