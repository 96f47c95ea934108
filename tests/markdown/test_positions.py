"""The lines of blocks: one for each top-level element of the HTML."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles import markdown
from articles.markdown.positions import block_lines

BLOCKS = {
    "paragraph": "Two\nlines",
    "heading": "## Part",
    "list": "- One\n\n  More\n- Two",
    "task list": "- [ ] One",
    "quote": "> Said",
    "callout": "> [!note] Title\n> Text",
    "code": "```\n## no heading\n```",
    "table": "| a |\n| - |\n| b |",
    "definition": "Term\n: Meaning",
    "rule": "---",
    "figure": "![Map](/media/map.png)",
}


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_each_block_begins_at_its_line(block):
    source = f"# Peace\n\nFirst[^1]\n\n{block}\n\n[^1]: Note\n\nLast"
    assert block_lines(source, "Peace") == [2, 4, 4 + block.count("\n") + 4]


@given(st.lists(st.sampled_from([*BLOCKS.values(), "كلمة 😀"]), min_size=1, max_size=8))
def test_there_is_a_line_for_each_top_level_element(blocks):
    source = "\n\n".join(blocks)
    lines = block_lines(source)
    assert len(lines) == len(_top_level_elements(markdown.parse(source).html))
    assert lines == sorted(lines)


def _top_level_elements(html):
    names, depth = [], 0
    for end, name in re.findall(r"<(/?)(\w+)", html):
        if end:
            depth -= 1
            continue
        if not depth:
            names.append(name)
        depth += name not in ("hr", "br", "img", "input")
    return names
