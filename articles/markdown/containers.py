r"""Containers of other dialects → callouts of ours, and displayed formulas → code in ``math``.

- MkDocs: ``!!! note "Title"``, or ``???`` and ``???+`` if it folds, with an indented body;
- Docusaurus, VitePress, Pandoc: ``::: note Title`` up to ``:::``, nested if the outer one has more
  colons or each has an end of its own;
- a formula between lines that begin and end with ``$$``, so that no line of it is a list or quote.

pyromark knows none of them, so the source is rewritten, line by line, before it is parsed.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

# Deeper containers stay text: each level reads its lines again.
MAX_DEPTH = 8
INDENT = 4

MARKS = ("!!!", "???", ":::", "$$")
HINT = re.compile(r"^[ \t>]*(?:!!!|\?\?\?|:::|\$\$)", re.MULTILINE)
LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+\Z")
SPACE = re.compile(r"[ \t]*")
QUOTE = re.compile(r"[ \t]*> ?")
LIST_MARKER = re.compile(r"(?:[-+*]|\d{1,9}[.)])(?:[ \t]+|\Z)")
FENCE = re.compile(r"(?P<fence>`{3,})[^`]*\Z|(?P<tildes>~{3,})")
ADMONITION = re.compile(
    r"(?P<mark>!!!|\?\?\?\+?)[ \t]+(?P<type>[A-Za-z][\w-]*)(?:[ \t]+[\w-]+)*"
    r'(?:[ \t]+"(?P<title>[^\r\n]*)")?\s*\Z'
)
CONTAINER = re.compile(
    r"(?P<colons>:{3,})[ \t]*(?P<type>[A-Za-z][\w-]*)"
    r"(?:\[(?P<label>[^\r\n]*)\]|[ \t]+(?P<title>[^\s{][^\r\n{]*?))?[ \t]*(?:\{[^}\r\n]*\})?\s*\Z"
)
CONTAINER_END = re.compile(r"(?P<colons>:{3,})\s*\Z")
FOLDS = {"!!!": "", "???": "-", "???+": "+"}
# Containers that fold, by VitePress's name for them.
FOLDED = "details"
DOLLARS = "$$"


class Line(NamedTuple):
    """A line: what was written before `text`, which begins at a byte of the source."""

    prefix: str
    text: str
    offset: int

    @property
    def indent(self) -> int:
        """The width of the white space at the beginning of `text`, in columns."""
        return len(self.space.expandtabs(INDENT))

    @property
    def space(self) -> str:
        return SPACE.match(self.text)[0]  # type: ignore[index]

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()

    def without(self, length: int) -> "Line":
        """Return the rest of the line from a character of `text`."""
        return Line("", self.text[length:], self.offset + len(self.text[:length].encode()))

    def dedented(self, columns: int) -> "Line":
        """Return the line without white space up to a column."""
        length = width = 0
        for character in self.space:
            if width >= columns:
                break
            width = width + 1 if character == " " else (width // INDENT + 1) * INDENT
            length += 1
        return self.without(length)

    def after(self, prefix: str) -> "Line":
        return Line(prefix + self.prefix, self.text, self.offset)


class Rewritten:
    """A source with its containers rewritten, and where each byte of it was before."""

    def __init__(self, source: str) -> None:
        self.text = source
        self._lines: list[Line] = []
        if any(mark in source for mark in MARKS) and HINT.search(source):
            lines = _Blocks(list(_lines(source)), 0).rewritten()
            text = "".join(line.prefix + line.text for line in lines)
            if text != source:
                self.text, self._lines = text, lines
        lengths = (len((line.prefix + line.text).encode()) for line in self._lines)
        self._starts = list(accumulate(lengths, initial=0))

    def offset(self, position: int) -> int:
        """Return the byte of the source that a byte of `text` comes from."""
        return self._offset(position, bisect_right(self._starts, position) - 1)

    def range(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the source that bytes of `text` come from. An end between two lines
        is that of the first: what begins the second may have been replaced."""
        first = self.offset(start)
        return first, max(first, self._offset(end, bisect_left(self._starts, end) - 1))

    def _offset(self, position: int, index: int) -> int:
        if not self._lines:
            return position
        index = min(max(index, 0), len(self._lines) - 1)
        line = self._lines[index]
        within = position - self._starts[index] - len(line.prefix.encode())
        return line.offset + min(max(within, 0), len(line.text.encode()))


