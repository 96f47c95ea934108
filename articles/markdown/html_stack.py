"""The open elements of HTML, and the events that are written as they open and close."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from articles.markdown import html_elements as elements
from articles.markdown.html_attributes import Element
from articles.markdown.raw_events import Event

# More elements in each other are dropped, because end tags search the open ones.
MAX_DEPTH = 100
SPACES = " \t\r\f"
BREAKS = ("SoftBreak", "HardBreak")
# Elements of which no tag is written.
WITHOUT_TAGS = ("Foreign", "Removed")


@dataclass(slots=True)
class OpenElement:
    """An element that is open; `index` is that of its first event.

    `kind` is the kind of its events, ``Foreign`` for one without events, or ``Removed`` for one
    whose content is removed when it closes. `content` is the end of the content before it. The
    end of a `suspended` element is still to come, if there is one.
    """

    name: str
    kind: str
    value: Any
    index: int
    content: int
    suspended: bool = False


@dataclass(slots=True)
class Container:
    """A Markdown element, or the document, with the elements that are open in it.

    In a `flow` container, blocks of HTML may stand. `paragraph` is the event that begins it, if
    it is a paragraph: that ends and begins again around them.
    """

    flow: bool
    paragraph: Event | None = None
    open: list[OpenElement] = field(default_factory=list)


class HtmlStack:
    """Writes balanced `events`."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.in_html_block = False
        self._containers = [Container(flow=True)]
        self._depth = 0
        # Indexes in `events`: after the last visible one, and after the last edge of a block.
        self._content = self._edge = 0
        self._line_break: Event | None = None

    @property
    def container(self) -> Container:
        return self._containers[-1]

    @property
    def top(self) -> OpenElement | None:
        return self.container.open[-1] if self.container.open else None

    @property
    def is_full(self) -> bool:
        return self._depth >= MAX_DEPTH

    # Markdown

    def begin_container(self, event: Event, *, flow: bool) -> None:
        """Begin a Markdown element."""
        if event.kind == "Paragraph":
            self._containers.append(Container(flow=True, paragraph=event))
            self._open_paragraph(event)
            return
        self.events.append(event)
        if event.kind == "Image":
            self._content = len(self.events)
        self._containers.append(Container(flow=flow))

    def end_container(self, event: Event) -> None:
        """End a Markdown element, and what is open in it."""
        self._close_all()
        if not self._containers.pop().paragraph:
            self.events.append(event)

    def end(self) -> None:
        """End the document."""
        self._close_all()

    def end_html_block(self) -> None:
        """End the text of an HTML block. The other elements stay open for the blocks after it."""
        self._suspend_removed()
        self.end_text()
        self.in_html_block = False

    def _suspend_removed(self) -> None:
        """Remove the content of an element that has no end tag in this HTML block, but perhaps in
        a later one."""
        opened = self.container.open
        for index, element in enumerate(opened):
            if element.kind == "Removed" and not element.suspended:
                self.close_to(index + 1)
                if index and _is_text(opened[index - 1]):
                    self.close()
                else:
                    self._remove_content(element)
                    element.suspended = True
                return

    # Blocks

    def begin_block(self) -> None:
        """End the text that a block doesn't continue, and begin a cell or item around it."""
        self.end_text()
        self.open_implied()
        self._edge = len(self.events)

    def end_text(self) -> None:
        """Close paragraphs, headings and inline elements."""
        while (top := self.top) and _is_text(top):
            self.close()
        self._line_break = None

    def end_removed(self) -> None:
        """Close elements whose content is removed, unless their end is still to come."""
        while (top := self.top) and top.kind == "Removed" and not top.suspended:
            self.close()
            self.end_text()

    def open_block(self, name: str, event: Event) -> None:
        """Open an element that is a block, where it may stand."""
        self._edge = len(self.events) + 1
        self._line_break = None
        self._open(name, event)

    def open_implied(self) -> None:
        """Open what contains text and blocks in lists and tables."""
        while (parent := self._rendered_top()) and parent.name in elements.IMPLIED_CHILDREN:
            self.open_implied_child(parent)

    def _rendered_top(self) -> OpenElement | None:
        """Return the innermost element that has tags."""
        for element in reversed(self.container.open):
            if element.kind not in WITHOUT_TAGS:
                return element
        return None

    def open_implied_child(self, parent: OpenElement) -> None:
        """Open the element that contains what `parent` can't contain itself."""
        child = elements.IMPLIED_CHILDREN[parent.name]
        start = self.events[parent.index].start
        self.open_block(child, Event(block_kind(child), "start", Element(child), start, start))

    # Text

    def open_inline(self, name: str, event: Event) -> None:
        self.begin_inline(event)
        self._open(name, event)

    def open_without_tags(self, name: str, kind: str) -> None:
        """Open an element without events of its own."""
        self._push(OpenElement(name, kind, None, len(self.events), self._content))

    def begin_inline(self, event: Event) -> None:
        """Open what text, or an inline element, stands in; write the line break before it."""
        container = self._containers[-1]
        top = self._rendered_top()
        if top is None:
            if container.paragraph or (self.in_html_block and container.flow):
                self._open_paragraph(event)
        elif top.name in elements.IMPLIED_CHILDREN:
            self.open_implied()
        if self._line_break and self._content > self._edge:
            self.events.append(self._line_break)
        self._line_break = None

    def write_inline(self, event: Event) -> None:
        """Write an event within a line of text."""
        is_blank = event.kind in BREAKS or (event.kind == "Text" and not event.value.strip(SPACES))
        if is_blank and self.container.open and self._content <= self._edge:
            return
        if is_blank and self.container.paragraph and not self.container.open:
            return
        self.begin_inline(event)
        self.events.append(event)
        if not is_blank:
            self._content = len(self.events)

    def write_text(self, text: str, start: int, end: int) -> None:
        """Write the text of raw HTML, without the indentation of its lines."""
        if any(element.name == "pre" for element in self.container.open):
            self._write_preformatted(text, start, end)
            return
        lines = text.split("\n")
        for number, line in enumerate(lines):
            if number:
                self._line_break = Event("SoftBreak", "", None, start, end)
            if number < len(lines) - 1:
                line = line.rstrip(SPACES)
            if number or self._content <= self._edge:
                line = line.lstrip(SPACES)
            if line:
                self.write_inline(Event("Text", "", line, start, end))

    def separate(self, event: Event) -> None:
        """End the text before a dropped block, or at least keep the words on both sides apart."""
        if self.container.flow:
            self.end_text()
        self._line_break = event._replace(kind="SoftBreak", edge="", value=None)

    def _write_preformatted(self, text: str, start: int, end: int) -> None:
        if self._content <= self._edge:
            # Browsers ignore a line break that begins the text.
            text = text.lstrip("\r\n")
        if text:
            self.write_inline(Event("Text", "", text, start, end))

    def _open_paragraph(self, event: Event) -> None:
        end = (self.container.paragraph or event).end
        self._edge = len(self.events) + 1
        self._open("p", Event("Paragraph", "start", None, event.start, end))

    # Closing

    def close(self, end: int = 0) -> None:
        """Close the innermost element. `end` is where its end tag ends, if it has one."""
        element = self.container.open.pop()
        self._depth -= 1
        if element.kind == "Removed" and not (element.suspended and not end):
            self._remove_content(element)
        if element.kind in WITHOUT_TAGS:
            return
        is_text_block = element.name in elements.TEXT_BLOCKS and element.name != "pre"
        if is_text_block and self._content <= element.index:
            self._unwrap(element.index)
        else:
            self._write_end(element, end)
        if element.name not in elements.INLINE:
            self._edge, self._line_break = len(self.events), None

    def close_to(self, length: int, end: int = 0) -> None:
        """Close elements until only `length` are open in the container."""
        while len(self.container.open) > length:
            self.close(end)

    def find(self, names: Collection[str], boundaries: Collection[str]) -> int | None:
        """Return the index of the innermost open element with one of these names, or None.

        The search ends at an element with a name in `boundaries`.
        """
        opened = self.container.open
        for index in range(len(opened) - 1, -1, -1):
            if opened[index].name in names:
                return index
            if opened[index].name in boundaries:
                return None
        return None

    def _close_all(self) -> None:
        self.close_to(0)

    def _write_end(self, element: OpenElement, end: int) -> None:
        start = self.events[element.index]
        if element.kind == "Heading":
            end = end or self.events[-1].end
            start = self.events[element.index] = start._replace(end=end)
        self.events.append(Event(element.kind, "end", element.value, start.start, start.end))

    def _unwrap(self, index: int) -> None:
        """Remove an element at `index` without visible content, except for targets of links."""
        rest = self.events[index + 1 :]
        self.events[index:] = [event for event in rest if event.kind in ("Anchor", "Dropped")]

    def _remove_content(self, element: OpenElement) -> None:
        del self.events[element.index :]
        self._content = element.content
        self._edge = min(self._edge, len(self.events))

    def _open(self, name: str, event: Event) -> None:
        value = event.value
        if event.kind == "Heading":
            value = value["level"]
        elif isinstance(value, Element):
            value = value.name
        else:
            value = None
        self._push(OpenElement(name, event.kind, value, len(self.events), self._content))
        self.events.append(event)

    def _push(self, element: OpenElement) -> None:
        self.container.open.append(element)
        self._depth += 1


def _is_text(element: OpenElement) -> bool:
    """Return whether an element contains no blocks."""
    in_line = element.name in elements.INLINE or element.kind == "Foreign"
    return in_line or element.name in elements.TEXT_BLOCKS


def block_kind(name: str) -> str:
    """Return the kind of the events of a block: rows only hold cells, which begin the text."""
    return "Element" if name in elements.ROWS else "BlockElement"
