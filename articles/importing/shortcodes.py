"""Shortcodes of WordPress, ``[name attribute="value"]…[/name]`` → HTML."""

import re
from bisect import bisect
from html import escape, unescape
from typing import NamedTuple

SHORTCODE = re.compile(
    r"(?P<escaped>\[)?\[(?P<close>/)?(?P<name>[a-zA-Z][\w-]*)(?P<attributes>[^\[\]\n]{0,500})\]"
    r"(?(escaped)\])"
)
# Shortcodes of WordPress itself and of widespread plugins. Others are recognised by attributes
# or by an end: words in brackets are text, such as [sic].
REGISTERED_NAMES = (
    "audio caption contact-form contact-form-7 embed gallery playlist video wp_caption vc_row"
    " vc_column vc_column_text et_pb_section et_pb_row et_pb_text youtube vimeo toc"
)
REGISTERED = frozenset(REGISTERED_NAMES.split())
# Those whose content is all that there is to them.
TRANSPARENT = frozenset(
    {"caption", "embed", "wp_caption", "vc_row", "vc_column", "vc_column_text"}
    | {"et_pb_section", "et_pb_row", "et_pb_text"}
)
# What displays code, as WordPress.com has it, and code in HTML.
CODE = re.compile(
    r"(?<!\[)\[(?P<name>code|sourcecode)(?P<attributes>[^\[\]\n]{0,500})\]"
    r"(?P<code>(?:(?!\[(?:code|sourcecode)\b).)*?)\[/(?P=name)\]",
    re.DOTALL,
)
ELEMENT = re.compile(
    r"<(?P<name>pre|code)\b(?:(?!<(?P=name)\b).)*?</(?P=name)>", re.DOTALL | re.IGNORECASE
)
LANGUAGE = re.compile(r"""\blang(?:uage)?\s*=\s*["']?(?P<language>[\w+#.-]+)""")
ATTRIBUTE = re.compile(r"""\s+[\w-]+\s*=\s*(?:"|'|&quot;|[\w/])""")


class UnknownShortcode(NamedTuple):
    """A shortcode that is left out, and its line in the text, counted from 0."""

    line: int
    name: str


def expand_shortcodes(html: str) -> tuple[str, list[UnknownShortcode]]:
    """Return the text without shortcodes, and those of which something is lost.

    The content between two of them stays; that of ``[code]`` is code. Escaped ones, ``[[name]]``,
    are text, and so is what only looks like one in code.
    """
    html = CODE.sub(_element, html)
    code = [match.span() for match in ELEMENT.finditer(html)]
    closed = {match["name"].lower() for match in SHORTCODE.finditer(html) if match["close"]}
    unknown: list[UnknownShortcode] = []

    def expand(match: re.Match[str]) -> str:
        name = match["name"].lower()
        is_shortcode = name in REGISTERED or (
            (name in closed or ATTRIBUTE.match(match["attributes"]))
            and not _is_within(code, match.start())
        )
        if not is_shortcode:
            return match[0]
        if match["escaped"]:
            return match[0][1:-1]
        if name not in TRANSPARENT and not match["close"]:
            unknown.append(UnknownShortcode(html.count("\n", 0, match.start()), match["name"]))
        return ""

    return SHORTCODE.sub(expand, html), unknown


def _element(match: re.Match[str]) -> str:
    """Return code as HTML. Editors have escaped it, or not."""
    language = LANGUAGE.search(match["attributes"])
    class_ = f' class="language-{language["language"]}"' if language else ""
    return f"<pre><code{class_}>{escape(unescape(match['code']), quote=False)}</code></pre>"


def _is_within(spans: list[tuple[int, int]], position: int) -> bool:
    """Whether a position is in one of these, which are in order."""
    index = bisect(spans, (position, 0)) - 1
    return index >= 0 and position < spans[index][1]