def _lines(source: str) -> Iterator[Line]:
    offset = 0
    for text in LINE.findall(source):
        yield Line("", text, offset)
        offset += len(text.encode())


class _Blocks:
    """The lines of one container, or of the document, read from the first to the last."""

    def __init__(self, lines: Sequence[Line], depth: int) -> None:
        self.lines = lines
        self.depth = depth
        self.is_code = _code_lines(lines)
        self.ends = _container_ends(lines, self.is_code)
        self.dollars = _next_lines_with_dollars(lines)
        self.items: list[int] = []
        self.out: list[Line] = []

    def rewritten(self) -> list[Line]:
        if self.depth > MAX_DEPTH:
            return list(self.lines)
        index = 0
        while index < len(self.lines):
            index = self._block(index)
        return self.out

    def _block(self, index: int) -> int:
        """Write the block or line at `index`. Return the index of the line after it."""
        line = self.lines[index]
        if not self.is_code[index] and not line.is_blank:
            self._leave_items(line)
            content = line.text[len(line.space) :]
            if line.indent - self._item_indent() < INDENT:
                for rule in (self._quote, self._admonition, self._container, self._formula):
                    if end := rule(index, line, content):
                        return end
            self._enter_items(line, content)
        self.out.append(line)
        return index + 1

    # List items: a block in one of them is indented, but not code.

    def _item_indent(self) -> int:
        return self.items[-1] if self.items else 0

    def _leave_items(self, line: Line) -> None:
        while self.items and line.indent < self.items[-1]:
            self.items.pop()

    def _enter_items(self, line: Line, content: str) -> None:
        indent = line.indent
        if indent - self._item_indent() < INDENT and (marker := LIST_MARKER.match(content)):
            self.items.append(indent + len(marker[0].rstrip()) + 1)

    # Blocks. Each rule returns the index of the line after the block, or 0 if there is none.

    def _quote(self, index: int, line: Line, content: str) -> int:
        if not content.startswith(">"):
            return 0
        end, inner = index, []
        while end < len(self.lines) and (match := QUOTE.match(self.lines[end].text)):
            inner.append(self.lines[end].without(match.end()))
            end += 1
        if not any(HINT.match(part.text) for part in inner):
            self.out += self.lines[index:end]
        else:
            rewritten = _Blocks(inner, self.depth + 1).rewritten()
            self.out += [part.after(f"{line.space}> ") for part in rewritten]
        return end

    def _admonition(self, index: int, line: Line, content: str) -> int:
        match = ADMONITION.match(content)
        if not match:
            return 0
        end, last = index + 1, index
        while end < len(self.lines):
            if not self.lines[end].is_blank:
                if self.lines[end].indent < line.indent + INDENT:
                    break
                last = end
            end += 1
        if last == index and not match["title"]:
            return 0
        body = [part.dedented(line.indent + INDENT) for part in self.lines[index + 1 : last + 1]]
        title = line.without(len(line.space) + match.start("title")) if match["title"] else None
        if title and match["title"]:
            title = title._replace(text=match["title"] + "\n")
        self._callout(line, (match["type"], FOLDS[match["mark"]]), title, body)
        return self._separate(line, last + 1)

    def _container(self, index: int, line: Line, content: str) -> int:
        end = self.ends.get(index)
        if end is None or not (match := CONTAINER.match(content)):
            return 0
        group = "label" if match["label"] else "title"
        title = None
        if match[group]:
            title = line.without(len(line.space) + match.start(group))
            title = title._replace(text=match[group] + "\n")
        body = [part.dedented(line.indent) for part in self.lines[index + 1 : end]]
        fold = "-" if match["type"].lower() == FOLDED else ""
        self._callout(line, (match["type"], fold), title, body)
        return self._separate(line, end + 1)

    def _callout(
        self, line: Line, kind: tuple[str, str], title: Line | None, body: Sequence[Line]
    ) -> None:
        """Write a quote that begins with ``[!type]``, in place of the block at `line`."""
        if self.out and QUOTE.match(self.out[-1].prefix + self.out[-1].text):
            self.out.append(Line(line.space, "\n", line.offset))
        prefix = f"{line.space}> "
        opening = f"{prefix}[!{kind[0].lower()}]{kind[1]}"
        head = title.after(f"{opening} ") if title else Line(opening, "\n", line.offset)
        inner = _Blocks(body, self.depth + 1).rewritten()
        self.out += [head, *(part.after(prefix) for part in inner)]

    def _separate(self, line: Line, end: int) -> int:
        """End the quote before the line at `end`, which would continue its last paragraph."""
        following = self.lines[end].text.strip() if end < len(self.lines) else ""
        if following and not LIST_MARKER.match(following):
            self.out.append(Line(line.space, "\n", self.lines[end].offset))
        return end

    def _formula(self, index: int, line: Line, content: str) -> int:
        if not content.startswith(DOLLARS) or content.count(DOLLARS) != 1:
            return 0
        end = self.dollars[index + 1]
        if end is None or any(self.is_code[index : end + 1]):
            return 0
        last = self.lines[end].text.strip()
        is_alone = content.strip() == last == DOLLARS
        inner = self.lines[index + 1 : end]
        if not last.endswith(DOLLARS) or last.count(DOLLARS) != 1:
            return 0
        if not is_alone and any(part.is_blank for part in inner):
            return 0
        first = line.without(len(line.space) + len(DOLLARS))
        final = self.lines[end]
        final = final._replace(text=final.text.rstrip().removesuffix(DOLLARS) + "\n")
        parts = [part for part in (first, *inner, final) if is_alone or not part.is_blank]
        fence = f"{line.space}```"
        self.out.append(Line(f"{fence}math\n", "", line.offset))
        self.out += [part.dedented(line.indent).after(line.space) for part in parts]
        self.out.append(Line(f"{fence}\n", "", self.lines[end].offset))
        return end + 1


