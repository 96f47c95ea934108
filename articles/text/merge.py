"""Three versions of a text, a set or a value → one with the changes of both sides.

`base` is the version that both sides started from, `mine` what is to be saved, and `theirs` what
is stored. To undo the change from `old` to `new` in the present text, merge it with the new text
as the base: ``merge(base=new, mine=present, theirs=old)``.
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from typing import ClassVar, Generic, NamedTuple, TypeVar

from articles.text.alignment import Edit
from articles.text.line_breaks import needs_space
from articles.text.tokens import is_line_end, split_tokens
from articles.text.word_edits import join_edits, word_edits

Value = TypeVar("Value")


class Choice(Enum):
    """How to resolve a conflict. `BOTH` is their text and then mine."""

    THEIRS = "theirs"
    MINE = "mine"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Conflict(Generic[Value]):
    """What both sides changed, in different ways."""

    is_conflict: ClassVar = True  # For templates: texts don't have it.

    base: Value
    mine: Value
    theirs: Value


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged text: texts and conflicts in order, and the number of changes of each side.

    A change that both sides made is a change of both. So is a conflict.
    """

    parts: tuple[str | Conflict[str], ...]
    my_changes: int
    their_changes: int

    @property
    def conflicts(self) -> list[Conflict[str]]:
        return [part for part in self.parts if isinstance(part, Conflict)]

    @property
    def is_clean(self) -> bool:
        return not self.conflicts

    def resolve(self, choices: Sequence[Choice | str] = ()) -> str:
        """Return the text with a choice for each conflict, in order, or a text in its place.

        Raise `ValueError` if there are more or fewer choices than conflicts.
        """
        pairs = zip(self.conflicts, choices, strict=True)
        texts = iter([_resolve(conflict, choice) for conflict, choice in pairs])
        return "".join(next(texts) if isinstance(part, Conflict) else part for part in self.parts)


def merge(base: str, mine: str, theirs: str) -> Merge:
    """Merge the changes of two texts to their common base, by words.

    Changes of both sides are a conflict if they touch: if there is no word, sign or line end
    between them that both left as it was. The same change on both sides is made once.

    >>> merge("one two three", "ONE two three", "one two THREE").resolve()
    'ONE two THREE'
    >>> merge("one two", "one 2", "one too").conflicts
    [Conflict(base='two', mine='2', theirs='too')]
    """
    tokens = split_tokens(base), split_tokens(mine), split_tokens(theirs)
    changes = list(_changes(*tokens))
    return Merge(
        tuple(_parts(tokens[0], changes)),
        my_changes=sum(change.text.mine != change.text.base for change in changes),
        their_changes=sum(change.text.theirs != change.text.base for change in changes),
    )


def merge_sets(
    base: Iterable[Value], mine: Iterable[Value], theirs: Iterable[Value]
) -> list[Value]:
    """Return the values of `theirs` with what `mine` added and without what it removed.

    The values must be hashable. The order is theirs, then mine.

    >>> merge_sets(["a", "b"], ["b", "c"], ["a", "b", "d"])
    ['b', 'd', 'c']
    """
    base, mine, theirs = dict.fromkeys(base), dict.fromkeys(mine), dict.fromkeys(theirs)
    return [
        *(value for value in theirs if value in mine or value not in base),
        *(value for value in mine if value not in theirs and value not in base),
    ]


def merge_values(base: Value, mine: Value, theirs: Value) -> Value | Conflict[Value]:
    """Return the value of the side that changed it, or a conflict if both did, differently.

    >>> merge_values("en", "en", "ar"), merge_values(1, 2, 3)
    ('ar', Conflict(base=1, mine=2, theirs=3))
    """
    if mine in (base, theirs):
        return theirs
    return mine if theirs == base else Conflict(base, mine, theirs)


