"""What somebody typed → what is asked of the index. Whatever is typed means something."""

import re
from dataclasses import dataclass

from articles.search import analysis
from articles.text import names

LONGEST = 200
MOST_PARTS = 12
QUOTES = str.maketrans("“”„‟«»＂", '"""""""')
# What opens a phrase is closed later, or stands before a word.
OPENING = r'"(?=[^"]*")|(?<![^\s:-])"'
PHRASE, WORD = rf'(?:[^"]|{analysis.GERSHAYIM})*', rf'(?:[^\s"]|{analysis.GERSHAYIM})+'
PART = re.compile(
    r"(?P<minus>-)?(?P<tag>(?i:tag:))?"
    rf'(?:(?:{OPENING})(?P<phrase>{PHRASE})"?|(?P<word>{WORD}))'
)


@dataclass(frozen=True)
class Part:
    """One thing that is asked for: a word, words in a row (`phrase`), or a tag. `start`: where
    its text stands in the question."""

    text: str
    kind: str = "word"
    without: bool = False
    start: int = 0


@dataclass(frozen=True)
class Query:
    """A question in its parts. `open_end`: the last word may be the beginning of one."""

    text: str
    parts: tuple[Part, ...] = ()
    open_end: bool = False
    cut: bool = False

    @property
    def wanted(self) -> list[Part]:
        """What an article has to have in its text or names."""
        return [part for part in self.parts if part.kind != "tag" and not part.without]

    @property
    def asks(self) -> bool:
        """Whether there is anything to look for, not only what shall not be found."""
        return any(not part.without for part in self.parts)

    @property
    def words(self) -> list[tuple[str, int, int]]:
        """The words of what is wanted, each with where it starts and ends in the question."""
        return [
            (word, part.start + start, part.start + end)
            for part in self.wanted
            for word, start, end in analysis.split(part.text)
        ]

    @property
    def name(self) -> str:
        """The question as the name of an article, if it could be one."""
        return self.written.replace('"', " ").strip()

    @property
    def written(self) -> str:
        """`name` with the quotation marks that were typed."""
        if any(part.without for part in self.parts):
            return ""
        return " ".join(match[0] for match in PART.finditer(self.text) if not match["tag"])


def parse(text: str) -> Query:
    """Read a question.

    >>> [part.text for part in parse('peace "united nations" -war tag:history').parts]
    ['peace', 'united nations', 'war', 'history']
    """
    typed = text.replace("\0", " ").encode(errors="replace").decode().translate(QUOTES)
    kept = " ".join(typed[: LONGEST + 1].split())[:LONGEST]
    found = [_part(match) for match in PART.finditer(kept)]
    parts = tuple(part for part in found if _means_something(part))
    last = parts[-1] if parts else None
    open_end = bool(last and last.kind == "word" and not last.without and kept[-1:].isalnum())
    return Query(
        text=kept,
        parts=parts[:MOST_PARTS],
        open_end=open_end and len(parts) <= MOST_PARTS,
        cut=len(typed) > LONGEST or len(parts) > MOST_PARTS,
    )


def _part(match: re.Match[str]) -> Part:
    group = "word" if match["phrase"] is None else "phrase"
    text = match[group].lstrip()
    return Part(
        text.rstrip(),
        kind="tag" if match["tag"] else group,
        without=bool(match["minus"]),
        start=match.end(group) - len(text),
    )


def _means_something(part: Part) -> bool:
    if part.kind == "tag":
        return bool(names.fold(part.text))
    return any(True for _word in analysis.split(part.text))
