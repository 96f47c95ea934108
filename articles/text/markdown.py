"""Markdown → a document: HTML, headings, plain text, links and images, in one pass over events."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from articles.text import html, names, sentences, urls, wikilinks
from articles.text.events import Event, read

CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, its level from 1 to 6, and the id under which it can be linked to."""

    level: int
    text: str
    anchor: str


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
class Document:
    """What a Markdown text says."""

    html: str
    headings: tuple[Heading, ...]
    text: str
    links: tuple[Link, ...]
    images: tuple[Image, ...]
    words: int


def parse(source: str, *, language: str = "en", media: tuple[str, ...] = ()) -> Document:
    """The document that a Markdown text is.

    `language` (BCP 47) is that of the text, for the few words that the rules write themselves;
    `media` are the prefixes of addresses from which pictures may be shown.
    """
    source = source.encode(errors="replace").decode()
    page = Page(source, html.words(language), media)
    written = page.render()
    text = "\n".join(page.blocks)
    return Document(
        html=html.sanitize(written),
        headings=page.headings,
        text=text,
        links=tuple(sorted(page.links, key=lambda link: link.start)),
        images=tuple(Image(*image) for image in page.images),
        words=count_words(text),
    )


def count_words(text: str) -> int:
    """Words as readers count them; two Chinese or Japanese characters make one.

    >>> count_words("Don't count 深度学习 twice")
    5
    """
    characters = len(CJK.findall(text))
    return len(WORD.findall(CJK.sub(" ", text))) + (characters + 1) // 2


@dataclass(slots=True)
class OpenLink:
    """A wikilink whose label is still being read.

    `position` is where the label begins in the text of its block, in characters; `part` and
    `mark` are its first part of that text and the place of its start tag in the output.
    """

    event: Event
    name: str
    section: str
    position: int
    part: int
    mark: int


class Page:
    """What the rules write to, and what they may ask: the state of one pass over the events."""

    def __init__(self, source: str, words: dict[str, str], media: tuple[str, ...]) -> None:
        self.words = words
        self.media = media
        self.source = source.encode()
        self.events = read(source)
        self.index = 0
        self.out: list[str] = []
        self.block: list[str] = []
        self.length = 0
        self.blocks: list[str] = []
        self.headings = tuple(_headings(self.events))
        self.anchors = iter(self.headings)
        self.links: list[Link] = []
        self.waiting: list[tuple[OpenLink, int, int]] = []
        self.images: list[tuple[str, str, bool]] = []
        self.open: list[OpenLink | str] = []
        self.footnotes = Footnotes(self)
        self.callouts: list[bool] = []
        self.alignments: tuple[str, ...] = ()
        self.cell = 0
        self.in_code = self.in_head = self.has_rows = self.in_figure = False
        self.offsets = Offsets(self.source)

    def render(self) -> str:
        while self.index < len(self.events):
            event = self.events[self.index]
            self.index += 1
            if (event.kind, event.edge) == _START:
                self.in_figure = self._is_figure()
            if rule := html.RULES.get(event.kind):
                rule(self, event)
        self.end_block()
        return "".join(self.out) + self.footnotes.html()

    def _is_figure(self) -> bool:
        """Whether a paragraph is nothing but a picture that can't be shown."""
        first = self.events[self.index]
        if (first.kind, first.edge) != ("Image", "start"):
            return False
        _alt, after = plain(self.events, self.index + 1, "Image")
        last = self.events[after]
        alone = (last.kind, last.edge) == ("Paragraph", "end")
        return alone and not urls.shown(html.picture_source(self, first), self.media)

    # What rules write

    def write(self, markup: str) -> None:
        self.out.append(markup)

    def say(self, text: str) -> None:
        """Write text, escaped, and remember it as words of the block."""
        self.out.append(escape(text, quote=False))
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
        for link, start, end in self.waiting:
            self.links.append(self._finished(link, text, start, end))
        self.waiting.clear()
        self.block.clear()
        self.length = 0
        if text.strip():
            self.blocks.append(text.strip())

    def _finished(self, link: OpenLink, text: str, start: int, end: int) -> Link:
        before, after = sentences.around(text, start, end)
        return Link(
            key=names.fold(link.name),
            name=link.name,
            fragment=names.slug(link.section) if link.section else "",
            label=text[start:end],
            before=before,
            after=after,
            start=self.offsets.characters(link.event.start),
            end=self.offsets.characters(link.event.end),
        )

    # Links

    @property
    def in_link(self) -> bool:
        return bool(self.open)

    def open_link(self, closing: str) -> None:
        """An ordinary link has begun; `closing` is written at its end."""
        self.open.append(closing)

    def begin_link(self, event: Event, name: str, section: str) -> None:
        """A link to an article has begun; its start tag is written when the label is known."""
        self.open.append(
            OpenLink(event, name, section, self.length, len(self.block), len(self.out))
        )
        self.write("")

    def end_link(self) -> None:
        link = self.open.pop()
        if isinstance(link, str):
            self.write(link)
            return
        if self.length == link.position:
            self.say(wikilinks.label(link.name, link.section))
        label = "".join(self.block[link.part :])
        self.out[link.mark] = wikilinks.anchor(link.name, link.section, label)
        self.write("</a>")
        if link.name:
            self.waiting.append((link, link.position, self.length))

    # Footnotes

    def refer(self, label: str) -> tuple[int, int]:
        return self.footnotes.refer(label)

    def begin_footnote(self, label: str) -> None:
        self.footnotes.begin(label)

    def end_footnote(self) -> None:
        self.footnotes.end()

    # What comes next

    def next_is(self, kind: str, edge: str = "start") -> bool:
        event = self.events[self.index]
        return (event.kind, event.edge) == (kind, edge)

    def is_task(self) -> bool:
        """Whether the list item that has just begun is a task."""
        first, second = self.events[self.index : self.index + 2]
        return first.kind == "TaskListMarker" or (
            (first.kind, first.edge) == _START and second.kind == "TaskListMarker"
        )

    def next_anchor(self) -> str:
        return next(self.anchors).anchor

    def plain_until_end(self, kind: str) -> str:
        """The plain text to the end of the element that has just begun; it is passed over."""
        text, self.index = plain(self.events, self.index, kind)
        return text

    def source_of(self, event: Event) -> str:
        return self.source[event.start : event.end].decode()


