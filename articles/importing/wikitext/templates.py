"""Templates of wikitext. The text of most is in another page, which the converter doesn't read:
those are left out and reported. A few are the same in most wikis."""

import re

from django.utils.translation import gettext as _

from articles.importing.wikitext.links import destination
from articles.importing.wikitext.state import Node, State, inner_position

# Templates and parser functions that show nothing in the text.
SILENT = re.compile(
    r"(?:defaultsort|displaytitle|ordenar|sortierung|clear|-|toc.*|reflist|references|notelist"
    r"|refbegin|refend|short description|use (?:dmy|mdy) dates|use [a-z ]*english|coord|!-)\Z",
    re.IGNORECASE,
)
# Templates that show one of their arguments, by its number.
ARGUMENTS = {
    "lang": 2,
    "nowrap": 1,
    "nobr": 1,
    "nobold": 1,
    "small": 1,
    "big": 1,
    "abbr": 1,
    "em": 1,
    "strong": 1,
    "math": 1,
    "visible anchor": 1,
    "transl": 2,
    "transliteration": 2,
    "script": 2,
    "zh": 1,
    "mvar": 1,
}
CHARACTERS = {
    "!": "|",
    "=": "=",
    "'": "'",
    "ndash": "–",
    "mdash": "—",
    "snd": " – ",
    "nbsp": "\xa0",
}
CITATION = re.compile(
    r"(?:cite|citation|literatur|internetquelle|ouvrage|lien web)\b", re.IGNORECASE
)
TITLES = ("title", "titel", "titre", "chapter")
URLS = ("url", "lien", "lire en ligne")
WORKS = ("work", "website", "journal", "newspaper", "magazine", "publisher", "werk", "verlag")
DATES = ("date", "year", "datum", "jahr", "année")
AUTHORS = ("author", "author1", "autor", "auteur")


def template(state: State, node: Node, position: int) -> str:
    """Return what a template shows, as far as that is known."""
    name = " ".join(str(node.name).replace("_", " ").split())
    key = name.lower().removeprefix("template:")
    if key == "pagename" or key == "fullpagename":
        return state.title
    if key in CHARACTERS:
        return CHARACTERS[key]
    if key in ARGUMENTS and _has(node, str(ARGUMENTS[key])):
        argument = node.get(str(ARGUMENTS[key])).value
        return state.inline(argument, inner_position(node, argument, position))
    if CITATION.match(key) and (text := citation(state, node, position)):
        return text
    if not SILENT.match(key.partition(":")[0]):
        state.report(
            _("Template %(subject)s is not understood: it is left out."),
            f"{{{{{name}}}}}",
            position,
        )
    return ""


def citation(state: State, node: Node, position: int) -> str:
    """Return the author, the title with its link, the work and the date of a cited source."""
    title, url = (_first(state, node, names, position) for names in (TITLES, URLS))
    author = _author(state, node, position)
    work, date = (_first(state, node, names, position) for names in (WORKS, DATES))
    heading = state.fragments.markdown(title)
    if url:
        heading = f"[{heading or url}]({destination(url)})"
    parts = [
        state.fragments.markdown(author),
        heading,
        work and f"*{state.fragments.markdown(work)}*",
    ]
    markdown = ", ".join(filter(None, [*parts, state.fragments.markdown(date)]))
    plain = ", ".join(filter(None, [author, title, work, date]))
    return state.fragments.inline(markdown, plain) if markdown else ""


def _author(state: State, node: Node, position: int) -> str:
    names = [_first(state, node, [name], position) for name in ("first", "last")]
    if not names[1]:
        names = [_first(state, node, [name], position) for name in ("first1", "last1")]
    return " ".join(filter(None, names)) or _first(state, node, AUTHORS, position)


def _first(state: State, node: Node, names: tuple[str, ...] | list[str], position: int) -> str:
    values = (state.plain(node.get(name).value, position) for name in names if _has(node, name))
    return next(filter(None, values), "")


def _has(node: Node, name: str) -> bool:
    return bool(node.has(name))
