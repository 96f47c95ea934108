"""[[Target#Section|label]]: parse a target, store a link by key, resolve stored links."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from html import unescape as unescape_html
from html.entities import html5
from typing import NamedTuple
from urllib.parse import quote, unquote

from articles.markdown import anchors
from articles.markdown.escaping import attribute
from articles.text import names
from articles.text.line_breaks import unwrap

# A backslash at the end belongs to the bar after the target, which is escaped in a table.
ESCAPE = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~]|\Z)"
    r"|&#[xX](?P<hexadecimal>[0-9a-fA-F]{1,6});|&#(?P<decimal>[0-9]{1,7});"
    r"|&(?P<entity>[a-zA-Z][a-zA-Z0-9]*;)"
)
# What a target has if it is more than a name on one line, or may have.
MARKUP = re.compile("[\\\\&#\r\n\ufdd1]")
# The beginning of a line within a target, which may be in a quote.
QUOTE_MARKERS = re.compile(r"(?<=[\r\n])[ \t>]+")
# A sharp before another one or at the end belongs to the text before it, as in "C#".
NAME_END = re.compile(r"#(?=[^#])")
# In a path of headings, a sharp after a space belongs to the heading, as in "Issue #5".
HEADING_END = re.compile(r"(?<=\S)#(?=[^#])")
FILE_EXTENSION = re.compile(r"\.(?:md|markdown)\Z", re.IGNORECASE)
# Stands for an escaped sharp, which separates nothing: a noncharacter (Unicode 23.7).
ESCAPED_SHARP = "\ufdd1"
STORED_LINK = re.compile(
    r'<a class="wiki(?P<embed> embed)?" href="wiki:(?P<key>[^"#]*)(?:#(?P<id>[^"]*))?"'
    r'(?: data-name="(?P<name>[^"]*)")?(?: data-fragment="(?P<fragment>[^"]*)")?>'
    r"(?P<label>.*?)</a>",
    re.DOTALL,
)
TAG = re.compile("<[^>]*>")
# A link whose HTML depends on more than the URL of its target.
DETAILED_LINK = re.compile(r'<a class="wiki(?: embed"|" href="wiki:[^"#]*#)')


def one_line(target: str) -> str:
    """Return a target that may be wrapped, without the markers of the quote around it."""
    return unwrap(QUOTE_MARKERS.sub("", target))


def unescape(text: str) -> str:
    r"""Return `text` with backslash escapes and entities replaced, as CommonMark (2.4, 2.5) does.

    >>> unescape(r"foo\_bar &amp; \&amp; &unknown;")
    'foo_bar & &amp; &unknown;'
    """
    return ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match["entity"]:
        return html5.get(match["entity"], match[0])
    if match["escaped"] is not None:
        return match["escaped"]
    code = int(match["decimal"] or match["hexadecimal"], 10 if match["decimal"] else 16)
    is_valid = 0 < code <= sys.maxunicode and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_valid else "\ufffd"


def parse_target(target: str) -> tuple[str, str]:
    r"""Return the name and the section of a link's target.

    Of a path of headings, the last one is the section.

    >>> parse_target("War and Peace#Plot"), parse_target("C#")
    (('War and Peace', 'Plot'), ('C#', ''))
    >>> parse_target("C##Syntax"), parse_target("#Plot"), parse_target("War#Plot#Part 1")
    (('C#', 'Syntax'), ('', 'Plot'), ('War', 'Part 1'))
    >>> parse_target(r"C\# in Depth#Issue #5")
    ('C# in Depth', 'Issue #5')
    """
    name, path = parse_path(target)
    return name, path[-1] if path else ""


def parse_path(target: str) -> tuple[str, tuple[str, ...]]:
    """Return the name in a link's target, and the path of headings to a section.

    >>> parse_path("War#Plot#Part 1"), parse_path("War#")
    (('War', ('Plot', 'Part 1')), ('War#', ()))
    """
    if not MARKUP.search(target):
        return " ".join(target.split()), ()
    target = one_line(target)
    text = ESCAPE.sub(lambda match: _character(match).replace("#", ESCAPED_SHARP), target)
    name, *path = NAME_END.split(" ".join(text.split()), maxsplit=1)
    sections = map(_part, HEADING_END.split(path[0])) if path else ()
    return _part(name), tuple(filter(None, sections))


def _part(text: str) -> str:
    return text.replace(ESCAPED_SHARP, "#").strip()


def is_valid_name(name: str) -> bool:
    """Return whether an article could have this name: it is neither empty nor too long."""
    return len(name) <= names.NAME_LENGTH and 0 < len(names.fold(name)) <= names.KEY_LENGTH


def last_part(name: str) -> str:
    """Return the last part of a name that may be a path, without the extension of a Markdown
    file.

    >>> last_part("Folder/Note.md"), last_part("Note"), last_part("https://example.org/a")
    ('Note', 'Note', 'https://example.org/a')
    """
    last = FILE_EXTENSION.sub("", name[name.rfind("/") + 1 :]).strip()
    return name if "://" in name or not last else last


def last_key(key: str) -> str:
    """Return the key of the last part of a name with `key`, or an empty string if it has no parts.

    >>> last_key("folder/note"), last_key("note.md"), last_key("note")
    ('note', 'note', '')
    """
    last = names.fold(last_part(key))
    return last if last != key else ""


def linked_name(name: str) -> str:
    """Return the name by which a link with the target `name` is stored: a path without the
    extension of a Markdown file, or the last part of a path that is too long."""
    if "/" not in name or "://" in name:
        return name
    path = FILE_EXTENSION.sub("", name)
    return path if is_valid_name(path) else last_part(path)


def default_label(name: str, path: Sequence[str]) -> str:
    """Return the label of a link that was written without one: a path is named by its end."""
    section = path[-1] if path else ""
    name = FILE_EXTENSION.sub("", name)
    if section.startswith("^"):
        return name or "…"
    return f"{name} § {section}" if name and section else name or section


class StoredLink(NamedTuple):
    """A link to an article in stored HTML: the name as its author wrote it, the key and fragment
    that were made of it, and its label in HTML. An embed shows what the article is about."""

    key: str
    name: str
    fragment: str
    label: str
    is_embed: bool


def start_tag(name: str, fragment: str, label: str, *, is_embed: bool = False) -> str:
    """Return the stored start tag of a link with the text `label`. `stored_links` reads it.

    Without a name it leads to `fragment` in the same page. The name is stored only where the label
    differs from it, and the fragment apart from the URL only if it is a path or a block.
    """
    if not name:
        return f'<a href="#{quote(fragment, safe="#^")}">'
    identifier = anchors.last_id(fragment)
    url = f"wiki:{quote(names.fold(name), safe='')}{f'#{quote(identifier)}' if fragment else ''}"
    data = f' data-name="{attribute(name)}"' if name != label else ""
    if identifier != fragment:
        data += f' data-fragment="{attribute(fragment)}"'
    return f'<a class="wiki{" embed" if is_embed else ""}" href="{url}"{data}>'


def replace_wikilinks(html: str, render: Callable[[StoredLink], str]) -> str:
    """Return stored HTML with each link to an article replaced by what `render` returns."""
    return STORED_LINK.sub(lambda match: render(_stored_link(match)), html)


def detailed_links(html: str) -> Iterator[StoredLink]:
    """Yield the links in stored HTML that lead to a section or are embeds."""
    if DETAILED_LINK.search(html):
        links = map(_stored_link, STORED_LINK.finditer(html))
        yield from (link for link in links if link.fragment or link.is_embed)


def _stored_link(match: re.Match[str]) -> StoredLink:
    embed, key, identifier, name, fragment, label = match.groups()
    return StoredLink(
        key=unquote(key),
        name=unescape_html(name or (TAG.sub("", label) if "<" in label else label)),
        fragment=unescape_html(fragment or unquote(identifier or "")),
        label=label,
        is_embed=bool(embed),
    )
