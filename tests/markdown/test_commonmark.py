"""The examples of the CommonMark specification, through our parser as the site uses it.

It only runs if COMMONMARK_SPEC names the specification, as `make test` does if it can download it:
https://spec.commonmark.org/0.31.2/spec.txt
"""

import os
import re
from pathlib import Path
from xml.etree import ElementTree

import html5lib

from articles.markdown.parser import parse
from tests.tools.commonmark import read_examples

# Where we differ from the specification, and why.
DEVIATIONS = {
    "two brackets are a wikilink": [548, 559, 590],
    "a scheme that is not on our list is shown as text": [596, 598, 599, 601],
    "what cannot be a host is shown as text": [346, 600],
    "a bare URL is a link": [602, 606, 608, 611, 612],
    "a Markdown file is an article": [484],
    "text between blocks is a paragraph": [151, 161, 165, 177, 178, 186],
    "an unknown or malformed tag is text": [
        *(150, 156, 157, 158, 163, 201, 491, 524, 536, 614, 615, 617, 623),
    ],
    "tags are dropped, or their content, attributes, or what is empty": [
        *(21, 31, 152, 153, 154, 164, 169, 170, 171, 172, 173, 176, 180, 181, 613, 616, 627, 629),
        *(642, 643),
    ],
    "an element ends with its block": [148, 162, 166, 167, 175, 187, 476, 477, 494],
    "text in a table is in a cell": [191],
    "URLs and images in HTML are written as ours": [344, 475, 630, 631],
    "code in a known language is highlighted": [142, 143],
    "an image with a title, alone in its paragraph, is a figure": [
        *(572, 573, 576, 577, 584, 585, 586, 588, 589, 591)
    ],
}
# Attributes that our rules add.
OUR_ATTRIBUTES = ("rel", "loading", "tabindex", "id", "data-language")
BLOCK = "blockquote|div|h[1-6]|hr|li|ol|p|pre|table|tbody|td|tr|ul"
COMMENT = re.compile(r"<!--(?:-?>|.*?-->)|<!.*?>", re.DOTALL)
TABLE_REGION = re.compile(r'<div class="table"[^>]*>(<table>.*</table>)</div>', re.DOTALL)
AROUND_BLOCKS = re.compile(rf"\s*(</?(?:{BLOCK})\b[^>]*>)\s*")


def normalised(markup):
    markup = COMMENT.sub("", TABLE_REGION.sub(r"\1", markup))
    tree = html5lib.parseFragment(markup, treebuilder="etree", namespaceHTMLElements=False)
    for element in tree.iter():
        element.attrib = {
            name: value
            for name, value in element.attrib.items()
            if name not in OUR_ATTRIBUTES and value not in ("external", "external bare")
        }
    text = ElementTree.tostring(tree, encoding="unicode")
    return AROUND_BLOCKS.sub(r"\1", re.sub(r"\s+", " ", text))


def with_headings_lowered(markup):
    """Return the expected HTML for a page whose title is its only first-level heading."""
    if "<h1>" not in markup:
        return markup
    return re.sub(r"(</?h)([1-6])(?=>)", lambda tag: f"{tag[1]}{min(int(tag[2]) + 1, 6)}", markup)


def deviates(example):
    ours = parse(example.markdown, media=("",)).html
    expected = with_headings_lowered(example.html)
    return normalised(ours) != normalised(expected)


def test_examples_match_except_where_we_differ_on_purpose():
    examples = read_examples(Path(os.environ["COMMONMARK_SPEC"]))
    assert len(examples) == 652
    different = [example.number for example in examples if deviates(example)]
    assert different == sorted(number for numbers in DEVIATIONS.values() for number in numbers)
