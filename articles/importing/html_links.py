"""The raw HTML of a Markdown text: the URLs in it, and what articles can't have."""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

from articles.markdown.containers import Rewritten
from articles.markdown.events import OPTIONS
from articles.markdown.html_elements import WITHOUT_CONTENT
from articles.markdown.html_tokens import Tag, tokens
from articles.markdown.raw_events import raw_events

# By the name of an element: what it is in Markdown, and the attribute with the URL.
ELEMENTS = {"a": ("Link", "href"), "img": ("Image", "src")}
VALUE = r"\s{}\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+))"
VALUES = {
    name: re.compile(VALUE.format(attribute), re.IGNORECASE)
    for name, (_kind, attribute) in ELEMENTS.items()
}
# What is shown in other systems, and not here.
LOST = WITHOUT_CONTENT - {"noembed", "noframes", "template"} | {"audio", "video"}
HINT = re.compile(rf"<(?:{'|'.join(sorted({*ELEMENTS, *LOST}))})[\s>]", re.IGNORECASE)


class HtmlUrl(NamedTuple):
    """The URL of a ``Link`` or an ``Image``, and the bytes of the text that it is written in."""

    kind: str
    text: str
    start: int
    end: int


class HtmlTag(NamedTuple):
    """A start tag, and the bytes of the text that it is written in."""

    tag: Tag
    start: int
    end: int

    def url(self) -> HtmlUrl | None:
        """Return the URL of a link or an image, or None."""
        if self.tag.name not in ELEMENTS:
            return None
        if not (match := VALUES[self.tag.name].search(self.tag.source)):
            return None
        start, end = match.span(match.lastgroup or "")
        source = self.tag.source
        offsets = (self.start + len(source[:position].encode()) for position in (start, end))
        return HtmlUrl(ELEMENTS[self.tag.name][0], unescape(source[start:end]), *offsets)


def html_tags(source: str) -> Iterator[HtmlTag]:
    """Yield the start tags in raw HTML that have URLs or are lost, not those in code.

    >>> [(tag.tag.name, tag.start) for tag in html_tags('A <img src="a.png"> and `<img>`')]
    [('img', 2)]
    """
    if not HINT.search(source):
        return
    rewritten = Rewritten(source)
    content = rewritten.text.encode()
    for event in raw_events(rewritten.text, OPTIONS):
        if event.kind == "InlineHtml" or (event.kind, event.edge) == ("HtmlBlock", "start"):
            html = content[event.start : event.end].decode()
            for start, end, token in tokens(html):
                if isinstance(token, Tag) and token.edge == "start" and HINT.match(token.source):
                    first = event.start + len(html[:start].encode())
                    last = first + len(html[start:end].encode())
                    yield HtmlTag(token, *rewritten.range(first, last))
