"""The text of a query → its parts: words, phrases, tags, exclusions. Any text is a valid query."""

import re
from dataclasses import dataclass, replace

from articles.search.analysis import Token, tokenize
from articles.text import names
from articles.text.tokens import GERSHAYIM

# Enough for a paragraph that was pasted, of which the first words are read.
MAX_LENGTH = 1000
MAX_PARTS = 64
# In a query of more parts, which is a sentence, a word in quotation marks is one that it mentions.
MAX_KEYWORDS = 8
QUOTES = str.maketrans("“”„‟«»＂", '"""""""')
# A quotation mark opens a phrase if another one follows or a word starts right after it.
OPENING_QUOTE = r'"(?=[^"]*")|(?<![^\s:-])"'
PHRASE, WORD = rf'(?:[^"]|{GERSHAYIM})*', rf'(?:[^\s"]|{GERSHAYIM})+'
PART = re.compile(
    r"(?P<minus>-)?(?P<tag>(?i:tag:))?"
    rf'(?:(?:{OPENING_QUOTE})(?P<phrase>{PHRASE})"?|(?P<word>{WORD}))'
)


@dataclass(frozen=True)
class QueryPart:
    """A word, a phrase or a tag that an article must have, or must not if it is `excluded`.

    `kind` is "word", "phrase" or "tag"; `start` is the offset of `text` in the query.
    """

    text: str
    kind: str = "word"
    excluded: bool = False
    start: int = 0


@dataclass(frozen=True)
class Query:
    """A parsed query.

    `may_be_prefix`: the last word may be unfinished. `truncated`: the text was longer than
    `MAX_LENGTH` or had more than `MAX_PARTS` parts, and the rest is ignored.
    """

    text: str
    parts: tuple[QueryPart, ...] = ()
    may_be_prefix: bool = False
    truncated: bool = False

    @property
    def is_searchable(self) -> bool:
        """Whether there is anything to search for, not only exclusions."""
        return any(not part.excluded for part in self.parts)

    @property
    def words(self) -> list[Token]:
        """The words that an article must have, with their spans in the query."""
        return [
            Token(word, part.start + start, part.start + end)
            for part in self.parts
            if part.kind != "tag" and not part.excluded
            for word, start, end in tokenize(part.text)
        ]

    @property
    def has_phrases(self) -> bool:
        return any(part.kind == "phrase" and not part.excluded for part in self.parts)

    def without_phrases(self) -> "Query":
        """Return the query with its phrases as words, which may stand anywhere in an article."""
        parts = tuple(
            part if part.kind != "phrase" or part.excluded else replace(part, kind="word")
            for part in self.parts
        )
        return replace(self, parts=parts)

    @property
    def name(self) -> str:
        """The query as the name of an article, without quotation marks; empty if it can't be."""
        return self.quoted_name.replace('"', " ").strip()

    @property
    def quoted_name(self) -> str:
        """`name` with its quotation marks, which may be part of it."""
        if any(part.excluded for part in self.parts):
            return ""
        return " ".join(match[0] for match in PART.finditer(self.text) if not match["tag"])


def parse_query(text: str) -> Query:
    """Parse the text of a query. Never fails.

    >>> [part.text for part in parse_query('peace "united nations" -war tag:history').parts]
    ['peace', 'united nations', 'war', 'history']
    """
    cleaned = text.replace("\0", " ").encode(errors="replace").decode().translate(QUOTES)
    shortened = " ".join(cleaned[: MAX_LENGTH + 1].split())[:MAX_LENGTH]
    candidates = [_part(match) for match in PART.finditer(shortened)]
    parts = tuple(part for part in candidates if _has_terms(part))
    if len(parts) > MAX_KEYWORDS:
        parts = tuple(_without_quotes(part) for part in parts)
    last = parts[-1] if parts else None
    ends_in_word = bool(last and last.kind == "word" and not last.excluded)
    return Query(
        text=shortened,
        parts=parts[:MAX_PARTS],
        may_be_prefix=ends_in_word and shortened[-1:].isalnum() and len(parts) <= MAX_PARTS,
        truncated=len(cleaned) > MAX_LENGTH or len(parts) > MAX_PARTS,
    )


def _part(match: re.Match[str]) -> QueryPart:
    group = "word" if match["phrase"] is None else "phrase"
    text = match[group].lstrip()
    return QueryPart(
        text.rstrip(),
        kind="tag" if match["tag"] else group,
        excluded=bool(match["minus"]),
        start=match.end(group) - len(text),
    )


def _without_quotes(part: QueryPart) -> QueryPart:
    """Return a phrase of one word as a word, any other part as it is."""
    is_word = part.kind == "phrase" and not part.excluded and " " not in part.text
    return replace(part, kind="word") if is_word else part


def _has_terms(part: QueryPart) -> bool:
    if part.kind == "tag":
        return bool(names.fold(part.text))
    return any(True for _token in tokenize(part.text))
