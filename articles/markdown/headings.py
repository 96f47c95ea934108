"""Headings of a page that shows the title of its article as its only first-level heading."""

from collections.abc import Sequence

from articles.markdown.elements import Heading
from articles.markdown.events import BREAKS, Event
from articles.text import names

LAST_LEVEL = 6
# A heading with anything else, such as a link or a footnote, says more than the title.
PLAIN = frozenset(
    (
        *(*BREAKS, "Text", "Code", "Emphasis", "Strong", "Strikethrough", "Mark"),
        *("Element", "Dropped"),
    )
)
# What readers don't see.
INVISIBLE = frozenset(("Anchor", "Dropped"))


def without_title(events: list[Event], title: str) -> list[Event]:
    """Return the events of a document whose first heading repeats `title` with ``Title`` instead.

    The heading is a first-level one at the beginning. The value of ``Title`` is its text, and the
    id that its author gave it, or None.
    """
    start = title_index(events)
    if start is None:
        return events
    end = next(index for index, event in enumerate(events) if event.edge == "end" and is_h1(event))
    heading = events[start + 1 : end]
    if any(event.kind not in PLAIN for event in heading):
        return events
    text = _plain_text(heading)
    if max(len(text), len(title)) > names.NAME_LENGTH or names.fold(text) != names.fold(title):
        return events
    first, last = events[start], events[end]
    title_event = Event("Title", "", (text, first.value["id"]), first.start, last.end)
    return [*events[:start], title_event, *events[end + 1 :]]


def title_index(events: Sequence[Event]) -> int | None:
    """Return the index of the first-level heading that begins the document, or None.

    Targets of links may stand before it.
    """
    for index, event in enumerate(events):
        if event.kind not in INVISIBLE:
            return index if is_h1(event) else None
    return None


def is_h1(event: Event) -> bool:
    """Return whether a first-level heading begins or ends with `event`."""
    return event.kind == "Heading" and level(event) == 1


def level(event: Event) -> int:
    """Return the level of the heading that begins or ends with `event`."""
    return int((event.value if event.edge == "end" else event.value["level"])[1])


def skipped_levels(headings: Sequence[Heading]) -> list[int]:
    """Return the indexes of the headings that are more than one level below the one before (WCAG
    technique G141). The title is on the first level."""
    before = [1, *(heading.level for heading in headings)]
    return [index for index, heading in enumerate(headings) if heading.level > before[index] + 1]


def _plain_text(heading: Sequence[Event]) -> str:
    texts = (event for event in heading if not event.edge and event.kind != "Dropped")
    return "".join(" " if event.kind in BREAKS else event.value for event in texts)


def shift(events: Sequence[Event]) -> int:
    """Return by how many levels to lower all headings, so that none is on the first level."""
    return int(any(map(is_h1, events)))
