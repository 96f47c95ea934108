"""What a document contains besides its HTML: headings, links to articles, images, and HTML
that was dropped.

Worker processes return these. They have no slots, with which pickling takes twice as long.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heading:
    """A heading: its level from 1 to 6 and its id.

    `direction` is set if it differs from the direction of the document.
    """

    level: int
    text: str
    anchor: str
    direction: str = ""


@dataclass(frozen=True)
class Link:
    """A link to an article by name, with the rest of its sentence on both sides.

    If the name is a path, `last_key` and `last_name` are those of its last part. It stands in the
    source from byte `start` to `end`.
    """

    key: str
    name: str
    fragment: str
    label: str
    before: str
    after: str
    last_key: str = ""
    last_name: str = ""
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the names that the link may lead to, the preferred one first."""
        return (self.key, self.last_key) if self.last_key else (self.key,)


@dataclass(frozen=True)
class Image:
    """An image, and whether it is displayed or replaced by its alternative text. It stands in the
    source from byte `start` to `end`."""

    src: str
    alt: str
    displayed: bool
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    @property
    def lacks_alt(self) -> bool:
        return not self.alt.strip()


@dataclass(frozen=True)
class DroppedTag:
    """A start tag of HTML that an article may not contain, by its name, and its line, from 1. It
    begins at byte `start` of the source."""

    name: str
    line: int
    start: int = field(default=0, compare=False)
