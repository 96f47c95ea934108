"""Text → HTML, escaped exactly as browsers and nh3 serialize it."""

import html

AS_SERIALIZED = str.maketrans({"\xa0": "&nbsp;", "\r": "\n", "\x00": "\ufffd"})


def escape(text: str) -> str:
    return html.escape(text, quote=False).translate(AS_SERIALIZED)


def attribute(text: str) -> str:
    """Return `text` as an attribute value for double quotes."""
    return escape(text).replace('"', "&quot;")
