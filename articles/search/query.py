"""What somebody typed → what is asked of the index. Whatever is typed means something."""

import re
from dataclasses import dataclass

from articles.text import names, words

LONGEST = 200
MOST_PARTS = 12
QUOTES = str.maketrans("“”„‟«»＂", '"""""""')
PART = re.compile(
    r'(?<!\S)(?P<minus>-)?(?P<tag>(?i:tag:))?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))'
)


@dataclass(frozen=True)
class Part:
    """One thing that is asked for: a word, words in a row (`phrase`), or a tag."""

    text: str
    kind: str = "word"
    without: bool = False


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
    def words(self) -> list[str]:
        return [word for part in self.wanted for word, _start, _end in words.split(part.text)]

    @property
    def name(self) -> str:
        """The question as the name of an article, if it could be one."""
        return "" if self.parts != tuple(self.wanted) else self.text.replace('"', " ").strip()


def parse(text: str) -> Query:
    """Read a question.

    >>> [part.text for part in parse('peace "united nations" -war tag:history').parts]
    ['peace', 'united nations', 'war', 'history']
    """
    typed = text.replace("\0", " ").encode(errors="replace").decode().translate(QUOTES)
    kept = " ".join(typed[: LONGEST + 1].split())[:LONGEST]
    found = [_part(match) for match in PART.finditer(_apart(kept))]
    parts = tuple(part for part in found if _means_something(part))
    last = parts[-1] if parts else None
    open_end = bool(last and last.kind == "word" and not last.without and kept[-1:].isalnum())
    return Query(
        text=kept,
        parts=parts[:MOST_PARTS],
        open_end=open_end and len(parts) <= MOST_PARTS,
        cut=len(typed) > LONGEST or len(parts) > MOST_PARTS,
    )


def _apart(text: str) -> str:
    """With a space after each closing quotation mark, so that what follows is read as well."""
    pieces = re.split(r'("[^"]*")', text)
    return "".join(f"{piece} " if piece.startswith('"') else piece for piece in pieces)


def _part(match: re.Match[str]) -> Part:
    phrase, word = match["phrase"], match["word"]
    kind = "tag" if match["tag"] else "word" if phrase is None else "phrase"
    text = (phrase if phrase is not None else word) or ""
    return Part(text.strip(), kind, without=bool(match["minus"]))


def _means_something(part: Part) -> bool:
    if part.kind == "tag":
        return bool(names.fold(part.text))
    return any(True for _word in words.split(part.text))