def _code_lines(lines: Sequence[Line]) -> list[bool]:
    """Return of each line whether it belongs to a fenced code block."""
    is_code = []
    fence, fence_indent = "", 0
    for line in lines:
        content = line.text.strip()
        if fence:
            is_code.append(True)
            is_end = content.startswith(fence) and not content.strip(fence[0])
            if is_end and line.indent < fence_indent + INDENT:
                fence = ""
            continue
        while marker := LIST_MARKER.match(content):
            content = content[marker.end() :]
        match = FENCE.match(content)
        fence = (match["fence"] or match["tildes"]) if match else ""
        before = line.text[: len(line.text.rstrip()) - len(content)]
        fence_indent = len(before.expandtabs(INDENT))
        is_code.append(bool(fence))
    return is_code


def _container_ends(lines: Sequence[Line], is_code: Sequence[bool]) -> dict[int, int]:
    """Return the lines at which containers end, by those at which they begin.

    An end has the indentation of the beginning, and at least as many colons. It ends the innermost
    container with as many, and those within it, or else the innermost with fewer.
    """
    ends: dict[int, int] = {}
    open_containers: dict[int, _Stack] = {}
    for index, line in enumerate(lines):
        content = line.text.lstrip(" \t")
        if is_code[index] or not content.startswith(":::"):
            continue
        stack = open_containers.setdefault(line.indent, _Stack())
        if match := CONTAINER_END.match(content):
            begin = stack.pop(len(match["colons"]))
            if begin is not None:
                ends[begin] = index
        elif match := CONTAINER.match(content):
            stack.push(index, len(match["colons"]))
    return ends


class _Stack:
    """The open containers with one indentation: the lines they begin at, and their colons."""

    def __init__(self) -> None:
        self.open: list[tuple[int, int]] = []
        self.counts = Counter[int]()

    def push(self, index: int, colons: int) -> None:
        self.open.append((index, colons))
        self.counts[colons] += 1

    def pop(self, colons: int) -> int | None:
        """Return the line at which the container begins that this many colons end, or None."""
        while self.counts[colons] and self.open[-1][1] != colons:
            self.counts[self.open.pop()[1]] -= 1
        if not self.open or self.open[-1][1] > colons:
            return None
        index, length = self.open.pop()
        self.counts[length] -= 1
        return index


def _next_lines_with_dollars(lines: Sequence[Line]) -> list[int | None]:
    """Return of each line the index of the first one from it on that has two dollars in it."""
    following: list[int | None] = [None]
    for index in range(len(lines) - 1, -1, -1):
        following.append(index if DOLLARS in lines[index].text else following[-1])
    return following[::-1]
