"""Wikitext, the markup of MediaWiki → Markdown with wikilinks.

mwparserfromhell parses the text into nodes. The rules of this package turn each node into text
with marks for what is Markdown already (`fragments`); then lines become blocks (`blocks`), and the
apostrophes in them emphasis (`quotes`).
"""

import re
from functools import partial
from typing import NamedTuple

from django.utils.translation import gettext as _

from articles.importing.requirements import optional_module
from articles.importing.wikitext.blocks import convert_blocks
from articles.importing.wikitext.fragments import (
    COMMENT,
    LEFT_OUT,
    without_marks,
    without_positions,
)
from articles.importing.wikitext.links import LINK_TRAIL, external_link, wikilink
from articles.importing.wikitext.state import Issue, Node, State, Wiki
from articles.importing.wikitext.tags import define_references_in_template, heading, tag
from articles.importing.wikitext.templates import template

__all__ = ["ConvertedPage", "Issue", "Wiki", "WikitextError", "convert"]

# Brackets and tags that may be open at once, of each kind. The parser looks for the end of each,
# which takes quadratic time if there is none.
MAX_OPEN = 1_000
# Pairs of patterns: what opens, and what closes.
PAIRS = [
    (r"\[", r"\]"),
    (r"\{", r"\}"),
    (r"<(?!(?:br|hr|wbr|li|p|nowiki)\b)[a-z][^<>/]*(?:/(?!>)[^<>/]*)*>", r"</[a-z]"),
    (r"<!--", r"-->"),
]
BRACKETS = [
    re.compile(f"(?P<open>{opening})|{closing}", re.IGNORECASE) for opening, closing in PAIRS
]
# Behavior switches, such as __NOTOC__, show nothing.
SWITCH = re.compile("__[A-Z]{3,20}__")


class WikitextError(ValueError):
    """A text that is not converted, and why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ConvertedPage(NamedTuple):
    """A page as Markdown, the lines of the wikitext, counted from 0, that links in its lines are
    from, its categories, and what was not understood."""

    markdown: str
    lines: list[int]
    tags: list[str]
    issues: list[Issue]


def convert(source: str, title: str, wiki: Wiki) -> ConvertedPage:
    """Convert the wikitext of the page with that title.

    Raises `WikitextError`, and `MissingRequirement` if mwparserfromhell is not installed.
    """
    parser = optional_module("mwparserfromhell", "MediaWiki's pages")
    source = without_positions(without_marks(source.replace("\r\n", "\n")))[0]
    _refuse_unclosed(source)
    parse = partial(parser.parse, skip_style_tags=True)
    state = State(source, title, wiki, parse, _inline)
    code = parse(source)
    markdown = convert_blocks(SWITCH.sub("", _inline(state, code, 0)), state.fragments)
    for key in state.references.undefined():
        position = state.references.positions[key]
        state.report(_("Reference “%(subject)s” has no text."), key, position)
    footnotes = state.references.definitions()
    text, positions = without_positions("\n\n".join(filter(None, [markdown, footnotes])))
    return ConvertedPage(
        f"{text}\n" if text else "",
        [source.count("\n", 0, position) for position in positions],
        list(filter(None, state.tags)),
        state.issues,
    )


def _refuse_unclosed(source: str) -> None:
    for pattern in BRACKETS:
        depth = 0
        for match in pattern.finditer(source):
            depth = depth + 1 if match["open"] else max(0, depth - 1)
            if depth > MAX_OPEN:
                text = _(
                    "The page has more than %(limit)s brackets or tags that are not closed."
                ) % {"limit": f"{MAX_OPEN:,}"}
                raise WikitextError(text)


def _inline(state: State, code: Node, position: int) -> str:
    """Return code as text with marks. Letters right after a link belong to it."""
    parts: list[str] = []
    nodes = code.nodes
    trail = ""
    for index, node in enumerate(nodes):
        kind = type(node).__name__
        length = len(str(node))
        if kind == "Wikilink":
            following = nodes[index + 1] if index + 1 < len(nodes) else None
            match = (
                LINK_TRAIL.match(str(following)) if type(following).__name__ == "Text" else None
            )
            trail = match[0] if match else ""
            parts.append(wikilink(state, node, position, trail) or LEFT_OUT)
        else:
            text = _node(state, node, kind, position).removeprefix(trail)
            parts.append(text or (COMMENT if kind == "Comment" else LEFT_OUT))
            trail = ""
        position += length
    return "".join(parts)


def _node(state: State, node: Node, kind: str, position: int) -> str:
    match kind:
        case "Text":
            return str(node.value)
        case "Heading":
            return heading(state, node.title, node.level, position)
        case "Tag":
            return tag(state, node, position)
        case "ExternalLink":
            return external_link(state, node, position)
        case "HTMLEntity":
            return without_marks(str(node.normalize()))
        case "Template":
            define_references_in_template(state, node, position)
            return template(state, node, position)
        case "Argument":
            return state.inline(node.default, position) if node.default is not None else ""
    return ""
