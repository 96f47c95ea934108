"""Events of raw HTML → events of the elements that an article may contain, in a balanced order.

Each Markdown element is a container: what is opened in it ends with it. Elements that are opened
between Markdown blocks contain the blocks that follow, as in CommonMark (4.6). Browsers don't
change the order when they parse the HTML: a paragraph ends where a block begins, and text in a
table gets a cell.
"""

from collections.abc import Collection, Iterable, Sequence

from articles.markdown import html_attributes as attributes
from articles.markdown import html_elements as elements
from articles.markdown.html_attributes import Element
from articles.markdown.html_stack import HtmlStack, block_kind
from articles.markdown.html_tokens import Tag, tokens
from articles.markdown.raw_events import Event

# Markdown blocks that end the text before them.
MARKDOWN_BLOCKS = frozenset(
    (
        *("BlockQuote", "Callout", "CodeBlock", "DefinitionList", "Heading", "List", "Paragraph"),
        *("Rule", "Table"),
    )
)
# Markdown elements that blocks of HTML may stand in.
FLOW = frozenset(
    (
        *("BlockQuote", "Callout", "DefinitionListDefinition", "FootnoteDefinition", "Item"),
        "TableCell",
    )
)
# Markdown elements whose place doesn't depend on the text around them.
PARTS = frozenset(
    (
        *("CalloutTitle", "DefinitionListDefinition", "DefinitionListTitle"),
        *("FootnoteDefinition", "Item", "TableCell", "TableHead", "TableRow"),
    )
)
CELLS = frozenset(("caption", "table", "td", "th"))
# An item, or an end tag, doesn't belong to a list outside of these.
ITEM_BOUNDARIES = CELLS | {"blockquote", "details", "figure"}


def balance_html(events: Sequence[Event]) -> Sequence[Event]:
    """Return events without raw HTML: its tags and text have become events of their own.

    The kinds of the new events are those of Markdown where it has the same element, and
    ``BlockElement``, ``Element``, ``Break``, ``Anchor`` and ``Dropped``, whose value is the name
    of a dropped element.
    """
    if not any(event.kind in ("HtmlBlock", "InlineHtml") for event in events):
        return events
    return _Balancer().balance(events)


class _Balancer:
    """Reads the events of a document, and what is in its raw HTML."""

    def __init__(self) -> None:
        self.stack = HtmlStack()
        self.lines: list[Event] = []

    def balance(self, events: Iterable[Event]) -> list[Event]:
        for event in events:
            if event.kind == "Html" or (self.stack.in_html_block and event.kind == "Text"):
                self.lines.append(event)
            elif event.kind == "HtmlBlock":
                self._html_block(event)
            elif event.kind == "InlineHtml":
                self._tokens([event])
            else:
                self._markdown(event)
        self.stack.end()
        return self.stack.events

    def _markdown(self, event: Event) -> None:
        if event.edge == "end":
            self.stack.end_container(event)
            return
        if event.kind in MARKDOWN_BLOCKS:
            self.stack.end_text()
            self.stack.end_removed()
            self.stack.begin_block()
        if event.edge == "start":
            if event.kind not in MARKDOWN_BLOCKS | PARTS:
                self.stack.begin_inline(event)
            self.stack.begin_container(event, flow=event.kind in FLOW)
        elif event.kind == "Rule":
            self.stack.events.append(event)
        else:
            self.stack.write_inline(event)

    def _html_block(self, event: Event) -> None:
        if event.edge == "start":
            self.stack.in_html_block = True
            return
        self._tokens(self.lines)
        self.lines = []
        self.stack.end_html_block()

    def _tokens(self, lines: Sequence[Event]) -> None:
        """Write what is in `lines`, the parts of a block or a tag in a line."""
        positions = _Positions(lines)
        for start, end, token in tokens("".join(line.value for line in lines)):
            start, end = positions.offset(start), positions.offset(end)
            if isinstance(token, str):
                self.stack.write_text(token, start, end)
            elif token:
                self._tag(token, start, end)

    def _tag(self, tag: Tag, start: int, end: int) -> None:
        is_allowed = tag.name in elements.ALLOWED
        is_end_of_foreign = tag.name in elements.FOREIGN and tag.edge == "end"
        if not (is_allowed or is_end_of_foreign) and self._in_foreign_element():
            return
        if tag.name not in elements.ALL_NAMES:
            self.stack.write_text(tag.source, start, end)
        elif tag.edge == "end" and tag.name != "br":
            self._end_tag(tag, end)
        elif is_allowed:
            _Start(self.stack, tag, start, end).write()
        else:
            self._unwanted(tag, start, end)

    def _in_foreign_element(self) -> bool:
        return self.stack.find(elements.FOREIGN, elements.BLOCKS) is not None

    def _unwanted(self, tag: Tag, start: int, end: int) -> None:
        dropped = Event("Dropped", "", tag.name, start, end)
        self.stack.events.append(dropped)
        if tag.name in elements.UNWRAPPED_BLOCKS:
            self.stack.separate(dropped)
        if self.stack.is_full or tag.name in elements.DROPPED_VOID:
            return
        if tag.name in elements.WITHOUT_CONTENT:
            self.stack.open_without_tags(tag.name, "Removed")
        elif tag.name in elements.FOREIGN:
            self.stack.open_without_tags(tag.name, "Foreign")

    def _end_tag(self, tag: Tag, end: int) -> None:
        names = frozenset((tag.name,))
        boundaries = elements.BLOCKS | elements.WITHOUT_CONTENT
        if tag.name in elements.HEADINGS:
            names, boundaries = elements.HEADINGS, ITEM_BOUNDARIES
        elif tag.name in elements.WITHOUT_CONTENT:
            boundaries = frozenset()
        elif tag.name in elements.TABLE_PARTS or tag.name == "table":
            boundaries = frozenset(("table",))
        elif tag.name in elements.BLOCKS:
            boundaries = CELLS
        elif tag.name in elements.UNWRAPPED_BLOCKS:
            self.stack.separate(Event("Dropped", "", tag.name, end, end))
        index = self.stack.find(names, boundaries)
        if index is not None:
            self.stack.close_to(index, end)