def mark_conflicts(merged: Merge, mine: str, theirs: str) -> str:
    """Return the text with both versions of the lines of each conflict, marked as Git does.

    `mine` and `theirs` are the names of the sides.

    >>> print(mark_conflicts(merge("one\\n", "1\\n", "uno\\n"), "file", "database"), end="")
    <<<<<<< file
    1
    =======
    uno
    >>>>>>> database
    """
    lines: list[str] = []
    my_line = their_line = ""
    for part in merged.parts:
        if isinstance(part, Conflict):
            my_line, their_line = my_line + part.mine, their_line + part.theirs
            continue
        end = part.find("\n") + 1 if my_line != their_line else 0
        if my_line != their_line and not end:
            my_line, their_line = my_line + part, their_line + part
            continue
        if end:
            lines.append(_marked(my_line + part[:end], mine, their_line + part[:end], theirs))
            my_line = ""
        rest = my_line + part[end:]
        start = rest.rfind("\n") + 1
        lines.append(rest[:start])
        my_line = their_line = rest[start:]
    is_equal = my_line == their_line
    lines.append(my_line if is_equal else _marked(my_line, mine, their_line, theirs))
    return "".join(lines)


def _marked(my_lines: str, mine: str, their_lines: str, theirs: str) -> str:
    sides = (my_lines, their_lines)
    first, second = (f"{text}\n" if text and text[-1] != "\n" else text for text in sides)
    return f"<<<<<<< {mine}\n{first}=======\n{second}>>>>>>> {theirs}\n"


class Change(NamedTuple):
    """A part of the base, from token `start` to `end`, that a side or both changed."""

    start: int
    end: int
    text: Conflict[str]


class SideEdit(NamedTuple):
    """An edit of one of the sides, 0 or 1."""

    edit: Edit
    side: int


def _changes(base: Sequence[str], *sides: Sequence[str]) -> Iterator[Change]:
    """Yield the changes of two lists of tokens to the base."""
    edits = (
        [SideEdit(edit, side) for edit in join_edits(word_edits(base, new), base, new)]
        for side, new in enumerate(sides)
    )
    # How far the same token is from its position in the base, on each side.
    offsets = [0, 0]
    for group in _touching(heapq.merge(*edits, key=lambda item: item.edit[:2]), base):
        start, end = group[0].edit.start, max(edit.end for edit, _side in group)
        starts = [start + offset for offset in offsets]
        for edit, side in group:
            offsets[side] += edit.growth
        mine, theirs = (
            "".join(tokens[new_start : end + offset])
            for tokens, new_start, offset in zip(sides, starts, offsets, strict=True)
        )
        yield Change(start, end, Conflict("".join(base[start:end]), mine, theirs))


def _touching(edits: Iterable[SideEdit], base: Sequence[str]) -> Iterator[list[SideEdit]]:
    """Yield the edits in groups of those that touch or overlap. They are sorted by position."""
    group: list[SideEdit] = []
    end = 0
    for side_edit in edits:
        if group and not _is_blank(base[end : side_edit.edit.start]):
            yield group
            group = []
        group.append(side_edit)
        end = max(end, side_edit.edit.end)
    if group:
        yield group


def _is_blank(tokens: Sequence[str]) -> bool:
    return all(token.isspace() and not is_line_end(token) for token in tokens)


def _parts(base: Sequence[str], changes: Iterable[Change]) -> Iterator[str | Conflict[str]]:
    """Yield conflicts, and the texts before, between and after them that are not empty."""
    parts = (part for part in _all_parts(base, changes) if part)
    for is_text, group in groupby(parts, lambda part: isinstance(part, str)):
        if is_text:
            yield "".join(part for part in group if isinstance(part, str))
        else:
            yield from group


def _all_parts(base: Sequence[str], changes: Iterable[Change]) -> Iterator[str | Conflict[str]]:
    position = 0
    for start, end, text in changes:
        yield "".join(base[position:start])
        yield merge_values(text.base, text.mine, text.theirs)
        position = end
    yield "".join(base[position:])


def _resolve(conflict: Conflict[str], choice: Choice | str) -> str:
    match choice:
        case Choice.THEIRS:
            return conflict.theirs
        case Choice.MINE:
            return conflict.mine
        case Choice.BOTH:
            return _join(conflict.theirs, conflict.mine)
        case _:
            return choice


def _join(first: str, second: str) -> str:
    """Return both texts, with a line end or space between them if they need one."""
    if not first or not second or first[-1].isspace() or second[0].isspace():
        return first + second
    line_ends = [line_end for line_end in ("\n\n", "\n") if line_end in first + second]
    space = " " if needs_space(first, second) else ""
    return first + (line_ends or [space])[0] + second
