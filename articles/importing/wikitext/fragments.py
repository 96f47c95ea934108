"""Parts of a text that are Markdown already, while the text around them still is not."""

import re
from typing import NamedTuple

from articles.importing.escaping import escape

# Noncharacters of Unicode: no text has them after `without_marks`.
OPEN, CLOSE = "\ufdd0", "\ufdd1"
# Marks of lists in wikitext → the characters that stand for them where they begin an item.
LIST_MARKS = {"*": "\ufdd2", "#": "\ufdd3", ":": "\ufdd4", ";": "\ufdd5"}
# Stands where something was left out, so that the line does not begin with the space after it.
LEFT_OUT = "\ufdd6"
# Stands for a comment. A line with nothing else is left out, so that it does not end a list.
COMMENT = "\ufdd7"
MARKS = re.compile("[\ufdd0-\ufdef]")
# Around the position in the source of the link that follows, until the text has all its lines.
POSITION_START, POSITION_END = "\U0001fffe", "\U0001ffff"
POSITION = re.compile(f"{POSITION_START}(\\d+){POSITION_END}")
FRAGMENT = re.compile(f"{OPEN}(\\d+){CLOSE}")


class Fragment(NamedTuple):
    """A part of a text as Markdown and as plain text. A block stands between blank lines."""

    markdown: str
    plain: str
    is_block: bool


def without_marks(text: str) -> str:
    return MARKS.sub("", text)


def without_positions(text: str) -> tuple[str, list[int]]:
    """Return a text without the positions in it, and of each line that of its first link, or else
    that of the line before."""
    positions = [0]
    for line in text.split("\n"):
        match = POSITION.search(line)
        positions.append(int(match[1]) if match else positions[-1])
    return POSITION.sub("", text), positions[1:]


class Fragments:
    """The fragments of one text, which has a mark in the place of each."""

    def __init__(self) -> None:
        self._fragments: list[Fragment] = []

    def inline(self, markdown: str, plain: str) -> str:
        """Add a part of a line and return the mark for it."""
        return self._add(Fragment(markdown, plain, False))

    def link(self, markdown: str, plain: str, position: int) -> str:
        """Add a link, of which it is remembered where it is in the source."""
        return self.inline(f"{POSITION_START}{position}{POSITION_END}{markdown}", plain)

    def block(self, markdown: str, plain: str) -> str:
        """Add a block and return the mark for it, on a line of its own. The text after it is no
        preformatted line, whatever space it begins with."""
        return (
            f"\n\n{self._add(Fragment(markdown, plain, True))}\n\n{LEFT_OUT}" if markdown else "\n"
        )

    def _add(self, fragment: Fragment) -> str:
        self._fragments.append(fragment)
        return f"{OPEN}{len(self._fragments) - 1}{CLOSE}"

    def block_markdown(self, line: str) -> str:
        """Return the Markdown of a block if the line is the mark of one, else an empty string."""
        match = FRAGMENT.fullmatch(line.strip())
        fragment = self._fragments[int(match[1])] if match else None
        return fragment.markdown if fragment and fragment.is_block else ""

    def markdown(self, text: str) -> str:
        """Escape the text between fragments, and put in these."""
        parts = FRAGMENT.split(text)
        parts[::2] = map(escape, parts[::2])
        parts[1::2] = (self._fragments[int(index)].markdown for index in parts[1::2])
        return without_marks("".join(parts))

    def plain(self, text: str) -> str:
        """Return the text with fragments as plain text, too."""
        return without_marks(
            FRAGMENT.sub(lambda match: self._fragments[int(match[1])].plain, text)
        )
