"""HTML of other systems → Markdown.

nh3 first makes well-formed HTML of it, with the elements only that have a form in Markdown; the
package markdownify turns that into Markdown.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import nh3
from django.utils.translation import gettext as _

from articles.importing.escaping import code_block, code_span, escape, escape_block_start
from articles.importing.requirements import optional_module

# Levels of elements within each other: markdownify is recursive.
MAX_DEPTH = 60
NAMES = (
    "a abbr b blockquote br caption code dd del div dl dt em figcaption figure h1 h2 h3 h4 h5 h6"
    " hr i img kbd li mark ol p pre q s section span strike strong sub sup table tbody td tfoot th"
    " thead tr ul"
)
TAGS = set(NAMES.split())
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "pre": {"class", "lang"},
    "code": {"class", "lang"},
    "td": {"colspan"},
    "th": {"colspan"},
}
# Elements whose content is lost.
DROPPED = re.compile(
    r"<(?P<name>iframe|object|embed|form|script|style|video|audio|svg|math|canvas)\b",
    re.IGNORECASE,
)
LANGUAGE = re.compile(r"(?:^|[\s:])(?:language-|lang-|brush:\s*)([\w+#.-]+)")
OPEN_TAG = re.compile(r"<(?P<close>/)?(?P<name>[a-z][a-z0-9]*)[^>]*>")
VOID = {"br", "hr", "img"}
# What is within a line. Anything else begins and ends lines.
INLINE_NAMES = "a abbr b code del em i kbd mark q s span strike strong sub sup"
INLINE = frozenset(INLINE_NAMES.split())
# Elements after a line break that are looked at.
MAX_SIBLINGS = 50

# The URL of a link and its text in Markdown → the link in Markdown, None for an ordinary one.
RewriteLink = Callable[[str, str], str | None]


class HTMLError(ValueError):
    """HTML that is not converted, and why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Dropped(NamedTuple):
    """An element without a form in Markdown, and its line in the HTML, counted from 0."""

    line: int
    name: str


def dropped_elements(html: str) -> Iterator[Dropped]:
    for match in DROPPED.finditer(html):
        yield Dropped(html.count("\n", 0, match.start()), match["name"].lower())


def html_to_markdown(
    html: str,
    rewrite_link: RewriteLink = lambda _url, _text: None,
    rewrite_file: Callable[[str], str] = lambda url: url,
) -> str:
    """Convert HTML. `rewrite_file` returns the URL of a picture, or of what a link leads to, from
    the URL in the HTML.

    Raises `HTMLError` if it is nested too deeply, and `MissingRequirement`.
    """
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        clean_content_tags={"script", "style", "svg", "math"},
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel", "ftp"},
    )
    _refuse_deep(clean)
    converter = _converter_class()(
        heading_style="atx",
        bullets="-",
        newline_style="backslash",
        sub_symbol="<sub>",
        sup_symbol="<sup>",
        autolinks=True,
        strip_document="strip",
    )
    converter.rewrite_link, converter.rewrite_file = rewrite_link, rewrite_file
    markdown: str = converter.convert(clean)
    markdown = re.sub(r"[ \t]+$", "", markdown, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", markdown).strip()


def _refuse_deep(clean: str) -> None:
    depth = 0
    for match in OPEN_TAG.finditer(clean):
        if match["name"] not in VOID:
            depth += -1 if match["close"] else 1
        if depth > MAX_DEPTH:
            raise HTMLError(
                _("Elements are nested more than %(limit)d levels deep.") % {"limit": MAX_DEPTH}
            )


@lru_cache(maxsize=1)
def _converter_class() -> Any:
    """Return markdownify's converter with our rules for text, code, links, images and tables."""
    base: Any = optional_module("markdownify", "HTML").MarkdownConverter

    class Converter(base):  # type: ignore[misc]
        rewrite_link: RewriteLink
        rewrite_file: Callable[[str], str]

        def escape(self, text: str, parent_tags: set[str]) -> str:
            return escape(text)

        def convert_p(self, el: Any, text: str, parent_tags: set[str]) -> str:
            lines = map(escape_block_start, text.split("\n"))
            return str(super().convert_p(el, "\n".join(lines), parent_tags))

        def convert_pre(self, el: Any, text: str, parent_tags: set[str]) -> str:
            return f"\n\n{code_block(el.get_text(), _language(el))}\n\n"

        def convert_code(self, el: Any, text: str, parent_tags: set[str]) -> str:
            return text if "pre" in parent_tags else code_span(el.get_text())

        convert_kbd = convert_code

        def convert_mark(self, el: Any, text: str, parent_tags: set[str]) -> str:
            return f"=={text}==" if text.strip() else text

        def convert_br(self, el: Any, text: str, parent_tags: set[str]) -> str:
            if {"td", "th"} & set(parent_tags):
                return "<br>"
            is_between = _has_text(el, "previous") and _has_text(el, "next")
            return "\\\n" if is_between else ""

        def convert_a(self, el: Any, text: str, parent_tags: set[str]) -> str:
            url = str(el.get("href") or "").strip()
            rewritten = self.rewrite_link(url, " ".join(el.get_text().split())) if url else None
            if url and (file := self.rewrite_file(url)) != url:
                el["href"] = _destination(file)
            return rewritten or str(super().convert_a(el, text, parent_tags))

        def convert_img(self, el: Any, text: str, parent_tags: set[str]) -> str:
            url = self.rewrite_file(str(el.get("src") or "").strip())
            alt = re.sub(r"([\\\[\]])", r"\\\1", " ".join(str(el.get("alt") or "").split()))
            return f"![{alt}]({_destination(url)})" if url else ""

        def convert_td(self, el: Any, text: str, parent_tags: set[str]) -> str:
            cell = "<br>".join(filter(None, (line.strip() for line in text.split("\n"))))
            return str(super().convert_td(el, re.sub(r"(?<!\\)\|", r"\\|", cell), parent_tags))

        convert_th = convert_td

    return Converter


def _has_text(line_break: Any, side: str) -> bool:
    """Whether there is text on a side of a line break, “previous” or “next”, in its block:
    otherwise Markdown has no line break."""
    element = line_break
    while element is not None:
        for sibling in islice(getattr(element, f"{side}_siblings"), MAX_SIBLINGS):
            if sibling.name and sibling.name not in INLINE | VOID:
                return False
            if sibling.name == "img" or sibling.get_text().strip():
                return True
            if sibling.name and sibling.find("img"):
                return True
        element = element.parent if element.parent.name in INLINE else None
    return False


def _language(pre: Any) -> str:
    for element in (pre, *pre.find_all("code")):
        classes = " ".join(element.get("class") or ())
        if match := LANGUAGE.search(classes):
            return match[1].rstrip(";")
    return ""


def _destination(url: str) -> str:
    return f"<{url}>" if re.search(r"[\s()]", url) else url
