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
    "admonition": "!!! note\n    Text\n\n    More",
    "container": ":::note\nText\n:::",
    "formula": "$$\na\n\n- b\n$$",
    "code": "```\n## no heading\n```",
    "table": "| a |\n| - |\n| b |",
    "definition": "Term\n: Meaning",
    "rule": "---",
    "figure": "![Map](/media/map.png)",
    "details": "<details>\n<summary>One</summary>\n\nTwo\n\n</details>",
    "HTML": '<p align="center"><!-- a -->\n<b>One</b>\n</p>',
    "table in HTML": "<table>\n<tr><td>One\n\n- Two\n</table>",
    "unknown element": "<plugin-id>",
}


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_each_block_begins_at_its_line(block):
    source = f"# Peace\n\nFirst[^1]\n\n{block}\n\n[^1]: Note\n\nLast"
    assert block_lines(source, "Peace") == [2, 4, 4 + block.count("\n") + 4]


NOTHING = ("<!-- a\n\nb -->", "%%\na\n\nb\n%%", "<script>\na\n</script>", "</div>", "<font>")


@pytest.mark.parametrize("nothing", NOTHING)
def test_what_is_not_shown_has_no_line(nothing):
    source = f"First\n\n{nothing}\n\nLast"
    assert block_lines(source) == [0, 4 + nothing.count("\n")]


def test_a_paragraph_that_a_block_interrupts_has_two_lines():
    assert block_lines("One\ntwo <div>three</div>\nfour\n\nfive") == [0, 1, 2, 4]


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
