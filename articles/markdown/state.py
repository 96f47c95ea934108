"""What the rules write to while they pass over the events of a Markdown text."""

from collections.abc import Iterator
from dataclasses import dataclass

from articles.markdown import wikilinks
from articles.markdown.directions import Run, runs
from articles.markdown.escaping import escape
from articles.markdown.events import Event, read
from articles.markdown.footnotes import Footnotes
from articles.text import names, sentences

# Nobody writes deeper, and to check what is nested deeper takes quadratic time.
DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, its level from 1 to 6, the id under which it can be linked to, and its direction
    if it runs against the whole text."""

    level: int
    text: str
    anchor: str
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an article by name, and the rest of the sentence that it stands in.

    `start` and `end` are its range in the source, in characters.
    """

    key: str
    name: str
    fragment: str
    label: str
    before: str
    after: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Image:
    """A picture, and whether it is shown or only its words."""

    src: str
    alt: str
    shown: bool


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link to an article whose label is still being said, and where its parts begin."""

    event: Event
    name: str
    section: str
    mark: int
    said: int
    position: int


class Page:
    """The state of one pass: what is written, what was said, and what comes next.

    What is *written* is HTML. What is *said* is text, which is written too, and remembered as
    the words of the block that it stands in.
    """

    def __init__(
        self, source: str, words: dict[str, str], media: tuple[str, ...], direction: str = "ltr"
    ) -> None:
        self.words = words
        self.media = media
        self.source = source.encode()
        self.offsets = Offsets(self.source)
        self.events = read(source)
        self.index = 0
        self.direction = direction
        self.runs = runs(self.events, direction)
        self.out: list[str] = []
        self.block: list[str] = []
        self.length = 0
        self.blocks: list[str] = []
        self.headings: list[Heading] = []
        self.links: list[Link] = []
        self.images: list[Image] = []
        self.footnotes = Footnotes(words)
        self.callouts: list[bool] = []
        self.alignments: tuple[str, ...] = ()
        self.cell = self.tables = self.depth = 0
        self.in_code = self.in_head = self.has_rows = self.in_figure = False
        self._anchors: dict[str, int] = {}
        self._open_links: list[OpenLink | str] = []
        self._ended_links: list[tuple[OpenLink, int]] = []
        self._footnotes: list[tuple[str, list[str], list[Image]]] = []
        self._heading = 0, Run(direction, direction)

    def __iter__(self) -> Iterator[Event]:
        while self.index < len(self.events):
            self.index += 1
            yield self.events[self.index - 1]

    # Writing

    def write(self, markup: str) -> None:
        self.out.append(markup)

    def say(self, text: str) -> None:
        """Write text, escaped, and remember it as words of the block."""
        self.out.append(escape(text))
        self.note(text)

    def note(self, text: str) -> None:
        """Remember text as words of the block without writing it."""
        self.block.append(text)
        self.length += len(text)

    def end_block(self) -> None:
        """Everything said since the last one was a block of text."""
        if not self.block:
            return
        text = "".join(self.block)
        self.links += [self._finished(link, text, end) for link, end in self._ended_links]
        self._ended_links.clear()
        self.block.clear()
        self.length = 0
        if text.strip():
            self.blocks.append(text.strip())

    def begin_footnote(self, label: str) -> None:
        """What is written from here on is shown at the end of the page, its images too."""
        self._footnotes.append((label, self.out, self.images))
        self.out, self.images = [], []

    def end_footnote(self) -> None:
        note, images = "".join(self.out), self.images
        label, self.out, self.images = self._footnotes.pop()
        self.footnotes.add(label, note, images)

    def turn(self) -> str:
        """The attribute of the block that has just begun if it runs against what is around it."""
        return self._turned(self._run())

    def _run(self) -> Run:
        return self.runs.get(self.index - 1) or Run(self.direction, self.direction)

    def _turned(self, run: Run) -> str:
        direction = run.against(run.around)
        return f' dir="{direction}"' if direction else ""

    # Headings

    def begin_heading(self) -> None:
        """A heading has begun; its start tag is written when its words are known."""
        self._heading = len(self.out), self._run()
        self.write("")

    def end_heading(self, level: int) -> None:
        text = " ".join("".join(self.block).split())
        place, run = self._heading
        direction = run.against(self.direction)
        heading = Heading(level, text, self._free(names.slug(text) or "section"), direction)
        self.headings.append(heading)
        self.out[place] = f'<h{level} id="{heading.anchor}"{self._turned(run)}>'

    def _free(self, anchor: str) -> str:
        """The anchor itself, or the first with a number that no heading before has."""
        free = anchor
        while free in self._anchors:
            self._anchors[anchor] += 1
            free = f"{anchor}-{self._anchors[anchor]}"
        self._anchors[free] = 0
        return free

    # Links

    @property
    def in_link(self) -> bool:
        return bool(self._open_links)

    def open_link(self, closing: str) -> None:
        """An ordinary link has begun; `closing` is written at its end."""
        self._open_links.append(closing)

    def begin_link(self, event: Event, name: str, section: str) -> None:
        """A link to an article has begun; its start tag is written when the label is known."""
        place = (len(self.out), len(self.block), self.length)
        self._open_links.append(OpenLink(event, name, section, *place))
        self.write("")

    def end_link(self) -> None:
        link = self._open_links.pop()
        if isinstance(link, str):
            self.write(link)
            return
        if not "".join(self.block[link.said :]).strip():
            self.say(wikilinks.label(link.name, link.section))
        label = "".join(self.block[link.said :])
        self.out[link.mark] = wikilinks.anchor(link.name, link.section, label.strip())
        self.write("</a>")
        if link.name:
            self._ended_links.append((link, self.length))

    def _finished(self, link: OpenLink, text: str, end: int) -> Link:
        before, after = sentences.around(text, link.position, end)
        return Link(
            key=names.fold(link.name),
            name=link.name,
            fragment=names.slug(link.section),
            label=" ".join(text[link.position : end].split()),
            before=before,
            after=after,
            start=self.offsets.characters(link.event.start),
            end=self.offsets.characters(link.event.end),
        )

    # Where it stands, and what comes next

    def is_too_deep(self, event: Event) -> bool:
        """Whether a block that begins or ends here is in too many others to be shown as one."""
        if event.edge == "start":
            self.depth += 1
            return self.depth > DEEPEST
        self.depth -= 1
        return self.depth >= DEEPEST

    def next_is(self, kind: str, edge: str = "start") -> bool:
        event = self.events[self.index]
        return (event.kind, event.edge) == (kind, edge)

    def is_task(self) -> bool:
        """Whether the list item that has just begun is a task."""
        at = self.index + self.next_is("Paragraph")
        return self.events[at].kind == "TaskListMarker"

    def plain_until_end(self, kind: str) -> str:
        """The plain text to the end of the element that has just begun; it is passed over."""
        text, self.index = self.plain(self.index, kind)
        return text

    def plain(self, index: int, kind: str) -> tuple[str, int]:
        """The text from an event to the end of an element of this kind, and the index after it."""
        depth, parts = 1, []
        while depth:
            event = self.events[index]
            index += 1
            if event.kind == kind:
                depth += 1 if event.edge == "start" else -1
            elif event.kind in ("Text", "Code"):
                parts.append(event.value)
            elif event.kind in ("SoftBreak", "HardBreak"):
                parts.append(" ")
        return "".join(parts), index

    def source_of(self, event: Event) -> str:
        return self.source[event.start : event.end].decode()


class Offsets:
    """Places in UTF-8 → places in characters, asked for in ascending order."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.byte = self.character = 0

    def characters(self, byte: int) -> int:
        self.character += len(self.source[self.byte : byte].decode())
        self.byte = byte
        return self.character
