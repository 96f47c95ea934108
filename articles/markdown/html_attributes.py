"""The attributes that an element of HTML may have in an article."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from articles.markdown.escaping import attribute
from articles.markdown.html_elements import HEADINGS
from articles.markdown.html_tokens import Tag

ALIGNMENTS = ("left", "center", "right")
ALIGNED = HEADINGS | {"div", "p", "td", "th"}
WITH_LANGUAGE = frozenset(("div", "p", "span"))
WITH_DIRECTION = WITH_LANGUAGE | {"bdo"}
DIRECTIONS = ("ltr", "rtl")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")
SPAN = re.compile(r"0*([1-9]\d{0,2})")
# CSS pixels; relative sizes are left to the style sheet.
LENGTH = re.compile(r"\s*0*([1-9]\d{0,3})(?:px)?\s*")


class Element(NamedTuple):
    """An element of HTML with its attributes. The direction may be set by its text as well."""

    name: str
    attributes: str = ""
    direction: str = ""


def element(tag: Tag) -> Element:
    """Return the element that a start tag begins, with those attributes that it may have.

    >>> element(Tag("p", "start", "", {"align": "Center", "style": "color: red"}))
    Element(name='p', attributes=' class="center"', direction='')
    """
    source = tag.attributes
    values: dict[str, str] = {}
    if align := alignment(tag):
        values["class"] = align
    if tag.name == "abbr" and source.get("title"):
        values["title"] = source["title"]
    if tag.name == "details" and "open" in source:
        values["open"] = ""
    if tag.name in WITH_LANGUAGE and LANGUAGE.fullmatch(source.get("lang", "")):
        values["lang"] = source["lang"]
    if tag.name in ("td", "th"):
        values |= _numbers(tag, SPAN, "colspan", "rowspan")
    return Element(tag.name, _format(values), _direction(tag))


def alignment(tag: Tag) -> str:
    """Return the class for the ``align`` attribute of a tag, or an empty string."""
    align = tag.attributes.get("align", "").strip().lower()
    return align if tag.name in ALIGNED and align in ALIGNMENTS else ""


def size(tag: Tag) -> dict[str, int]:
    """Return the width and height of an image, in CSS pixels, as far as they are given so."""
    return {name: int(number) for name, number in _numbers(tag, LENGTH, "width", "height")}


def _direction(tag: Tag) -> str:
    direction = tag.attributes.get("dir", "").strip().lower()
    return direction if tag.name in WITH_DIRECTION and direction in DIRECTIONS else ""


def _numbers(tag: Tag, pattern: re.Pattern[str], *names: str) -> Iterator[tuple[str, str]]:
    for name in names:
        if match := pattern.fullmatch(tag.attributes.get(name, "")):
            yield name, match[1]


def _format(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{attribute(value)}"' for name, value in attributes.items())
