"""Entries → an Atom feed (RFC 4287), well-formed XML whatever they hold."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

NAMESPACE = "http://www.w3.org/2005/Atom"
# What XML 1.0 (2.2) cannot carry, not even as a reference.
IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Category = tuple[str, str]


@dataclass(frozen=True)
class Entry:
    """An article in a feed. Addresses are absolute; a category is a term and its label."""

    id: str
    title: str
    language: str
    url: str
    source: str
    published: datetime
    updated: datetime
    author: str
    categories: Sequence[Category]
    summary: str
    html: str


@dataclass(frozen=True)
class Feed:
    """What a feed says of itself: `url` is its own address, `page` the one that it follows."""

    id: str
    title: str
    language: str
    url: str
    page: str
    updated: datetime
    author: str
    icon: str
    entries: Sequence[Entry]


def write(feed: Feed) -> bytes:
    root = Element("feed", {"xmlns": NAMESPACE, "xml:lang": feed.language})
    _say(root, "id", feed.id)
    _say(root, "title", feed.title)
    _say(root, "updated", feed.updated.isoformat())
    _say(SubElement(root, "author"), "name", feed.author)
    _link(root, "self", feed.url, "application/atom+xml")
    _link(root, "alternate", feed.page, "text/html")
    _say(root, "icon", feed.icon)
    _say(root, "generator", "Diwan")
    for entry in feed.entries:
        _write_entry(SubElement(root, "entry", {"xml:lang": entry.language}), entry)
    xml: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml


def _write_entry(element: Element, entry: Entry) -> None:
    _say(element, "id", entry.id)
    _say(element, "title", entry.title)
    _say(element, "published", entry.published.isoformat())
    _say(element, "updated", entry.updated.isoformat())
    if entry.author:
        _say(SubElement(element, "author"), "name", entry.author)
    _link(element, "alternate", entry.url, "text/html", entry.language)
    _link(element, "alternate", entry.source, "text/markdown", entry.language)
    for term, label in entry.categories:
        SubElement(element, "category", {"term": possible(term), "label": possible(label)})
    if entry.summary:
        _say(element, "summary", entry.summary)
    _say(element, "content", entry.html, type="html")


def _say(parent: Element, name: str, text: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = possible(text)


def _link(parent: Element, rel: str, href: str, media: str, language: str = "") -> None:
    attributes = {"rel": rel, "type": media, "href": href}
    if language:
        attributes["hreflang"] = language
    SubElement(parent, "link", attributes)


def possible(text: str) -> str:
    """`text` without the characters that no XML can hold.

    >>> possible("form\\x0c feed")
    'form feed'
    """
    return IMPOSSIBLE.sub("", text)
