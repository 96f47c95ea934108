"""The examples of the CommonMark specification, through our parser as the site uses it.

It only runs if COMMONMARK_SPEC names the file with the examples:
https://spec.commonmark.org/0.31.2/spec.json
"""

import html
import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree

import html5lib

from articles.markdown import events
from articles.markdown.parser import parse

# Where we differ from the specification, and why.
DEVIATIONS = {
    "two brackets are a wikilink": [548, 559, 590],
    "a scheme that is not on our list is shown as text": [596, 598, 599, 601],
    "what cannot be a host is shown as text": [346, 600],
    "a bare URL is a link": [602, 606, 608, 611, 612],
    "an image with a title, alone in its paragraph, is a figure": [
        *(572, 573, 576, 577, 584, 585, 586, 588, 589, 591)
    ],
}
# Attributes that our rules add.
OUR_ATTRIBUTES = ("rel", "loading", "tabindex", "id")
BLOCK = "blockquote|h[1-6]|hr|li|ol|p|pre|ul"
AROUND_BLOCKS = re.compile(rf"\s*(</?(?:{BLOCK})\b[^>]*>)\s*")


def normalised(markup):
    tree = html5lib.parseFragment(markup, treebuilder="etree", namespaceHTMLElements=False)
    for element in tree.iter():
        element.attrib = {
            name: value
            for name, value in element.attrib.items()
            if name not in OUR_ATTRIBUTES and value not in ("external", "external bare")
        }
    text = ElementTree.tostring(tree, encoding="unicode")
    return AROUND_BLOCKS.sub(r"\1", re.sub(r"\s+", " ", text))


def with_raw_html_as_text(example):
    """Return the expected HTML with raw HTML escaped, as we show it."""
    expected, position, block = example["html"], 0, ""
    for event in events.parse_events(example["markdown"]):
        if event.kind == "HtmlBlock":
            replacement = f"<p>{html.escape(block)}</p>" if event.edge == "end" else ""
            position = expected.find(block, position) if event.edge == "end" else position
        elif event.kind == "Html":
            block += event.value
            continue
        elif event.kind == "InlineHtml":
            block, replacement = event.value, html.escape(event.value)
            position = expected.find(block, position)
        else:
            continue
        assert position >= 0, "the specification does not pass this raw HTML on"
        expected = expected[:position] + replacement + expected[position + len(block) :]
        position, block = position + len(replacement), ""
    return expected


def with_headings_lowered(markup):
    """Return the expected HTML for a page whose title is its only first-level heading."""
    if "<h1>" not in markup:
        return markup
    return re.sub(r"(</?h)([1-6])(?=>)", lambda tag: f"{tag[1]}{min(int(tag[2]) + 1, 6)}", markup)


def deviates(example):
    ours = parse(example["markdown"], media=("",)).html
    expected = with_headings_lowered(with_raw_html_as_text(example))
    return normalised(ours) != normalised(expected)


def test_examples_match_except_where_we_differ_on_purpose():
    examples = json.loads(Path(os.environ["COMMONMARK_SPEC"]).read_text())
    assert len(examples) == 652
    different = [example["example"] for example in examples if deviates(example)]
    assert different == sorted(number for numbers in DEVIATIONS.values() for number in numbers)
