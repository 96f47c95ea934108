"""The [[Target#Section|label]] rule: reading a target, resolving stored links, taking them out."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import quote, unquote

from articles.markdown import events
from articles.markdown.escaping import attribute
from articles.text import names

TARGET = re.compile(r"(?P<name>.*?)(?:#(?P<section>[^#].*))?\Z", re.DOTALL)
STORED = re.compile(
    r'<a class="wiki" href="wiki:(?P<key>[^"#]*)(?P<fragment>#[^"]*)?"'
    r'(?: data-name="(?P<name>[^"]*)")?>(?P<label>.*?)</a>',
    re.DOTALL,
)
NAME_LENGTH, KEY_LENGTH = 200, 255


def target(written: str) -> tuple[str, str]:
    """The name and the section that a link's target has.

    >>> target("War and Peace#Plot"), target("C#"), target("C##Syntax"), target("#Plot")
    (('War and Peace', 'Plot'), ('C#', ''), ('C#', 'Syntax'), ('', 'Plot'))
    """
    # A table keeps the backslash that its cell needs before the bar.
    match = TARGET.match(" ".join(written.removesuffix("\\").split()))
    name, section = (match["name"], match["section"] or "") if match else (written, "")
    return name.strip(), section.strip()


def is_name(name: str) -> bool:
    """Whether a link can be made to this name: neither empty nor out of all proportion."""
    return len(name) <= NAME_LENGTH and 0 < len(names.fold(name)) <= KEY_LENGTH


def label(name: str, section: str) -> str:
    """What a link shows that is written without a label."""
    return f"{name} § {section}" if name and section else name or section


def href(name: str, section: str) -> str:
    """The address that is stored for a link: by key, or within the page if there is no name."""
    fragment = f"#{quote(names.slug(section))}" if section else ""
    return f"wiki:{quote(names.fold(name), safe='')}{fragment}" if name else fragment


def anchor(name: str, section: str, shown: str) -> str:
    """The start tag that is stored for a link which shows `shown`; `resolve` reads it."""
    data = f' data-name="{attribute(name)}"' if name and name != shown else ""
    wiki = ' class="wiki"' if name else ""
    return f'<a{wiki} href="{href(name, section)}"{data}>'


def resolve(
    html: str, url_of: Callable[[str], str | None], missing: Callable[[str, str], str]
) -> str:
    """Stored HTML with its wikilinks made real.

    `url_of` gives the address of an article for a key, or None; `missing` gives the HTML of a
    link that leads nowhere, for the name as it was written and the HTML of the label.
    """

    def real(match: re.Match[str]) -> str:
        url = url_of(unquote(match["key"]))
        if url is None:
            name = unescape(match["name"] or re.sub("<[^>]*>", "", match["label"]))
            return missing(name, match["label"])
        return f'<a href="{attribute(url)}{match["fragment"] or ""}">{match["label"]}</a>'

    return STORED.sub(real, html)


def strip(source: str) -> str:
    """Markdown with each wikilink replaced by the words that it shows.

    >>> strip("See [[War and Peace|the novel]] and `[[code]]`.")
    'See the novel and `[[code]]`.'
    """
    raw = source.encode(errors="replace")
    out, position = [], 0
    for event in events.read(source):
        if event.kind == "Link" and event.edge == "start" and events.is_wikilink(event):
            written = raw[event.start + 2 : event.end - 2].decode()
            out += [raw[position : event.start].decode(), _shown(written)]
            position = event.end
    return "".join(out) + raw[position:].decode()


def _shown(written: str) -> str:
    """What stands between the brackets → what is shown, or all of it if it makes no link."""
    before, _bar, words = written.partition("|")
    name, section = target(before)
    if not (is_name(name) if name else section):
        return f"[[{written}]]"
    return words if words.strip() else label(name, section)
