"""Replacing the sections of links: only in links, and nothing else in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.markdown import Heading, parse
from articles.markdown.section_links import replace_sections

NEW = Heading(2, "The new one", "the-new-one")


def replaced(source, heading=NEW):
    fragments = ("old", "part-1#old", "^old", "old-part")

    def replacement_of(key, fragment):
        return heading if key == "war" and fragment in fragments else None

    return replace_sections(source, replacement_of, ["example.com"])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[[War#Old]]", "[[War#The new one]]"),
        ("[[war#old|the label]] after", "[[war#The new one|the label]] after"),
        ("a [[ War # Old ]] b", "a [[ War #The new one]] b"),
        ("[[War#Part 1#Old|x]]", "[[War#Part 1#The new one|x]]"),
        ("[[W&#97;r#O\\ld]]", None),
        ("[[W&#97;r#Old]]", "[[W&#97;r#The new one]]"),
        ("> [[War#\n> Old|x]] b", "> [[War#The new one|x]] b"),
        ("| a |\n|---|\n| [[War#Old\\|x]] |\n", "| a |\n|---|\n| [[War#The new one\\|x]] |\n"),
        (
            '!!! note "[[War#Old]]"\n    é [[War#Old|x]]\n    - [[War#Old]]\nafter [[War#Old]]',
            '!!! note "[[War#The new one]]"\n    é [[War#The new one|x]]\n'
            "    - [[War#The new one]]\nafter [[War#The new one]]",
        ),
        (
            "> :::note é\n> [[War#Old]]\n> :::\n\nUS$5-US$6 [[War#Old]]",
            "> :::note é\n> [[War#The new one]]\n> :::\n\nUS$5-US$6 [[War#The new one]]",
        ),
        (
            "a^[n [[War#Old]]] ==[[War#Old]]== {% x_y_ %} $x$ [[War#Old]]",
            "a^[n [[War#The new one]]] ==[[War#The new one]]== {% x_y_ %} $x$ [[War#The new one]]",
        ),
        ("é [[War#Old]] ü [[War#Old|ß]]", "é [[War#The new one]] ü [[War#The new one|ß]]"),
        ("[t](/articles/war/#old)", "[t](/articles/war/#the-new-one)"),
        ("[t](https://example.com/articles/war.md#old)",
         "[t](https://example.com/articles/war.md#the-new-one)"),
        ("[t](../War.md#Old) [t](<a b/war.md#Old>)",
         "[t](../War.md#the-new-one) [t](<a b/war.md#the-new-one>)"),
        ("[t](../b c/War.md#Old part) x", "[t](../b c/War.md#the-new-one) x"),
        ("[t](War.md#old%20part) x", "[t](War.md#the-new-one) x"),
        ("[[1]](War.md#old) [[x|[1]]]", "[[1]](War.md#the-new-one) [[x|[1]]]"),
        ("[[Folder/War#Old|x]] [[War.md#^old]]", "[[Folder/War#The new one|x]] "
         "[[War.md#The new one]]"),
        ("[[x|[1]]] ![[War#Old]]", "[[x|[1]]] ![[War#The new one]]"),
        ("[t][r] [R] [r][]\n\n[R]: /articles/war/#old 'T'\n",
         "[t][r] [R] [r][]\n\n[R]: /articles/war/#the-new-one 'T'\n"),
        ("`\n[r]: a`\n\n> [t][r]\n>\n> [r]:\n>   <War.md#Old>\n",
         "`\n[r]: a`\n\n> [t][r]\n>\n> [r]:\n>   <War.md#the-new-one>\n"),
        ('[#old](</articles/war/#old> "T")', '[#old](</articles/war/#the-new-one> "T")'),
        ("[**b** `c`](/articles/war#old)", "[**b** `c`](/articles/war#the-new-one)"),
        ("*[[War#Old]]*[^1]\n\n[^1]: [[War#Old]]", "*[[War#The new one]]*[^1]\n\n[^1]: "
         "[[War#The new one]]"),
    ],
)  # fmt: skip
def test_the_section_of_a_link_is_replaced(source, expected):
    assert replaced(source) == (expected or source)


@pytest.mark.parametrize(
    "source",
    [
        "`[[War#Old]]`",
        "```\n[[War#Old]]\n```",
        "    [[War#Old]]",
        r"\[[War#Old]]",
        "[[Peace#Old]] [[War]] [[#Old]] [[War#Other]]",
        "[t](https://example.org/articles/war/#old)",
        "![x](/articles/war/#old)",
        "[r]: /articles/war/#old",
        "<!-- [[War#Old]] -->",
    ],
)
def test_nothing_else_is_replaced(source):
    assert replaced(source) == source


@pytest.mark.parametrize(
    "heading",
    [
        Heading(2, "C# and [brackets] | more", "c-sharp-and-brackets-more"),
        Heading(2, "Plot", "plot-2"),
        Heading(2, "R&amp;D", "r-amp-d"),
        Heading(2, "تاريخ", "تاريخ"),
    ],
)
def test_the_new_link_leads_to_the_heading(heading):
    for source in ("[[War#Old|x]]", "| [[War#Old\\|x]] |\n|---|\n", "[x](/articles/war/#old)"):
        (link,) = parse(replaced(source, heading)).links
        assert (link.key, link.fragment, link.label) == ("war", heading.anchor, "x")


PARTS = st.sampled_from(
    ["[[War#Old]]", "[[War#Old|x]]", "[[Peace]]", "`", "\\", "|", "\n", "\n\n", "> ", "- ", "#",
     "é", "[x](/articles/war/#old)", "[", "]", "    ", "text", "*", "&amp;", "[[", "]]", "```\n"]
)  # fmt: skip


@given(st.lists(PARTS, max_size=12).map("".join))
def test_other_links_and_the_text_stay_the_same(source):
    before, after = parse(source), parse(replaced(source))
    expected = [
        (link.key, NEW.anchor if (link.key, link.fragment) == ("war", "old") else link.fragment)
        for link in before.links
    ]
    assert [(link.key, link.fragment) for link in after.links] == expected
