"""The HTML of an article → its first picture."""

from html.parser import HTMLParser
from typing import NamedTuple

BEGINNING = "<img "
# No longer one is looked at, so that the text after it is not read.
LONGEST = 4000


class Picture(NamedTuple):
    """Where a picture lies, and what it shows in words."""

    src: str
    alt: str


class _First(HTMLParser):
    """Reads the attributes of the first tag."""

    attributes: dict[str, str | None] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes = self.attributes or dict(attrs)


def first(html: str) -> Picture | None:
    """The first picture of a stored text. Only our own are stored as pictures.

    >>> first('<p><img src="/media/a%20map.png" alt="A map" loading="lazy"></p>')
    Picture(src='/media/a%20map.png', alt='A map')
    """
    start = html.find(BEGINNING)
    if start < 0:
        return None
    reader = _First()
    reader.feed(html[start : start + LONGEST])
    attributes = reader.attributes or {}
    return Picture(attributes.get("src") or "", attributes.get("alt") or "")
