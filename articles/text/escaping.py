"""Text → HTML, character by character as browsers and nh3 write it themselves."""

import html


def escape(text: str) -> str:
    return html.escape(text, quote=False).replace("\xa0", "&nbsp;").replace("\r", "\n")


def attribute(text: str) -> str:
    """The value of an attribute, to stand between double quotes."""
    return escape(text).replace('"', "&quot;")
