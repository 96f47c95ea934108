"""Text → HTML, character by character as browsers and nh3 write it themselves."""

import html

AS_BROWSERS_READ = str.maketrans({"\xa0": "&nbsp;", "\r": "\n", "\x00": "\ufffd"})


def escape(text: str) -> str:
    return html.escape(text, quote=False).translate(AS_BROWSERS_READ)


def attribute(text: str) -> str:
    """The value of an attribute, to stand between double quotes."""
    return escape(text).replace('"', "&quot;")
