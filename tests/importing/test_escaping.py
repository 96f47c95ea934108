"""Plain text that becomes Markdown is displayed as it was."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.escaping import code_block, code_span, escape, escape_block_start, table
from articles.markdown import parse

SYNTAX = st.sampled_from(
    [
        *"*_`[]()<>&;#$~=%^!|\\-+.1:\"' /{}@",
        *("a", "b ", "[[", "]]", "http://a.b", "<b>", "&amp;", "1. ", "- ", "[x] ", "^[a]"),
        *("!!! note", "::: a", "![a](b)", "[^1]", "[!NOTE]", " ^a"),
    ]
)


def displayed(markdown: str) -> str:
    """Return the text of the only paragraph, as a browser displays it."""
    paragraph = re.fullmatch(r"<p[^>]*>(.*)</p>\s*", parse(markdown).html, re.DOTALL)
    assert paragraph, parse(markdown).html
    return unescape(re.sub(r"<a [^>]*>|</a>", "", paragraph[1]))


@given(st.lists(SYNTAX, min_size=1, max_size=12))
def test_escaped_text_is_displayed_as_it_was(parts: list[str]) -> None:
    text = " ".join("".join(parts).split())
    if text:
        assert displayed(escape_block_start(escape(text))) == text


@pytest.mark.parametrize("code", ["x", "a`b", "`", "``a``", "a | b", "*x*"])
def test_code_of_any_kind_stays_code(code: str) -> None:
    assert f"<code>{code}</code>" in unescape(parse(code_span(code)).html)
    assert code in unescape(parse(code_block(f"```\n{code}")).text)


def test_a_table_has_a_header_and_rows_of_one_width() -> None:
    rows = [["A", "B"], ["a|b"], ["1\n\n2", "[[X|y]]"]]
    assert table(rows, has_header=True).split("\n") == [
        "| A | B |",
        "| --- | --- |",
        "| a\\|b |  |",
        "| 1<br>2 | [[X\\|y]] |",
    ]
    assert table([["a"]], has_header=False).startswith("|  |\n| --- |\n| a |")
    assert table([], has_header=False) == ""