class _Start:
    """A start tag of an element that an article may contain."""

    def __init__(self, stack: HtmlStack, tag: Tag, start: int, end: int) -> None:
        self.stack, self.tag, self.start, self.end = stack, tag, start, end

    def write(self) -> None:
        name = self.tag.name
        if name == "a":
            self._anchor()
        elif name == "img":
            self._image()
        elif name == "hr":
            self._rule()
        elif name in elements.VOID:
            self.stack.write_inline(self._event("Break", value=name))
        elif name in elements.INLINE:
            self._inline()
        elif self._may_begin():
            self._block()
        else:
            self._drop()

    def _event(self, kind: str, edge: str = "", value: object = None) -> Event:
        return Event(kind, edge, value, self.start, self.end)

    def _drop(self) -> None:
        self.stack.events.append(self._event("Dropped", value=self.tag.name))
        if self.tag.name in elements.BLOCKS:
            self.stack.separate(self._event("Dropped"))

    # In a line

    def _inline(self) -> None:
        element = attributes.element(self.tag)
        if self.stack.is_full or not self._has_parent() or element == Element("bdo"):
            self._drop()
        else:
            self.stack.open_inline(self.tag.name, self._event("Element", "start", element))

    def _has_parent(self) -> bool:
        """Return whether an element is in the one it needs, after closing what is between."""
        parents = elements.PARENTS.get(self.tag.name)
        if not parents:
            return True
        index = self.stack.find(parents, elements.BLOCKS)
        if index is not None:
            self.stack.close_to(index + 1)
        return index is not None

    def _anchor(self) -> None:
        values = self.tag.attributes
        if identifier := values.get("id") or values.get("name"):
            self.stack.open_implied()
            self.stack.events.append(self._event("Anchor", value=identifier))
        if "href" not in values or self.stack.is_full:
            return
        if (index := self.stack.find(("a",), elements.BLOCKS)) is not None:
            self.stack.close_to(index)
        self.stack.open_inline("a", self._event("Link", "start", self._target(values["href"])))

    def _target(self, url: str) -> dict[str, object]:
        title = self.tag.attributes.get("title", "")
        return {"link_type": "Html", "dest_url": url.strip(), "title": title, "id": ""}

    def _image(self) -> None:
        alt = self.tag.attributes.get("alt", "")
        value = self._target(self.tag.attributes.get("src", ""))
        value["size"] = attributes.size(self.tag)
        self.stack.write_inline(self._event("Image", "start", value))
        if alt:
            self.stack.events.append(self._event("Text", value=alt))
        self.stack.events.append(self._event("Image", "end"))

    # Blocks

    def _rule(self) -> None:
        if self.stack.container.flow:
            self.stack.begin_block()
            self.stack.events.append(self._event("Rule"))
        else:
            self._drop()

    def _may_begin(self) -> bool:
        """Close what the block ends. Return whether it may then stand here."""
        name = self.tag.name
        if self.stack.is_full or not self.stack.container.flow:
            return False
        if name not in elements.PARENTS:
            self.stack.begin_block()
            return True
        if name in elements.TABLE_PARTS:
            return self._may_begin_in_table()
        index = self.stack.find(
            elements.PARENTS[name], ITEM_BOUNDARIES - set(elements.PARENTS[name])
        )
        if index is None:
            return False
        self.stack.close_to(index + 1)
        return True

    def _may_begin_in_table(self) -> bool:
        table = self.stack.find(("table",), elements.WITHOUT_CONTENT)
        if table is None:
            return False
        parents = elements.PARENTS[self.tag.name]
        index = self.stack.find(self._table_context(), ("table",))
        self.stack.close_to((table if index is None else index) + 1)
        while (top := self.stack.top) and top.name not in parents:
            self.stack.open_implied_child(top)
        return True

    def _table_context(self) -> Collection[str]:
        """Return the names of what a part of a table may be in, directly or in implied parts."""
        parents = elements.PARENTS[self.tag.name]
        around = [name for parent in parents for name in elements.PARENTS.get(parent, ())]
        return {"table", *parents, *around}

    def _block(self) -> None:
        name = self.tag.name
        if name in elements.HEADINGS:
            value: object = {
                "level": name.upper(),
                "id": self.tag.attributes.get("id"),
                "classes": (),
                "attrs": (),
                "align": attributes.alignment(self.tag),
            }
            self.stack.open_block(name, self._event("Heading", "start", value))
        else:
            element = attributes.element(self.tag)
            self.stack.open_block(name, self._event(block_kind(name), "start", element))


class _Positions:
    """Offsets in the source of characters of raw HTML, asked for in ascending order."""

    def __init__(self, lines: Sequence[Event]) -> None:
        self.lines = lines
        self.line = self.line_start = 0
        self.position = 0
        self.in_bytes = lines[0].start if lines else 0

    def offset(self, position: int) -> int:
        """Return the offset in bytes of the character at `position`."""
        while position - self.line_start > len(self.lines[self.line].value):
            self.line_start += len(self.lines[self.line].value)
            self.line += 1
            self.position, self.in_bytes = self.line_start, self.lines[self.line].start
        value = self.lines[self.line].value
        part = value[self.position - self.line_start : position - self.line_start]
        self.position, self.in_bytes = position, self.in_bytes + len(part.encode())
        return self.in_bytes
