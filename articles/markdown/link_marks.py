"""Links that the parser takes for something else → the same text with marks, which make it read
them as they are meant. `events` takes the marks out of what it has read."""

import re
from collections.abc import Iterator

# Noncharacters (Unicode 23.7): reserved for internal use. One separates characters that would be
# read together, the other stands for a space that would end the destination of a link.
MARK = "\ufdd0"
SPACE_MARK = "\ufdd2"

# A destination and a title, as in CommonMark (6.3), before the parenthesis that ends the link.
DESTINATION = (
    r"[ \t]*(?:<[^<>\r\n]*>|[^\s<()][^\s()]*+(?:\([^\s()]*\)[^\s()]*+)*)"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)"
)
# ``[[1]](url)``: the parser would read ``[[1]]`` as a link to an article.
BRACKETED_TEXT = re.compile(rf"(?<!\\)\[(?=\[[^\[\]]*+\]\]\({DESTINATION})")
# ``[text](Other note.md)``: CommonMark has no spaces in destinations.
FILE_DESTINATION = re.compile(
    r"\]\((?P<file>(?>(?:[^()<>\[\]\r\n\"]|\([^()<>\[\]\r\n\"]*\))+))"
    r"(?P<title>\"[^\"\r\n]*\"[ \t]*)?(?=\))"
)
FILE = re.compile(r"[^#?]*\.(?:md|markdown)(?:[#?].*)?\Z", re.IGNORECASE)
FILE_HINT = re.compile(
    r"\]\((?=[^<>\[\]\r\n]*\.(?:md|markdown)\b)[^<>\[\]\r\n \t]*+[ \t]", re.IGNORECASE
)
# ``[[Name|label [1]]]``: the parser would end the label at the first pair of brackets.
LABEL_START = re.compile(r"\[\[[^\[\]|\r\n]+\|")
BRACKET = re.compile(r"\[\[?|\]|[\r\n][ \t]*[\r\n]")


def without_reserved(source: str) -> str:
    """Return `source` without the characters that are marks here."""
    return source.replace(MARK, "\ufffd").replace(SPACE_MARK, "\ufffd")


def mark_links(source: str) -> str:
    """Return `source` with marks in links, or `source` itself if there is nothing to mark."""
    if "]](" in source:
        source = BRACKETED_TEXT.sub(f"[{MARK}", source)
    if "]]]" in source:
        source = _mark_labels(source)
    if FILE_HINT.search(source):
        source = FILE_DESTINATION.sub(_mark_spaces, source)
    return source


def _mark_spaces(match: re.Match[str]) -> str:
    file, title = match["file"], match["title"] or ""
    name = file.strip(" \t")
    if not re.search("[ \t]", name) or not FILE.match(name):
        return match[0]
    marked = re.sub("[ \t]", SPACE_MARK, name)
    return f"]({file.replace(name, marked)}{title}"


def _mark_labels(source: str) -> str:
    positions = [
        position
        for match in LABEL_START.finditer(source)
        for position in _brackets_to_separate(source, match.end())
    ]
    parts = (
        source[start:end]
        for start, end in zip([0, *positions], [*positions, len(source)], strict=True)
    )
    return MARK.join(parts)


def _brackets_to_separate(source: str, start: int) -> Iterator[int]:
    """Yield the positions between brackets in a label, which begins at `start`, that the parser
    would end it at."""
    positions, depth = [], 0
    for match in BRACKET.finditer(source, start):
        if match[0] == "[":
            depth += 1
        elif match[0] != "]":
            return
        elif depth:
            depth -= 1
            if source.startswith("]", match.end()):
                positions.append(match.end())
        elif source.startswith("]", match.end()):
            yield from positions
            return
        else:
            return
