"""The [[Target#Section|label]] rule: reading a target, resolving stored links, taking them out."""

import re
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import quote, unquote

from articles.text import events, names

TARGET = re.compile(r"(?P<name>.*?)(?:#(?P<section>[^#].*))?\Z", re.DOTALL)
STORED = re.compile(
    r'<a class="wiki" href="wiki:(?P<key>[^"#]*)(?P<fragment>#[^"]*)?"'
    r'(?: data-name="(?P<name>[^"]*)")?>(?P<label>.*?)</a>',
    re.DOTALL,
)
NAME_LENGTH = 200


def target(written: str) -> tuple[str, str]:
    """The name and the section that a link's target has.

    >>> target("War and Peace#Plot"), target("C#"), target("C##Syntax"), target("#Plot")
    (('War and Peace', 'Plot'), ('C#', ''), ('C#', 'Syntax'), ('', 'Plot'))
    """
    match = TARGET.match(" ".join(written.split()))
    name, section = (match["name"], match["section"] or "") if match else (written, "")
    return name.strip(), section.strip()


def label(name: str, section: str) -> str:
    """What a link shows that is written without a label."""
    return f"{name} § {section}" if name and section else name or section


def href(name: str, section: str) -> str:
    """The address that is stored for a link: by key, or within the page if there is no name."""
    fragment = f"#{quote(names.slug(section))}" if section else ""
    return f"wiki:{quote(names.fold(name), safe='')}{fragment}" if name else fragment


def anchor(name: str, section: str, shown: str) -> str:
    """The start tag that is stored for a link which shows `shown`; `resolve` reads it."""
    data = f' data-name="{escape(name)}"' if name and name != shown else ""
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
        return f'<a href="{escape(url + (match["fragment"] or ""))}">{match["label"]}</a>'

    return STORED.sub(real, html)


def strip(source: str) -> str:
    """Markdown with each wikilink replaced by the words that it shows.

    >>> strip("See [[War and Peace|the novel]] and `[[code]]`.")
    'See the novel and `[[code]]`.'
    """
    raw = source.encode()
    out, position = [], 0
    for event in events.read(source):
        if event.kind == "Link" and event.edge == "start" and events.is_wikilink(event):
            written, bar, words = raw[event.start + 2 : event.end - 2].decode().partition("|")
            out.append(raw[position : event.start].decode())
            out.append(words if bar and words else label(*target(written)))
            position = event.end
    return "".join(out) + raw[position:].decode()
