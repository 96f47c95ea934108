r"""Markdown whose links lead to sections → the same Markdown with other sections in these links.

Links are recognised by the parser, so that code, escaped brackets and footnotes are treated as on
the page. Everything but the section stays as it was written: the spelling of the name, a path of
headings, and the label.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from articles.markdown import anchors, urls, wikilinks
from articles.markdown.elements import Heading
from articles.markdown.events import Event, is_wikilink, parse_events
from articles.text import names

# What would end the section, the target or the link, or begin an escape.
SYNTAX = re.compile(r"[\[\]|#\\&<>\r\n]")
URL_FRAGMENT = re.compile(rb"#(?P<fragment>[^\s)>\"']*)")
DEFINITION = re.compile(
    rb"^[ \t>]*\[(?P<label>[^\[\]]+)\]:[ \t>]*(?:\r?\n[ \t>]*)?"
    rb"(?:<(?P<pointed>[^<>\r\n]*)>|(?P<plain>[^<\s]\S*))",
    re.MULTILINE,
)

# Returns the heading that a link to a name's key and a fragment should lead to, or None.
ReplacementOf = Callable[[str, str], Heading | None]


class Replacement(NamedTuple):
    """Bytes of the source, from `start` to `end`, and what takes their place."""

    start: int
    end: int
    text: bytes


def replace_sections(source: str, replacement_of: ReplacementOf, hosts: Sequence[str] = ()) -> str:
    """Return `source` with the sections of links to articles replaced. `hosts` are as in `parse`.

    >>> new = Heading(2, "The plot", "the-plot")
    >>> replace_sections("[[War#Plot|it]], `[[War#Plot]]`", lambda key, fragment: new)
    '[[War#The plot|it]], `[[War#Plot]]`'
    """
    content = source.encode(errors="replace")
    replacements = set(_SectionLinks(content, replacement_of, hosts).replacements())
    for replacement in sorted(replacements, reverse=True):
        content = content[: replacement.start] + replacement.text + content[replacement.end :]
    return content.decode()


class _SectionLinks:
    """The links of a text to sections of articles, with what should take their place."""

    def __init__(
        self, content: bytes, replacement_of: ReplacementOf, hosts: Sequence[str]
    ) -> None:
        self.content = content
        self.replacement_of = replacement_of
        self.hosts = hosts
        self.events = parse_events(content.decode())

    def replacements(self) -> Iterator[Replacement]:
        for index, event in enumerate(self.events):
            if event.edge != "start" or event.kind not in ("Link", "Image"):
                continue
            if is_wikilink(event):
                replacement = self._in_wikilink(event)
            elif event.kind == "Link":
                replacement = self._in_url(index, event)
            else:
                continue
            if replacement:
                yield replacement

    def _in_wikilink(self, event: Event) -> Replacement | None:
        target: str = event.value["dest_url"]
        start = self.content.find(b"[[", event.start) + len(b"[[")
        name, path = wikilinks.parse_path(target)
        heading = self._heading(wikilinks.linked_name(name), path)
        if heading is None or not self.content.startswith(target.encode(), start):
            return None
        position = _section_position(target)
        # A backslash at the end escapes the bar after the target, in a table.
        bar = "\\" if target.endswith("\\") else ""
        replaced = f"{target[:position]}{_as_section(heading)}{bar}"
        if names.slug(wikilinks.parse_target(replaced)[1]) != heading.anchor:
            return None
        return Replacement(start, start + len(target.encode()), replaced.encode())

    def _in_url(self, index: int, event: Event) -> Replacement | None:
        url: str = event.value["dest_url"]
        name, fragment = urls.parse_article_url(url, self.hosts) or ("", "")
        heading = self._heading(name, (fragment,) if fragment else ())
        if heading is None:
            return None
        if event.value["link_type"] == "Inline":
            text_end = max(event.start, _end_of_text(self.events, index))
            span = self._fragment(url, text_end, event.end)
        else:
            span = self._fragment_of_definition(event)
        return span and Replacement(*span, urls.percent_encode(heading.anchor).encode())

    def _heading(self, name: str, path: Sequence[str]) -> Heading | None:
        if not (name and path):
            return None
        key, fragment = names.fold(name), anchors.fragment_of(path)
        keys = filter(None, (key, wikilinks.last_key(key)))
        headings = (self.replacement_of(key, fragment) for key in keys)
        return next(filter(None, headings), None)

    def _fragment(self, url: str, start: int, end: int) -> tuple[int, int] | None:
        """Return where the fragment of `url`, which may contain spaces, is in the source."""
        exact = self.content.find(url.encode(), start, end)
        if exact >= 0:
            return exact + url.encode().index(b"#") + 1, exact + len(url.encode())
        match = URL_FRAGMENT.search(self.content, start, end)
        return match.span("fragment") if match else None

    def _fragment_of_definition(self, event: Event) -> tuple[int, int] | None:
        """Return where the fragment of the URL of a reference link is in the source."""
        url = event.value["dest_url"].encode()
        for start, end in self._definitions.get(_label(event.value["id"]), ()):
            if self.content[start:end] == url:
                return start + url.index(b"#") + 1, end
        return None

    @cached_property
    def _definitions(self) -> dict[str, list[tuple[int, int]]]:
        """Where the URLs of link reference definitions are (CommonMark 4.7), by label."""
        definitions: dict[str, list[tuple[int, int]]] = {}
        for match in DEFINITION.finditer(self.content):
            span = match.span("pointed" if match["pointed"] is not None else "plain")
            definitions.setdefault(_label(match["label"].decode()), []).append(span)
        return definitions


def _label(text: str) -> str:
    return " ".join(text.casefold().split())


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