_START = ("Paragraph", "start")


class Footnotes:
    """The notes of a page: numbered in the order in which they are referred to."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.numbers: dict[str, int] = {}
        self.references: dict[str, int] = {}
        self.notes: dict[str, str] = {}
        self.open: list[tuple[str, list[str]]] = []

    def refer(self, label: str) -> tuple[int, int]:
        """The number of the note, and how many references to it there are by now."""
        label = label.casefold()
        self.references[label] = self.references.get(label, 0) + 1
        return self._number(label), self.references[label]

    def _number(self, label: str) -> int:
        return self.numbers.setdefault(label, len(self.numbers) + 1)

    def begin(self, label: str) -> None:
        self.open.append((label.casefold(), self.page.out))
        self.page.out = []

    def end(self) -> None:
        label, outer = self.open.pop()
        self.notes.setdefault(label, "".join(self.page.out))
        self.page.out = outer

    def html(self) -> str:
        """The section at the end of the page; notes that nothing refers to come last."""
        if not self.notes:
            return ""
        for label in self.notes:
            self._number(label)
        name = escape(self.page.words["footnotes"])
        items = "".join(self._item(label, number) for label, number in self.numbers.items())
        return f'<section class="footnotes" aria-label="{name}">\n<ol>\n{items}</ol>\n</section>\n'

    def _item(self, label: str, number: int) -> str:
        note = self.notes.get(label, "")
        back = "".join(
            self._back(number, occurrence)
            for occurrence in range(1, self.references.get(label, 0) + 1)
        )
        if note.endswith("</p>\n"):
            note = note.removesuffix("</p>\n") + back + "</p>\n"
        else:
            note += back
        return f'<li id="fn_{number}">{note}</li>\n'

    def _back(self, number: int, occurrence: int) -> str:
        suffix = f"_{occurrence}" if occurrence > 1 else ""
        label = escape(f"{self.page.words['back']} {number}{suffix.replace('_', '.')}")
        target = f"fnref_{number}{suffix}"
        return f' <a class="footnote-back" href="#{target}" aria-label="{label}">↩</a>'


class Offsets:
    """Places in UTF-8 → places in characters. Quick when asked in ascending order."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.byte = self.character = 0

    def characters(self, byte: int) -> int:
        if byte < self.byte:
            self.byte = self.character = 0
        self.character += len(self.source[self.byte : byte].decode(errors="ignore"))
        self.byte = byte
        return self.character


def plain(events: list[Event], index: int, kind: str) -> tuple[str, int]:
    """The text from `index` to the end of an element of this kind, and the index after it."""
    depth, parts = 1, []
    while depth:
        event = events[index]
        index += 1
        if event.kind == kind:
            depth += 1 if event.edge == "start" else -1
        elif event.kind in ("Text", "Code"):
            parts.append(event.value)
        elif event.kind in ("SoftBreak", "HardBreak"):
            parts.append(" ")
    return "".join(parts), index


def _headings(events: list[Event]) -> Iterator[Heading]:
    taken: dict[str, int] = {}
    for index, event in enumerate(events):
        if event.kind == "Heading" and event.edge == "start":
            text = " ".join(plain(events, index + 1, "Heading")[0].split())
            yield Heading(int(event.value["level"][1]), text, _free(names.slug(text), taken))


def _free(anchor: str, taken: dict[str, int]) -> str:
    """The anchor itself, or the first with a number that no heading before has."""
    candidate = anchor = anchor or "section"
    while candidate in taken:
        taken[anchor] += 1
        candidate = f"{anchor}-{taken[anchor]}"
    taken[candidate] = 0
    return candidate
