"""[[Target#Section|label]]: parse a target, store a link by key, resolve stored links."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import quote, unquote

from articles.markdown.escaping import attribute
from articles.text import names

TARGET = re.compile(r"(?P<name>.*?)(?:#(?P<section>[^#].*))?\Z", re.DOTALL)
STORED_LINK = re.compile(
    r'<a class="wiki" href="wiki:(?P<key>[^"#]*)(?P<fragment>#[^"]*)?"'
    r'(?: data-name="(?P<name>[^"]*)")?>(?P<label>.*?)</a>',
    re.DOTALL,
)


def parse_target(target: str) -> tuple[str, str]:
    """Return the name and the section of a link's target.

    >>> parse_target("War and Peace#Plot"), parse_target("C#")
    (('War and Peace', 'Plot'), ('C#', ''))
    >>> parse_target("C##Syntax"), parse_target("#Plot")
    (('C#', 'Syntax'), ('', 'Plot'))
    """
    # In a table the bar is escaped, and the parser leaves the backslash in the target.
    match = TARGET.match(" ".join(target.removesuffix("\\").split()))
    name, section = (match["name"], match["section"] or "") if match else (target, "")
    return name.strip(), section.strip()


def is_valid_name(name: str) -> bool:
    """Return whether an article could have this name: it is neither empty nor too long."""
    return len(name) <= names.NAME_LENGTH and 0 < len(names.fold(name)) <= names.KEY_LENGTH


def default_label(name: str, section: str) -> str:
    """Return the label of a link that was written without one."""
    return f"{name} § {section}" if name and section else name or section


def href(name: str, section: str) -> str:
    """Return the stored URL of a link: its key, or only a fragment if there is no name."""
    fragment = f"#{quote(names.slug(section))}" if section else ""
    return f"wiki:{quote(names.fold(name), safe='')}{fragment}" if name else fragment


def start_tag(name: str, section: str, label: str) -> str:
    """Return the stored start tag of a link with the text `label`. `resolve_links` reads it.

    The name is stored only where the label differs from it.
    """
    data = f' data-name="{attribute(name)}"' if name and name != label else ""
    wiki = ' class="wiki"' if name else ""
    return f'<a{wiki} href="{href(name, section)}"{data}>'


def resolve_links(
    html: str, url_of: Callable[[str], str | None], missing: Callable[[str, str], str]
) -> str:
    """Return stored HTML with each wikilink replaced by a link to an article.

    `url_of` returns the URL of the article for a key, or None. `missing` returns the HTML of a
    link without a target, from its name as the author wrote it and the HTML of its label.
    """

    def resolve(match: re.Match[str]) -> str:
        url = url_of(unquote(match["key"]))
        if url is None:
            name = unescape(match["name"] or re.sub("<[^>]*>", "", match["label"]))
            return missing(name, match["label"])
        return f'<a href="{attribute(url)}{match["fragment"] or ""}">{match["label"]}</a>'

    return STORED_LINK.sub(resolve, html)
