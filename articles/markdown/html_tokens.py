"""Raw HTML → tags and text, as browsers read them."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

# Possessive quantifiers and the alternatives for what is never closed keep the time linear.
TOKEN = re.compile(
    r"(?P<comment><!--(?:-?>|.*?--!?>)|<\?.*?\?>|<!\[CDATA\[.*?\]\]>|<![A-Za-z][^>]*+>)"
    r"|(?P<unclosed><(?:!--|\?|!\[CDATA\[|![A-Za-z]).*)"
    r"|<(?P<slash>/?)(?P<name>[A-Za-z][^\s/<>\"'=`]*+)"
    r"(?P<attributes>(?=[\s/>])(?>(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*))>",
    re.DOTALL,
)
ATTRIBUTE = re.compile(
    r"(?P<name>[^\s\"'<>/=]++)"
    r"(?:\s*+=\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<bare>[^\s\"'>]++)))?"
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag; `edge` is ``start`` or ``end``, `source` is how it was written."""

    name: str
    edge: str
    source: str
    attributes: Mapping[str, str] = field(default_factory=dict)


# A tag, a string of text, or None for a comment or another instruction to programs.
Token = Tag | str | None


def tokens(source: str) -> Iterator[tuple[int, int, Token]]:
    """Yield the start, the end and the value of each token of raw HTML.

    A comment that is never closed is text, with all that follows.

    >>> [token for start, end, token in tokens("a&amp;b<!-- c --><BR>")]
    ['a&b', None, Tag(name='br', edge='start', source='<BR>', attributes={})]
    """
    position = 0
    for match in TOKEN.finditer(source):
        if match.start() > position:
            yield position, match.start(), html.unescape(source[position : match.start()])
        yield match.start(), match.end(), _token(match)
        position = match.end()
    if position < len(source):
        yield position, len(source), html.unescape(source[position:])


def _token(match: re.Match[str]) -> Token:
    if match["unclosed"]:
        return match[0]
    if match["comment"]:
        return None
    edge = "end" if match["slash"] else "start"
    return Tag(match["name"].lower(), edge, match[0], _attributes(match["attributes"]))


def _attributes(source: str) -> dict[str, str]:
    """Return the attributes of a tag by lower-case name. The first of several counts."""
    attributes: dict[str, str] = {}
    for match in ATTRIBUTE.finditer(source):
        value = match["double"] or match["single"] or match["bare"] or ""
        attributes.setdefault(match["name"].lower(), html.unescape(value))
    return attributes
