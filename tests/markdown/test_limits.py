"""The limits of elements in one article."""

import pytest

from articles.markdown.limits import LIMITS, Excess, excess

MAXIMA = {limit.kind: limit.maximum for limit in LIMITS}
ELEMENTS = {
    "[[a]]\n": "links",
    "[a](/b)\n": "links",
    "![a](/b.png)\n": "links",
    "[a][b]\n": "links",
    "http://a.example\n": "links",
    "www.a.example\n": "links",
    "[a](https://b.example)\n": "links",
    "[^1]\n": "footnotes",
    "a^[b]\n": "footnotes",
    "# a\n": "headings",
    "1. > -\t# a\n": "headings",
    "==\n": "headings",
    "> -\n": "headings",
    "> [!note]\n": "callouts",
    ":::note\n": "callouts",
    "!!! note\n": "callouts",
    "- ??? note\n": "callouts",
    "$a$\n": "formulas",
    "<b>\n": "html",
    "|\n": "cells",
}


@pytest.mark.parametrize(("element", "kind"), ELEMENTS.items(), ids=ELEMENTS)
def test_an_element_beyond_the_limit_is_named_with_its_line(element, kind):
    maximum = MAXIMA[kind]
    start = "Text.\n" * 10_000
    assert excess(start + element * maximum) is None
    excessive = excess(start + element * (maximum + 5))
    assert excessive == Excess(kind, maximum + 5, maximum, 10_000 + maximum + 1)


def test_shortcut_references_are_links_if_their_label_is_defined():
    source = "Text.\n\n> [A\tb]: /b\n\n" + "![a B] [c] [x] `[a]`\n" * 10_000
    assert excess(source) is None
    assert excess(f"{source}[a b] [a b]\n") == Excess("links", 10_002, 10_000, 10_005)


def test_text_without_elements_has_no_limit_but_its_size():
    assert excess("Many *words* of `text`, and no more than that.\n" * 20_000) is None
