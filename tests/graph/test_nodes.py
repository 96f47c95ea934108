"""Titles of nodes, cut to the width of their boxes."""

from articles.graph import nodes


def test_a_title_is_truncated_to_its_width():
    assert nodes.truncate_title("Counter-Terrorism Cooperation", 19) == "Counter-Terrorism …"
    assert nodes.truncate_title("国際協力機構", 8) == "国際協…"
    assert nodes.truncate_title("Peace", 5) == "Peace"


def test_a_long_title_has_two_lines_on_a_map():
    assert nodes.wrap_title("Peace", 5) == ("Peace",)
    assert nodes.wrap_title("Counter-Terrorism Cooperation", 17) == (
        "Counter-Terrorism",
        "Cooperation",
    )
    assert nodes.wrap_title("Article number 40 of many", 8) == ("Article", "number …")
    assert nodes.wrap_title("国際協力機構", 8) == ("国際協力", "機構")
