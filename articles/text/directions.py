"""Blocks that run against the text around them: Arabic within English, and the other way round.

Not the first letter decides, as with ``dir="auto"``, but most of the letters: a paragraph may
begin with a foreign name.
"""

import re
from collections.abc import Mapping, Sequence

from articles.text.events import Event

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


def against(events: Sequence[Event], base: str) -> Mapping[int, str]:
    """The blocks, by the index of the event that begins each, that run against what is around
    them: ``rtl`` or ``ltr``. `base` is the direction of the whole text."""
    if not any(_runs_against(event, base) for event in events):
        return {}
    totals = _totals(events)
    found: dict[int, str] = {}
    around = [base]
    for index, event in enumerate(events):
        if event.kind not in BLOCKS:
            continue
        if event.edge == "end":
            around.pop()
            continue
        own = _direction(totals.get(index, 0)) or around[-1]
        if own != around[-1]:
            found[index] = own
        around.append(own)
    return found


def _runs_against(event: Event, base: str) -> bool:
    return event.kind == "Text" and bool((RTL if base == "ltr" else LETTER).search(event.value))


def _direction(balance: int) -> str:
    return "rtl" if balance > 0 else "ltr" if balance < 0 else ""


def _totals(events: Sequence[Event]) -> dict[int, int]:
    """How many more letters run to the left than to the right, in each block."""
    balance, in_code = 0, False
    totals: dict[int, int] = {}
    begun: list[list[int]] = []
    for index, event in enumerate(events):
        if event.kind == "CodeBlock":
            in_code = event.edge == "start"
        elif event.kind == "Text" and not in_code:
            balance += _balance(event.value)
        elif event.kind in BLOCKS and event.edge == "start":
            begun.append([index, balance])
        elif event.kind in BLOCKS:
            start, before = begun.pop()
            totals[start] = balance - before
            if event.kind == "List" and begun:
                # What is nested in an item has a direction of its own.
                begun[-1][1] += totals[start]
    return totals


def _balance(text: str) -> int:
    text = ADDRESS.sub("", text)
    return 2 * len(RTL.findall(text)) - len(LETTER.findall(text))
