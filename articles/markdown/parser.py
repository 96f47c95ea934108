"""Markdown → a document: HTML, headings, plain text, links and images, in one pass over events."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from articles.markdown import headings, rules
from articles.markdown.anchors import resolve_page_links
from articles.markdown.elements import DroppedTag, Heading, Image, Link
from articles.markdown.positions import line_numbers
from articles.markdown.sanitizer import sanitize
from articles.markdown.state import RenderState
from articles.text.tokens import is_word

__all__ = [
    "RENDERER_VERSION",
    "Document",
    "Heading",
    "Image",
    "Link",
    "count_words",
    "parse",
    "split_title",
]

# Raise it with each change of the output: articles of earlier versions are rendered again.
RENDERER_VERSION = 1
CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# They separate words, as spaces do.
SEPARATORS = ("—", "–", "/")


@dataclass(frozen=True)
class Document:
    """A rendered Markdown text."""

    html: str
    headings: tuple[Heading, ...]
    text: str
    links: tuple[Link, ...]
    images: tuple[Image, ...]
    word_count: int
    dropped: tuple[DroppedTag, ...] = ()


def parse(
    source: str,
    *,
    title: str = "",
    language: str = "en",
    media: tuple[str, ...] = (),
    hosts: Sequence[str] = (),
) -> Document:
    """Render `source`.

    The page shows `title` as its first-level heading: a heading that repeats it is left out, and
    if there are other first-level headings, all are lowered by one level. `language` (BCP 47) is
    the language of the text: it decides the base direction and the generated labels. Images are
    displayed only if their URL begins with one of `media`. `hosts` are those of the site, as in
    Django's ``ALLOWED_HOSTS``: links to its articles by absolute URLs are recognised by them.
    """
    source = source.encode(errors="replace").decode()
    return render(RenderState(source, language, title=title, media=media, hosts=hosts))


def render(state: RenderState) -> Document:
    """Return the document whose rendering begins with `state`, which then has more about it."""
    html = resolve_page_links(rules.render(state), state.headings)
    text = "\n".join(state.blocks)
    return Document(
        html=sanitize(html),
        headings=tuple(state.headings),
        text=text,
        links=tuple(state.links),
        images=(*state.images, *state.footnotes.images()),
        word_count=count_words(text),
        dropped=_dropped_tags(state),
    )


def _dropped_tags(state: RenderState) -> tuple[DroppedTag, ...]:
    names = [name for name, _offset in state.dropped]
    offsets = [offset for _name, offset in state.dropped]
    lines = line_numbers(state.source, offsets)
    rows = zip(names, lines, offsets, strict=True)
    return tuple(DroppedTag(name, line + 1, offset) for name, line, offset in rows)


def split_title(source: str) -> tuple[str, str] | None:
    """Return the text of the first-level heading that begins `source`, and the rest of it.

    None if `source` begins with anything else.

    >>> split_title("# C# *in Depth* #\\n\\nWords.")
    ('C# in Depth', 'Words.')
    """
    state = RenderState(source, "en")
    index = headings.title_index(state.events)
    if index is None:
        return None
    rules.render_heading(state)
    start, end = state.events[index].start, state.events[index].end
    before, after = state.source[:start].strip(b" \r\n"), state.source[end:].lstrip(b"\r\n")
    rest = b"\n\n".join(filter(None, (before, after)))
    return state.headings[0].text, rest.decode()


def count_words(text: str) -> int:
    """Return the number of words. Two Chinese or Japanese characters count as one.

    >>> count_words("Don't count 深度学习 twice")
    5
    """
    text, characters = (text, 0) if text.isascii() else CJK.subn(" ", text)
    for separator in SEPARATORS:
        text = text.replace(separator, " ")
    return sum(map(is_word, text.split())) + (characters + 1) // 2
