"""Text → HTML, escaped exactly as browsers and nh3 serialize it."""

import html

from articles.text.line_breaks import unwrap

AS_SERIALIZED = str.maketrans({"\xa0": "&nbsp;", "\r": "\n", "\x00": "\ufffd"})


def escape(text: str) -> str:
    return html.escape(text, quote=False).translate(AS_SERIALIZED)


def attribute(text: str) -> str:
    """Return `text` as an attribute value for double quotes."""
    return escape(text).replace('"', "&quot;")


def title_attribute(title: str) -> str:
    """Return ` title="…"`, or an empty string if there is no title."""
    value = attribute(unwrap(title, space="\n"))
    return f' title="{value}"' if title else ""
