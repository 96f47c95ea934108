"""The state of one rendering pass: what the rules read from and write to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from articles.markdown import anchors, headings, wikilinks
from articles.markdown.directions import BlockDirection, block_directions
from articles.markdown.elements import Heading, Image, Link
from articles.markdown.escaping import escape
from articles.markdown.events import Event, parse_events
from articles.markdown.explicit_ids import explicit_ids
from articles.markdown.footnotes import Footnotes
from articles.markdown.labels import labels_for
from articles.text import names, sentences
from articles.text.line_breaks import needs_space

# Deeper blocks are flattened: checking their nesting would take quadratic time.
MAX_DEPTH = 100
# What the text of an item in a list without paragraphs can begin with.
INLINE = frozenset(
    (
        *("Anchor", "Break", "Code", "DisplayMath", "Dropped", "Element", "Emphasis"),
        *("FootnoteReference", "Image", "InlineMath", "Link", "Mark", "Strikethrough", "Strong"),
        "Text",
    )
)


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link to an article whose label is still being rendered.

    The indexes say where its parts begin: the start tag in `html`, the label in `block_text`,
    and the label in characters of the block. `start` and `end` are bytes of the source.
    """

    name: str
    path: tuple[str, ...]
    is_embed: bool
    html_index: int
    text_index: int
    position: int
    start: int
    end: int


