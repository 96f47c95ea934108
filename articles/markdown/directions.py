"""Blocks that run against the text around them: Arabic within English, and the other way round.

A block does so if it begins so and most of its letters are so, or if nearly all of them are. The
first letter alone, by which ``dir="auto"`` goes, may be that of a foreign name, and so may most
letters of a short sentence be.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from articles.markdown.events import Event

BLOCKS = frozenset(
    (
        "BlockQuote",
        "Callout",
        "CalloutTitle",
        "DefinitionList",
        "DefinitionListDefinition",
        "DefinitionListTitle",
        "Heading",
        "HtmlBlock",
        "Item",
        "List",
        "Paragraph",
        "Table",
        "TableCell",
    )
)
# Letters of the scripts that are written from right to left, Hebrew to Arabic Extended-A, their
# presentation forms, and the blocks that Unicode keeps for more of them.
RTL = re.compile(
    "[\u05d0-\u05f2\u0620-\u064a\u066e-\u06d3\u06fa-\u08c7\ufb1d-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+|\S+@\S+")
LETTER = re.compile(r"[^\W\d_]")


# So many times as many letters of one direction are nearly all.
NEARLY_ALL = 3


@dataclass
class Letters:
    """How many letters run each way, and which way the first does."""

    rtl: int = 0
    ltr: int = 0
    first: str = ""

    def direction(self, around: str) -> str:
        """The direction of a block of these letters within a text that runs `around`."""
        other = "ltr" if around == "rtl" else "rtl"
        against, along = (self.rtl, self.ltr) if other == "rtl" else (self.ltr, self.rtl)
        enough = against > along and (self.first == other or against > NEARLY_ALL * along)
        return other if enough else around


class Run(NamedTuple):
    """Which way a block runs, ``rtl`` or ``ltr``, and what is around it."""

    own: str
    around: str

    def against(self, direction: str) -> str:
        """Its own direction, if it is not that one."""
        return self.own if self.own != direction else ""


def runs(events: Sequence[Event], base: str) -> Mapping[int, Run]:
    """How each block runs, by the index of the event that begins it, if one of them may run
    against another. `base` is the direction of the whole text."""
    if not any(_runs_against(event, base) for event in events):
        return {}
    letters = _letters(events)
    found: dict[int, Run] = {}
    around = [base]
    for index, event in enumerate(events):
        if event.kind not in BLOCKS:
            continue
        if event.edge == "end":
            around.pop()
            continue
        own = letters[index].direction(around[-1])
        found[index] = Run(own, around[-1])
        around.append(own)
    return found


def _runs_against(event: Event, base: str) -> bool:
    return event.kind == "Text" and bool((RTL if base == "ltr" else LETTER).search(event.value))


def _letters(events: Sequence[Event]) -> Mapping[int, Letters]:
    """The letters of each block, by the index of the event that begins it."""
    rtl, ltr, in_code = 0, 0, False
    found: dict[int, Letters] = {}
    begun: list[Letters] = []
    beginning: list[Letters] = []
    for index, event in enumerate(events):
        if event.kind == "CodeBlock":
            in_code = event.edge == "start"
        elif event.kind == "Text" and not in_code:
            text = ADDRESS.sub("", event.value)
            if letter := LETTER.search(text):
                right = len(RTL.findall(text))
                rtl, ltr = rtl + right, ltr + len(LETTER.findall(text)) - right
                for letters in beginning:
                    letters.first = "rtl" if RTL.match(letter[0]) else "ltr"
                beginning.clear()
        elif event.kind in BLOCKS and event.edge == "start":
            # What was before it is taken off, and what is there at its end comes on top.
            found[index] = Letters(-rtl, -ltr)
            begun.append(found[index])
            beginning.append(found[index])
        elif (event.kind, event.edge) == ("TableHead", "end"):
            # The columns of a table run as their names do, whatever stands in them.
            begun[-1].rtl, begun[-1].ltr = begun[-1].rtl + rtl, begun[-1].ltr + ltr
            begun[-1] = Letters()
        elif event.kind in BLOCKS:
            letters = begun.pop()
            letters.rtl, letters.ltr = letters.rtl + rtl, letters.ltr + ltr
            if event.kind == "List" and begun:
                # What is nested in an item has a direction of its own.
                begun[-1].rtl -= letters.rtl
                begun[-1].ltr -= letters.ltr
    return found
