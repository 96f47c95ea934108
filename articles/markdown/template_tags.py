r"""Tags of Hugo (``{{< figure >}}``, ``{{% note %}}``) and Jekyll (``{% raw %}``) stay text.

What Markdown would read as markup within a tag is replaced before the text is parsed, by a
character that means nothing to it and has as many bytes, and put back into the events.
"""

import re
from typing import Any

from articles.markdown.raw_events import Event

# No tag contains the beginning of another: so the search for its end passes no text twice.
TAG = re.compile(
    r"\{\{<(?:(?!\{\{)[^`\r\n])*?>\}\}"
    r"|\{\{%(?:(?!\{\{)[^`\r\n])*?%\}\}"
    r"|\{%(?:(?!\{%)[^`\r\n])*?%\}"
)
# Also of a masked tag.
HINT = re.compile(r"\{\{?[<%\x05]")
MARKUP = "*_[]<>~^=$|\\!&:@/"
# Control characters that no article may contain (`models.fields.CONTROL`).
MASKS = "\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10\x11\x12\x13\x14\x15\x16"
MASKED = re.compile(f"[{MASKS}]")
MASK = str.maketrans(MARKUP, MASKS)
UNMASK = str.maketrans(MASKS, MARKUP)


def mask(source: str) -> str:
    """Return `source` with the markup in template tags masked, if there is any."""
    if not HINT.search(source) or MASKED.search(source):
        return source
    return TAG.sub(lambda tag: tag[0].translate(MASK), source)


def unmask(events: list[Event], source: str) -> list[Event]:
    """Return the events of a masked source with the markup in template tags as it was."""
    if not HINT.search(source) or not MASKED.search(source):
        return events
    return [event._replace(value=_unmasked(event.value)) for event in events]


def _unmasked(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unmasked(item) for key, item in value.items()}
    return value.translate(UNMASK) if isinstance(value, str) else value
