"""What MkDocs, Jekyll and Hugo add to Markdown, as far as it has an equivalent → that.

Each function returns a body with as many lines as before. What stays is reported by `syntax`.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from html import escape

from articles.importing.front_matter import Value
from articles.importing.syntax import FENCED, outside_of_code

# Returns a body in Markdown; the fields are those of the front matter.
Dialect = Callable[[str, Mapping[str, Value]], str]

# A tab of MkDocs, whose text is indented as that of a callout. There may be code in its title.
TAB = re.compile(
    rf"(?P<fenced>{FENCED})"
    r'|^(?P<indent>[ \t>]*)===[!+]?[ \t]+"(?P<title>[^"\n]*)"[ \t]*$',
    re.MULTILINE | re.DOTALL,
)
ICON = re.compile(r":(?:material|octicons|fontawesome|simple)-(?P<name>[\w-]+):")
CHECKS = {"check": "✓", "close": "✗"}

# A table, and code in it, in which a bar is no end of a cell to Python-Markdown and kramdown.
TABLE = re.compile(
    rf"(?P<fenced>{FENCED})"
    r"|^(?=[^\n]*\|)[^\n]*\n"
    r"(?=[^\n]*\|)[ \t>]*(?:\|[ \t]*)?:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*(?:\|[ \t]*)?$"
    r"(?:\n(?=[^\n]*\|)[^\n]*)*",
    re.MULTILINE | re.DOTALL,
)
CODE_SPAN = re.compile(r"(?<![`\\])(?P<marks>`+)(?!`)(?P<code>[^\n]*?[^`\n])(?P=marks)(?!`)")
BAR = re.compile(r"(?<!\\)\|")

# Markdown in HTML. Here it is Markdown after an empty line, and a picture in HTML is an element.
MARKDOWN = r"(?=[^<>\n]*\smarkdown\b)[^<>\n]*>"
WRAPPER = re.compile(rf"^[ \t]*<(?:article|aside|div|section)\b{MARKDOWN}[ \t]*$", re.MULTILINE)
FIGURE = re.compile(rf"<figure\b{MARKDOWN}(?:(?!<figure\b).)*?</figure>", re.DOTALL)
IMAGE = re.compile(
    r"!\[(?P<alternative>[^\[\]\n]*)\]\((?P<source>[^\s()<>\"]+)[^()\n]*\)(?:\{[^{}\n]*\})?"
)

LIQUID_RAW = r"(?P<raw>\{%-?\s*raw\s*-?%\}(?:(?!\{%-?\s*raw\b).)*?\{%-?\s*endraw\s*-?%\})"
LIQUID = re.compile(
    rf"{LIQUID_RAW}|(?P<comment>\{{%-?\s*comment\s*-?%\}}"
    r"(?:(?!\{%-?\s*comment\b).)*?\{%-?\s*endcomment\s*-?%\})"
    r"|\{\{-?\s*(?P<object>site|page)\.(?P<key>(?!(?:base)?url\b)\w+)\s*-?\}\}",
    re.DOTALL,
)
# A list that kramdown replaces by a table of contents, which every article has.
CONTENTS = re.compile(r"^[*+-][ \t][^\n]*\n\{:[ \t]*toc[^\n{}]*\}[ \t]*$", re.MULTILINE)

SHORTCODE = re.compile(
    r"\{\{[<%][ \t]*(?P<name>figure|youtube|vimeo)"
    r"(?P<arguments>(?:[ \t](?:(?!\{\{)[^\n])*?)?)[ \t]*/?[>%]\}\}"
)
# Of Hugo itself and of widespread themes, on lines of their own.
CONTAINER = re.compile(
    r"^(?P<indent>[ \t]*)\{\{[<%][ \t]*(?P<end>/)?[ \t]*"
    r"(?P<name>admonition|alert|callout|details|hint|notice)"
    r"(?P<arguments>(?:[ \t](?:(?!\}\})[^\n])*?)?)[ \t]*(?<!/)[>%]\}\}[ \t]*$",
    re.MULTILINE,
)
TYPE = re.compile(r"[A-Za-z]\w*\Z")
ARGUMENT = re.compile(
    r"""(?:(?P<key>\w+)[ \t]*=[ \t]*)?(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`|([^\s"`=]+))"""
)
VIDEOS = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}


def plain(body: str, _fields: Mapping[str, Value]) -> str:
    """Return the body: of systems that add nothing."""
    return body


def mkdocs(body: str, _fields: Mapping[str, Value]) -> str:
    """Turn tabs into callouts, and icons that are answers into characters. Escape the bars of
    code in tables.

    >>> mkdocs('=== "Linux"\\n\\n    Text :material-check:', {})
    '!!! note "Linux"\\n\\n    Text ✓'
    """
    body = TABLE.sub(_table, TAB.sub(_tab, body))
    body = outside_of_code(ICON, lambda icon: CHECKS.get(icon["name"], icon[0]), body)
    return _markdown_in_html(body)


def _tab(match: re.Match[str]) -> str:
    return match["fenced"] or f'{match["indent"]}!!! note "{match["title"]}"'


def _table(match: re.Match[str]) -> str:
    if match["fenced"] or "`" not in match[0]:
        return match[0]
    return CODE_SPAN.sub(lambda code: BAR.sub(r"\\|", code[0]), match[0])


def jekyll(settings: Mapping[str, Value]) -> Dialect:
    """Return the dialect of a site with these settings."""
    return partial(_jekyll, settings)


def _jekyll(settings: Mapping[str, Value], body: str, fields: Mapping[str, Value]) -> str:
    objects = {"site": settings, "page": fields}

    def expanded(match: re.Match[str]) -> str:
        if match["comment"]:
            return _line_breaks(match)
        text = objects[match["object"]].get(match["key"]) if match["object"] else None
        return text if isinstance(text, str) and "\n" not in text else match[0]

    body = TABLE.sub(_table, LIQUID.sub(expanded, body))
    body = outside_of_code(CONTENTS, _line_breaks, body)
    return _markdown_in_html(body)


def _markdown_in_html(body: str) -> str:
    if "markdown" not in body:
        return body
    body = outside_of_code(FIGURE, lambda figure: IMAGE.sub(_image_element, figure[0]), body)
    return outside_of_code(WRAPPER, lambda _match: "", body)


def _image_element(match: re.Match[str]) -> str:
    return f'<img src="{match["source"]}" alt="{escape(match["alternative"])}">'


def _line_breaks(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def hugo(body: str, _fields: Mapping[str, Value]) -> str:
    """Turn shortcodes for pictures, videos and callouts into Markdown.

    >>> hugo('{{< figure src="/a.png" alt="A map" >}} {{< youtube abc >}}', {})
    '![A map](</a.png>) <https://www.youtube.com/watch?v=abc>'
    """
    return outside_of_code(CONTAINER, _container, outside_of_code(SHORTCODE, _shortcode, body))


def _container(match: re.Match[str]) -> str:
    """Return the line that begins or ends a callout."""
    if match["end"]:
        return f"{match['indent']}:::"
    arguments = _arguments(match["arguments"])
    if match["name"] == "details":
        type_, title = "details", arguments.get("summary") or arguments.get("0")
    else:
        type_ = arguments.get("type") or arguments.get("color") or arguments.get("0", "")
        title = arguments.get("title") or arguments.get("1")
    type_ = type_ if TYPE.match(type_) else "note"
    return f"{match['indent']}::: {type_} {title or ''}".rstrip()


def _shortcode(match: re.Match[str]) -> str:
    arguments = _arguments(match["arguments"])
    if match["name"] == "figure":
        return _figure(arguments) or match[0]
    identifier = arguments.get("id") or arguments.get("0", "")
    return f"<{VIDEOS[match['name']]}{identifier}>" if identifier else match[0]


def _figure(arguments: Mapping[str, str]) -> str:
    """Return a picture; its caption is what Markdown calls the title."""
    if not (source := arguments.get("src", "")):
        return ""
    words = " ".join(filter(None, (arguments.get("title"), arguments.get("caption"))))
    caption = words.replace('"', "'")
    alternative = (arguments.get("alt") or "").replace("[", "(").replace("]", ")")
    title = f' "{caption}"' if caption else ""
    image = f"![{alternative}](<{source}>{title})"
    link = arguments.get("link")
    return f"[{image}](<{link}>)" if link else image


def _arguments(text: str) -> dict[str, str]:
    """Return the arguments of a shortcode by name, or by their number from 0."""
    arguments: dict[str, str] = {}
    for number, match in enumerate(ARGUMENT.finditer(text)):
        value = next((value for value in match.groups()[1:] if value is not None), "")
        value = value.replace('\\"', '"')
        arguments[match["key"] or str(number)] = value
    return arguments
