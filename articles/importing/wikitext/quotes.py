"""Apostrophes of wikitext, ``''italic''`` and ``'''bold'''`` → Markdown, line by line.

As in MediaWiki: each line is for itself, and what is open at its end ends there.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

RUN = re.compile("'{2,}")
EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)


class Styled(NamedTuple):
    text: str
    is_bold: bool
    is_italic: bool


def convert_quotes(line: str, to_markdown: Callable[[str], str]) -> str:
    """Return a line as Markdown. `to_markdown` converts the text between apostrophes."""
    if "''" not in line:
        return to_markdown(line)
    result = ""
    parts = list(_styled(line))
    for index, part in enumerate(parts):
        before, text, after = EDGES.fullmatch(part.text).groups()  # type: ignore[union-attr]
        following = parts[index + 1].text[:1] if index + 1 < len(parts) else ""
        markdown = to_markdown(text)
        if markdown and (part.is_bold or part.is_italic):
            outside = ((result + before)[-1:], (after + following)[:1])
            markdown = _emphasize(markdown, part, outside)
        result += f"{before}{markdown}{after}"
    return result


def _emphasize(markdown: str, part: Styled, outside: tuple[str, str]) -> str:
    """Return text in the marks of emphasis, or in HTML tags where Markdown would not see these."""
    mark = "*" * (2 * part.is_bold + part.is_italic)
    edges = zip((markdown[0], markdown[-1]), outside, strict=True)
    if all(_is_flanking(inner, outer) for inner, outer in edges):
        return f"{mark}{markdown}{mark}"
    tags = ["strong"] * part.is_bold + ["em"] * part.is_italic
    opening = "".join(f"<{tag}>" for tag in tags)
    return opening + markdown + "".join(f"</{tag}>" for tag in reversed(tags))


def _is_flanking(inner: str, outer: str) -> bool:
    if outer == "*" or inner == "*":
        return False
    return (
        not outer
        or outer.isspace()
        or inner.isalnum()
        or (outer.isascii() and not outer.isalnum())
    )


def _styled(line: str) -> Iterator[Styled]:
    """Yield the parts of a line between runs of apostrophes."""
    is_bold = is_italic = False
    position = 0
    for text, length in _runs(line):
        if text:
            yield Styled(text, is_bold, is_italic)
        position += len(text) + length
        is_italic ^= length in (2, 5)
        is_bold ^= length in (3, 5)


def _runs(line: str) -> list[tuple[str, int]]:
    """Return texts, each with the length of the run of apostrophes after it: 2, 3 or 5, and 0 at
    the end of the line. Other apostrophes belong to the texts.

    If bold and italic are both left open, one run of three is an apostrophe before an italic
    text, as in ``L'''amour''``.
    """
    runs: list[tuple[str, int]] = []
    position = 0
    for match in RUN.finditer(line):
        length = len(match[0])
        remaining = {4: 1}.get(length, max(0, length - 5))
        runs.append((line[position : match.start()] + "'" * remaining, length - remaining))
        position = match.end()
    bold = [index for index, (_text, length) in enumerate(runs) if length in (3, 5)]
    italic = [index for index, (_text, length) in enumerate(runs) if length in (2, 5)]
    threes = [index for index in bold if runs[index][1] == 3]
    if len(bold) % 2 and len(italic) % 2 and threes:
        after_letter = [i for i in threes if re.search(r"(?:^|\s)\S$", runs[i][0])]
        after_word = [i for i in threes if runs[i][0] and not runs[i][0][-1].isspace()]
        index = (after_letter or after_word or threes)[0]
        runs[index] = (runs[index][0] + "'", 2)
    return [*runs, (line[position:], 0)]
