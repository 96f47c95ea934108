"""Text → HTML, escaped exactly as browsers and nh3 serialize it."""

import html

from articles.text.line_breaks import unwrap


def escape(text: str) -> str:
    return as_serialized(html.escape(text, quote=False))


def as_serialized(text: str) -> str:
    """Return HTML with the characters replaced that aren't serialized as they are."""
    return text.replace("\xa0", "&nbsp;").replace("\r", "\n").replace("\x00", "\ufffd")


def attribute(text: str) -> str:
    """Return `text` as an attribute value for double quotes."""
    return escape(text).replace('"', "&quot;")


def title_attribute(title: str) -> str:
    """Return ` title="…"`, or an empty string if there is no title."""
    value = attribute(unwrap(title, space="\n"))
    return f' title="{value}"' if title else ""
