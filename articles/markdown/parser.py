"""Markdown → a document: HTML, headings, plain text, links and images, in one pass over events."""

import re
from dataclasses import dataclass

from articles.markdown import labels, rules
from articles.markdown.sanitizer import sanitize
from articles.markdown.state import Heading, Image, Link, Page
from articles.text import names

__all__ = ["Document", "Heading", "Image", "Link", "count_words", "parse"]

CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Document:
    """What a Markdown text says."""

    html: str
    headings: tuple[Heading, ...]
    text: str
    links: tuple[Link, ...]
    images: tuple[Image, ...]
    word_count: int


def parse(source: str, *, language: str = "en", media: tuple[str, ...] = ()) -> Document:
    """The document that a Markdown text is.

    `language` (BCP 47) is that of the text, for the few words that pages say by themselves;
    `media` are the prefixes of addresses from which pictures may be shown.
    """
    source = source.encode(errors="replace").decode()
    page = Page(source, labels.words(language), media, names.direction(language))
    written = rules.render(page)
    text = "\n".join(page.blocks)
    return Document(
        html=sanitize(written),
        headings=tuple(page.headings),
        text=text,
        links=tuple(page.links),
        images=(*page.images, *page.footnotes.images()),
        word_count=count_words(text),
    )


def count_words(text: str) -> int:
    """Words as readers count them; two Chinese or Japanese characters make one.

    >>> count_words("Don't count 深度学习 twice")
    5
    """
    characters = len(CJK.findall(text))
    others = re.sub("[—–/]", " ", CJK.sub(" ", text)).split()
    words = sum(word.isalnum() or any(map(str.isalnum, word)) for word in others)
    return words + (characters + 1) // 2
