"""Shortcodes of WordPress, ``[name attribute="value"]…[/name]`` → HTML."""

import re
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
ATTRIBUTE = re.compile(r"""\s+[\w-]+\s*=\s*(?:"|'|&quot;|[\w/])""")


class UnknownShortcode(NamedTuple):
    """A shortcode that is left out, and its line in the text, counted from 0."""

    line: int
    name: str


def expand_shortcodes(html: str) -> tuple[str, list[UnknownShortcode]]:
    """Return the text without shortcodes, and those of which something is lost.

    The content between two of them stays. Escaped ones, ``[[name]]``, are text.
    """
    closed = {match["name"].lower() for match in SHORTCODE.finditer(html) if match["close"]}
    unknown: list[UnknownShortcode] = []

    def expand(match: re.Match[str]) -> str:
        name = match["name"].lower()
        is_shortcode = name in REGISTERED or name in closed or ATTRIBUTE.match(match["attributes"])
        if not is_shortcode:
            return match[0]
        if match["escaped"]:
            return match[0][1:-1]
        if name not in TRANSPARENT and not match["close"]:
            unknown.append(UnknownShortcode(html.count("\n", 0, match.start()), match["name"]))
        return ""

    return SHORTCODE.sub(expand, html), unknown