class RenderState:
    """Collects HTML in `html`, and plain text block by block in `blocks`.

    Text that readers see goes to both (`write_text`), markup only to the HTML (`write`), and the
    alternative text of an image only to the plain text (`add_text`).
    """

    def __init__(
        self,
        source: str,
        language: str,
        *,
        title: str = "",
        media: tuple[str, ...] = (),
        hosts: Sequence[str] = (),
    ) -> None:
        self.hosts = hosts
        self.labels = labels_for(language)
        self.media = media
        self.source = source.encode()
        self.events = headings.without_title(parse_events(source), title)
        self.heading_shift = headings.shift(self.events)
        self.index = 0
        self.direction = names.direction(language)
        self.directions = block_directions(self.events, self.direction)
        # Ids that authors give come before those that are made of headings.
        self._explicit_ids = set(map(names.slug, explicit_ids(self.events)))
        self._anchors = dict.fromkeys(self._explicit_ids, 0)
        self._begin_output()
        self._begin_context()

    def _begin_output(self) -> None:
        """Begin with no HTML and no text, and nothing else of which the document has lists."""
        self.html: list[str] = []
        self.block_text: list[str] = []
        self.block_length = 0
        self.blocks: list[str] = []
        self.headings: list[Heading] = []
        self.links: list[Link] = []
        self.images: list[Image] = []
        # Fragments of links within the page, and URLs of embedded files, with their ranges.
        self.page_links: list[tuple[str, int, int]] = []
        self.files: list[tuple[str, int, int]] = []
        self.dropped: list[tuple[str, int]] = []
        self.footnotes = Footnotes(self.labels)
        self.tables = self.mathml_length = self.highlighted = 0

    def _begin_context(self) -> None:
        """Begin outside of all elements."""
        self.callouts: list[bool] = []
        self.alignments: tuple[str, ...] = ()
        self.cell = self.depth = self.in_code = 0
        self._after_words = self._in_isolate = False
        self.in_head = self.has_rows = self.in_figure = False
        self.block_id = ""
        self._open_links: list[OpenLink | str] = []
        self._closed_links: list[tuple[OpenLink, int]] = []
        self._open_footnotes: list[tuple[str, list[str], list[Image]]] = []
        self._open_heading = 0, BlockDirection(self.direction, self.direction), "", ""

    def __iter__(self) -> Iterator[Event]:
        while self.index < len(self.events):
            self.index += 1
            yield self.events[self.index - 1]

    # Output

    def write(self, markup: str) -> None:
        self.html.append(markup)

    def write_text(self, text: str) -> None:
        """Write text, escaped, and add it to the text of the block."""
        self.html.append(escape(text))
        self.add_text(text)

    def add_text(self, text: str) -> None:
        """Add text to the block without writing it."""
        if text[:1] == " " and self._ends_with_space():
            text = text.lstrip(" ")
        if not text:
            return
        if self._after_words:
            self._after_words = False
            self._separate(text)
        self.block_text.append(text)
        self.block_length += len(text)

    def _ends_with_space(self) -> bool:
        """Return whether the text ends with a space, outside of code. If more follow, what stood
        between them is not in the text: a comment, the mark of a footnote."""
        return bool(self.block_text) and self.block_text[-1][-1:] == " " and not self.in_code

    def write_words(self, text: str) -> None:
        """Write text that stands for an image: `add_words`."""
        self.html.append(escape(text))
        self.add_words(text)

    def add_words(self, text: str) -> None:
        """Add text that is separated from the words around it, as the picture in its place is."""
        self._separate(text)
        self.add_text(text)
        self._after_words = True

    def _separate(self, text: str) -> None:
        """Add a space if the words before `text` would run into it."""
        before = self.block_text[-1] if self.block_text else ""
        if before[-1:].isalnum() and text[:1].isalnum() and needs_space(before, text):
            self.block_text.append(" ")
            self.block_length += 1

    def end_block(self) -> None:
        """Close the current block of text. A rule calls this wherever running text is broken."""
        if self._in_isolate:
            self.write("</bdi>")
            self._in_isolate = False
        if not self.block_text:
            return
        text = "".join(self.block_text)
        self.links += [self._link(link, text, end) for link, end in self._closed_links]
        self._closed_links.clear()
        self.block_text.clear()
        self.block_length = 0
        if text.strip():
            self.blocks.append(text.strip())

    def isolate_item(self, direction: str) -> None:
        """Isolate the text that an item begins with, up to its end, if it has a `direction` that
        is not that of the list: ` dir="…"`."""
        if direction and self.events[self.index].kind in INLINE:
            self.write(f"<bdi{direction}>")
            self._in_isolate = True

    def begin_footnote(self, label: str) -> None:
        """Redirect the output to a footnote, which is shown at the end of the document."""
        self._open_footnotes.append((label, self.html, self.images))
        self.html, self.images = [], []

    def end_footnote(self) -> None:
        content, images = "".join(self.html), self.images
        label, self.html, self.images = self._open_footnotes.pop()
        self.footnotes.add(label, content, images)

    def dir_attribute(self) -> str:
        """Return ` dir="…"` if the block that has just begun differs from the block around it, and
        before that its id, if it has one."""
        return self.id_attribute() + self.direction_attribute()

    def direction_attribute(self) -> str:
        """Return the second of these only."""
        return self._dir_attribute(self._block_direction())

    def id_attribute(self) -> str:
        """Return ` id="…"` if an author has marked the block that has just begun."""
        identifier, self.block_id = self.block_id, ""
        return f' id="{self.id_for(identifier)}"' if identifier else ""

    def _block_direction(self) -> BlockDirection:
        default = BlockDirection(self.direction, self.direction)
        return self.directions.get(self.index - 1) or default

    def _dir_attribute(self, block: BlockDirection) -> str:
        direction = block.unless(block.parent)
        return f' dir="{direction}"' if direction else ""

    # Headings

    def begin_heading(self, identifier: str = "", align: str = "") -> None:
        """Reserve the start tag of a heading: without an `identifier`, its id depends on the text
        that follows."""
        self._open_heading = len(self.html), self._block_direction(), identifier, align
        self.write("")

    def end_heading(self, level: int) -> int:
        """Write the start tag and return its level: no heading is on the level of the title."""
        level = min(level + self.heading_shift, headings.LAST_LEVEL)
        text = " ".join("".join(self.block_text).split())
        html_index, block, identifier, align = self._open_heading
        anchor = self.id_for(identifier) if identifier else self.anchor_for(text)
        classes = f' class="{align}"' if align else ""
        self.headings.append(Heading(level, text, anchor, block.unless(self.direction)))
        self.html[html_index] = f'<h{level} id="{anchor}"{classes}{self._dir_attribute(block)}>'
        return level

    def id_for(self, identifier: str) -> str:
        """Return the slug of an id that an author gave, or with a number if it is not the first
        of those alike."""
        identifier = names.slug(identifier)
        if identifier not in self._explicit_ids:
            return self.anchor_for(identifier)
        self._explicit_ids.remove(identifier)
        return identifier

    def anchor_for(self, heading: str) -> str:
        """Return an id for a heading, with a number appended if an earlier one has it."""
        unique = anchor = names.slug(heading) or "section"
        while unique in self._anchors:
            self._anchors[anchor] += 1
            unique = f"{anchor}-{self._anchors[anchor]}"
        self._anchors[unique] = 0
        return unique

    # Links

    @property
    def in_link(self) -> bool:
        return bool(self._open_links)

    def begin_link(self, end_tag: str) -> None:
        """Begin a link of any other kind; `end_tag` is written where it ends."""
        self._open_links.append(end_tag)

    def begin_article_link(
        self, name: str, path: tuple[str, ...], event: Event, *, is_embed: bool = False
    ) -> None:
        """Reserve the start tag of a link to an article, which `event` begins in the source: it
        depends on the label that follows."""
        indexes = (len(self.html), len(self.block_text), self.block_length)
        self._open_links.append(OpenLink(name, path, is_embed, *indexes, event.start, event.end))
        if not name:
            self.page_links.append((anchors.fragment_of(path), event.start, event.end))
        self.write("")

    def end_link(self) -> None:
        link = self._open_links.pop()
        if isinstance(link, str):
            self.write(link)
            return
        if not "".join(self.block_text[link.text_index :]).strip():
            self.write_text(wikilinks.default_label(link.name, link.path))
        label = "".join(self.block_text[link.text_index :])
        fragment = anchors.fragment_of(link.path)
        self.html[link.html_index] = wikilinks.start_tag(
            link.name, fragment, label.strip(), is_embed=link.is_embed
        )
        self.write("</a>")
        if link.name:
            self._closed_links.append((link, self.block_length))

    def _link(self, link: OpenLink, text: str, end: int) -> Link:
        key = names.fold(link.name)
        before, after = sentences.context(text, link.position, end)
        return Link(
            key=key,
            name=link.name,
            fragment=anchors.fragment_of(link.path),
            label=" ".join(text[link.position : end].split()),
            before=before,
            after=after,
            last_key=wikilinks.last_key(key),
            last_name=wikilinks.last_part(link.name),
            start=link.start,
            end=link.end,
        )

    # Position and lookahead

    def exceeds_max_depth(self, event: Event) -> bool:
        """Track the nesting of a block that begins or ends. Return whether it is too deep."""
        if event.edge == "start":
            self.depth += 1
            return self.depth > MAX_DEPTH
        self.depth -= 1
        return self.depth >= MAX_DEPTH

    def next_is(self, kind: str, edge: str = "start") -> bool:
        event = self.events[self.index]
        return (event.kind, event.edge) == (kind, edge)

    def is_task(self) -> bool:
        """Return whether the list item that has just begun is a task."""
        index = self.index + self.next_is("Paragraph")
        return self.events[index].kind == "TaskListMarker"

    def consume_text(self, kind: str) -> str:
        """Skip to the end of the element of this kind that has just begun. Return its text."""
        text, self.index = self.text_until_end(self.index, kind)
        return text

    def text_until_end(self, index: int, kind: str) -> tuple[str, int]:
        """Return the text from an event to the end of its element, and the index after it."""
        depth, parts = 1, []
        while depth:
            event = self.events[index]
            index += 1
            if event.kind == kind:
                depth += 1 if event.edge == "start" else -1
            elif event.kind in ("Text", "Code", "InlineMath", "DisplayMath"):
                parts.append(event.value)
            elif event.kind in ("SoftBreak", "HardBreak"):
                parts.append(" ")
        return "".join(parts), index

    def source_text(self, event: Event) -> str:
        return self.source[event.start : event.end].decode()
