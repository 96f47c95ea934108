"""Positions in a text, as bytes, as characters, and as line and column."""

from bisect import bisect_right
from itertools import accumulate

# Characters between two positions whose bytes are counted in advance.
STEP = 256


class ByteOffsets:
    """Converts offsets in the UTF-8 of a text to offsets in characters.

    >>> ByteOffsets("a🙂b").characters(5)
    2
    """

    def __init__(self, text: str) -> None:
        self._content = text.encode(errors="replace")
        self._is_ascii = len(self._content) == len(text)
        self._starts = [0]
        if not self._is_ascii:
            parts = (text[start : start + STEP] for start in range(0, len(text), STEP))
            lengths = (len(part.encode(errors="replace")) for part in parts)
            self._starts = list(accumulate(lengths, initial=0))

    def characters(self, offset: int) -> int:
        """Return the number of characters before the byte at `offset`."""
        if self._is_ascii:
            return offset
        index = bisect_right(self._starts, offset) - 1
        part = self._content[self._starts[index] : offset]
        return index * STEP + len(part.decode(errors="ignore"))


class Lines:
    """Converts offsets in the characters of a text to lines and columns, which count from 1.

    >>> Lines("a\\nbc").position(3)
    (2, 2)
    """

    def __init__(self, text: str) -> None:
        lengths = (len(line) + 1 for line in text.split("\n"))
        self.starts = list(accumulate(lengths, initial=0))[:-1]

    def position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1
