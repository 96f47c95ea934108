"""The direction of each block, such as a paragraph of Arabic inside an English article.

A block gets the other direction if its first letter and most of its letters have it, or if a
large majority of its letters does. The first letter alone, which ``dir="auto"`` looks at, may
belong to a foreign name; in a short sentence, so may most letters. Lists and their items stay on
the side of the block around them: only the text of an item may have another direction.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from articles.markdown.events import Event

BLOCKS = frozenset(
    (
        "BlockElement",
        "BlockQuote",
        "Callout",
        "CalloutTitle",
        "DefinitionList",
        "DefinitionListDefinition",
        "DefinitionListTitle",
        "Heading",
        "Item",
        "List",
        "Paragraph",
        "Table",
        "TableCell",
    )
)
LISTS = frozenset(("List", "ol", "ul"))
ITEMS = frozenset(("Item", "li"))
# Letters of right-to-left scripts: Hebrew to Arabic Extended-A, their presentation forms, and the
# blocks that Unicode reserves for more of them.
RTL = re.compile(
    "[\u05d0-\u05f2\u0620-\u064a\u066e-\u06d3\u06fa-\u08c7\ufb1d-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
URL_OR_EMAIL = re.compile(r"\b(?:https?://|www\.)\S+|(?<!\S)\S+@\S+")
LETTER = re.compile(r"[^\W\d_]")
# How many times the letters of one direction outnumber the others in a large majority.
LARGE_MAJORITY = 3


@dataclass
class LetterCount:
    """The number of letters of each direction, and the direction of the first letter."""

    rtl: int = 0
    ltr: int = 0
    first: str = ""

    def add(self, rtl: int, ltr: int) -> None:
        self.rtl += rtl
        self.ltr += ltr

    def direction(self, parent: str) -> str:
        """Return the direction of a block with these letters in a parent of this direction."""
        other = "ltr" if parent == "rtl" else "rtl"
        others, same = (self.rtl, self.ltr) if other == "rtl" else (self.ltr, self.rtl)
        differs = others > same and (self.first == other or others > LARGE_MAJORITY * same)
        return other if differs else parent


class BlockDirection(NamedTuple):
    """The direction of a block, ``rtl`` or ``ltr``, and that of its parent."""

    direction: str
    parent: str

    def unless(self, direction: str) -> str:
        """Return the direction of the block, or an empty string if it equals `direction`."""
        return self.direction if self.direction != direction else ""


def block_directions(events: Sequence[Event], base: str) -> Mapping[int, BlockDirection]:
    """Return the direction of each block, by the index of the event that begins it.

    `base` is the direction of the document. The result is empty if no block can differ from it.
    """
    if not any(_may_differ(event, base) for event in events):
        return {}
    counts = _count_letters(events)
    directions: dict[int, BlockDirection] = {}
    parents = [base]
    for index, event in enumerate(events):
        if event.kind not in BLOCKS:
            continue
        if event.edge == "end":
            parents.pop()
            continue
        direction = counts[index].direction(parents[-1])
        directions[index] = BlockDirection(direction, parents[-1])
        parents.append(parents[-1] if _name(event) in LISTS | ITEMS else direction)
    return directions


def _name(event: Event) -> str:
    """Return the kind of an event, or the name of an element that was written as HTML."""
    if event.kind != "BlockElement":
        return event.kind
    name: str = event.value.name if event.edge == "start" else event.value
    return name


def _may_differ(event: Event, base: str) -> bool:
    if event.kind != "Text" or (base == "ltr" and event.value.isascii()):
        return False
    return bool((RTL if base == "ltr" else LETTER).search(event.value))


def _count_letters(events: Sequence[Event]) -> Mapping[int, LetterCount]:
    """Return the letters of each block, by the index of the event that begins it."""
    counter = _Counter()
    for index, event in enumerate(events):
        if event.kind == "CodeBlock":
            counter.in_code = event.edge == "start"
        elif event.kind == "Text" and not counter.in_code:
            counter.add_text(event.value)
        elif event.kind in BLOCKS and event.edge == "start":
            counter.begin_block(index)
        elif (event.kind, event.edge) == ("TableHead", "end"):
            counter.end_table_head()
        elif event.kind in BLOCKS:
            counter.end_block(_name(event))
    return counter.counts


class _Counter:
    """Counts the letters of nested blocks in one pass, from running totals."""

    def __init__(self) -> None:
        self.rtl = self.ltr = 0
        self.in_code = False
        self.counts: dict[int, LetterCount] = {}
        self.open_blocks: list[LetterCount] = []
        self.without_first: list[LetterCount] = []

    def add_text(self, text: str) -> None:
        text = URL_OR_EMAIL.sub("", text)
        first = LETTER.search(text)
        if not first:
            return
        rtl = len(RTL.findall(text))
        self.rtl += rtl
        self.ltr += len(LETTER.findall(text)) - rtl
        for count in self.without_first:
            count.first = "rtl" if RTL.match(first[0]) else "ltr"
        self.without_first.clear()

    def begin_block(self, index: int) -> None:
        # The totals at its end, minus those at its start, are the letters of the block.
        count = self.counts[index] = LetterCount(-self.rtl, -self.ltr)
        self.open_blocks.append(count)
        self.without_first.append(count)

    def end_table_head(self) -> None:
        """Only the head decides the direction of a table: its columns run as their names do."""
        self.open_blocks[-1].add(self.rtl, self.ltr)
        self.open_blocks[-1] = LetterCount()

    def end_block(self, name: str) -> None:
        count = self.open_blocks.pop()
        count.add(self.rtl, self.ltr)
        if name in LISTS and self.open_blocks:
            # A nested list doesn't count for the item that contains it: it has its own direction.
            self.open_blocks[-1].add(-count.rtl, -count.ltr)
