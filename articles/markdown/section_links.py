r"""Markdown whose links lead to sections → the same Markdown with other sections in these links.

Links are recognised by the parser, so that code, escaped brackets and footnotes are treated as on
the page. Everything but the section stays as it was written: the spelling of the name, a path of
headings, and the label.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from articles.markdown import urls, wikilinks
from articles.markdown.elements import Heading
from articles.markdown.events import Event, is_wikilink, parse_events
from articles.text import names

# What would end the section, the target or the link, or begin an escape.
SYNTAX = re.compile(r"[\[\]|#\\&<>\r\n]")
URL_FRAGMENT = re.compile(rb"#(?P<fragment>[^\s)>\"']*)")

# Returns the heading that a link to a name's key and a section's anchor should lead to, or None.
ReplacementOf = Callable[[str, str], Heading | None]


class Replacement(NamedTuple):
    """Bytes of the source, from `start` to `end`, and what takes their place."""

    start: int
    end: int
    text: bytes


def replace_sections(source: str, replacement_of: ReplacementOf) -> str:
    """Return `source` with the sections of links to articles replaced.

    >>> new = Heading(2, "The plot", "the-plot")
    >>> replace_sections("[[War#Plot|it]], `[[War#Plot]]`", lambda key, anchor: new)
    '[[War#The plot|it]], `[[War#Plot]]`'
    """
    content = source.encode(errors="replace")
    for replacement in sorted(_replacements(content, replacement_of), reverse=True):
        content = content[: replacement.start] + replacement.text + content[replacement.end :]
    return content.decode()


def _replacements(content: bytes, replacement_of: ReplacementOf) -> Iterator[Replacement]:
    events = parse_events(content.decode())
    for index, event in enumerate(events):
        if (event.kind, event.edge) != ("Link", "start"):
            continue
        if is_wikilink(event):
            replacement = _in_wikilink(content, event, replacement_of)
        else:
            text_end = max(event.start, _end_of_text(events, index))
            replacement = _in_url(content, event, text_end, replacement_of)
        if replacement:
            yield replacement


def _in_wikilink(
    content: bytes, event: Event, replacement_of: ReplacementOf
) -> Replacement | None:
    target: str = event.value["dest_url"]
    start = event.start + len("[[")
    name, section = wikilinks.parse_target(target)
    heading = _heading(name, section, replacement_of)
    if heading is None or not content.startswith(target.encode(), start):
        return None
    position = _section_position(target)
    # A backslash at the end escapes the bar after the target, in a table.
    bar = "\\" if target.endswith("\\") else ""
    replaced = f"{target[:position]}{_as_section(heading)}{bar}"
    if names.slug(wikilinks.parse_target(replaced)[1]) != heading.anchor:
        return None
    return Replacement(start, start + len(target.encode()), replaced.encode())


def _heading(name: str, section: str, replacement_of: ReplacementOf) -> Heading | None:
    return replacement_of(names.fold(name), names.slug(section)) if name and section else None


def _section_position(target: str) -> int:
    """Return where the last heading of a target's path begins."""
    # Escapes separate nothing; their length stays.
    masked = wikilinks.ESCAPE.sub(lambda match: "x" * len(match[0]), target)
    first = wikilinks.NAME_END.search(masked)
    position = first.end() if first else len(target)
    for match in wikilinks.HEADING_END.finditer(masked, position):
        position = match.end()
    return position


def _as_section(heading: Heading) -> str:
    """Return what to write in a link to `heading`: its text, or its anchor if the text has syntax
    of links in it or is not unique."""
    text = " ".join(heading.text.split())
    is_unique = names.slug(text) == heading.anchor and not SYNTAX.search(text)
    return text if is_unique else heading.anchor


def _end_of_text(events: list[Event], index: int) -> int:
    """Return where the text of the link that begins at `index` ends in the source."""
    link = events[index]
    end = link.start
    for event in events[index + 1 :]:
        if (event.kind, event.edge, event.start) == ("Link", "end", link.start):
            break
        end = max(end, event.end)
    return end


def _in_url(
    content: bytes, event: Event, text_end: int, replacement_of: ReplacementOf
) -> Replacement | None:
    """Return the replacement in a link with a URL, unless its URL is in another line, as those of
    references are."""
    target = urls.parse_article_url(event.value["dest_url"])
    heading = _heading(*target, replacement_of) if target else None
    match = URL_FRAGMENT.search(content, text_end, event.end)
    if heading is None or match is None or event.value["link_type"] != "Inline":
        return None
    return Replacement(*match.span("fragment"), urls.percent_encode(heading.anchor).encode())
