"""The fragment of a link, as its author wrote it → the id of the heading or block that it means.

Authors copy fragments from GitHub (``#travel--places``, ``#nextjs``, ``#c`` for “C++”), write the
text of a heading, the headings above it too (``A#B``), or ``^`` and the id of a block.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from html import unescape
from typing import Any
from urllib.parse import quote, unquote

from articles.markdown.elements import Heading
from articles.text import names

NO_LETTERS = re.compile(r"[\W_]+")
ID = re.compile(r'<[a-z][^>]* id="([^"]*)"')
# A link within the page, as our own rules write it.
PAGE_LINK = re.compile(r'(<a href="#)([^"]*)(?=")')
# Separates the headings of a path; a heading's slug has none.
PATH = "#"
# Headings with the same text that a path may choose from.
MAX_PATHS = 100
# Begins the id of a block.
BLOCK = "^"


def fragment_of(sections: Iterable[str]) -> str:
    """Return the fragment of a link to a section, from the path of headings to it.

    >>> fragment_of(["Part 1", "The plot"]), fragment_of(["^Abc1"]), fragment_of([])
    ('part-1#the-plot', '^abc1', '')
    """
    return PATH.join(
        (BLOCK if section.startswith(BLOCK) else "") + names.slug(section) for section in sections
    )


def last_id(fragment: str) -> str:
    """Return the id that a fragment means if no heading has another one.

    >>> last_id("part-1#the-plot"), last_id("^abc1")
    ('the-plot', 'abc1')
    """
    return fragment.rpartition(PATH)[2].removeprefix(BLOCK)


class Anchors:
    """The headings of a page, to look up by the fragments of links."""

    def __init__(self, headings: Iterable[Heading]) -> None:
        self.headings = list(headings)
        self.ids = {heading.anchor for heading in self.headings}

    def find(self, fragment: str) -> str | None:
        """Return the id of the heading that `fragment` means, None if there is none.

        An id comes before the text of a heading, and that before its letters and digits alone.
        """
        if fragment.startswith(BLOCK):
            return None
        *above, last = fragment.split(PATH)
        if above and (within := self._find_within(above, last)):
            return within
        if last in self.ids:
            return last
        letters = _letters(last)
        return self._by_slug.get(names.slug(last)) or (self._by_letters.get(letters) or None)

    def text(self, fragment: str) -> str:
        """Return the text of the heading that `fragment` means, or an empty string."""
        anchor = self.find(fragment) if fragment else None
        return next((row.text for row in self.headings if row.anchor == anchor), "")

    def _find_within(self, above: list[str], last: str) -> str | None:
        """Return the id of the first heading `last` that is below the headings `above`."""
        for path in self._paths.get(last, ()):
            if _contains(path, above):
                return path[-1].anchor
        return None

    @cached_property
    def _paths(self) -> dict[str, list[list[Heading]]]:
        """The first `MAX_PATHS` headings with each id or slug, after the headings above them."""
        paths: dict[str, list[list[Heading]]] = {}
        path: list[Heading] = []
        for heading in self.headings:
            while path and path[-1].level >= heading.level:
                path.pop()
            path.append(heading)
            for key in _ids(heading):
                if len(same := paths.setdefault(key, [])) < MAX_PATHS:
                    same.append(path.copy())
        return paths

    @cached_property
    def _by_slug(self) -> dict[str, str]:
        return {names.slug(heading.text): heading.anchor for heading in reversed(self.headings)}

    @cached_property
    def _by_letters(self) -> dict[str, str]:
        """Ids by the letters and digits of the fragments that GitHub makes of the headings, which
        are numbered if they are equal, and of the ids."""
        numbers: dict[str, int] = {}
        by_letters: dict[str, str] = {}
        for heading in self.headings:
            letters = _letters(heading.text)
            number = numbers[letters] = numbers.get(letters, -1) + 1
            by_letters.setdefault(f"{letters}{number or ''}", heading.anchor)
        for heading in self.headings:
            by_letters.setdefault(_letters(heading.anchor), heading.anchor)
        by_letters.pop("", None)
        return by_letters


def _ids(heading: Heading) -> set[str]:
    return {heading.anchor, names.slug(heading.text)}


def _contains(path: list[Heading], above: list[str]) -> bool:
    """Return whether the headings `above` are above the end of `path`, in this order."""
    remaining = iter(path[:-1])
    return all(any(part in _ids(heading) for heading in remaining) for part in above)


def _letters(text: str) -> str:
    return NO_LETTERS.sub("", names.fold(text))


def toc_anchors(toc: Iterable[Mapping[str, Any]]) -> Anchors:
    """Return the headings of a stored table of contents."""
    return Anchors(Heading(**entry) for entry in toc)


def ids_in(html: str) -> set[str]:
    """Return the ids of all elements in our own HTML."""
    return set(map(unescape, ID.findall(html)))


def resolve_page_links(html: str, headings: Iterable[Heading]) -> str:
    """Return the HTML of a document whose links within the page lead to ids that it has."""
    if not PAGE_LINK.search(html):
        return html
    anchors = PageAnchors(headings, html)
    return PAGE_LINK.sub(
        lambda match: f"{match[1]}{quote(anchors.resolve(unquote(unescape(match[2]))))}", html
    )


class PageAnchors(Anchors):
    """The headings and all other elements of a page that have an id."""

    def __init__(self, headings: Iterable[Heading], html: str) -> None:
        super().__init__(headings)
        self.html = html

    def resolve(self, fragment: str) -> str:
        """Return the id that `fragment` means, or the one that it names if the page has none."""
        if fragment in self.ids or fragment in self._all_ids:
            return fragment
        last = last_id(fragment)
        return self.find(fragment) or self._all_by_letters.get(_letters(last)) or last

    @cached_property
    def _all_ids(self) -> set[str]:
        return ids_in(self.html)

    @cached_property
    def _all_by_letters(self) -> dict[str, str]:
        # An author's id in HTML is stored as a slug.
        return {_letters(identifier): identifier for identifier in sorted(self._all_ids)}
