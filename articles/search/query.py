"""The text of a query → its parts: words, phrases, tags, exclusions. Any text is a valid query."""

import re
from dataclasses import dataclass, replace

from articles.search.analysis import Token, tokenize
from articles.search.folding import strip_diacritics
from articles.search.stop_words import stop_words_by_language, stop_words_in
from articles.text import names
from articles.text.tokens import GERSHAYIM

# Enough for a pasted paragraph, of which the first words are read. Stop words are not counted.
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
    `MAX_LENGTH` or had more than `MAX_PARTS` parts besides stop words, and the rest is ignored.
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
    first = _first_parts(parts)
    last = parts[-1] if parts else None
    ends_in_word = bool(last and last.kind == "word" and not last.excluded)
    return Query(
        text=shortened,
        parts=first,
        may_be_prefix=ends_in_word and shortened[-1:].isalnum() and first == parts,
        truncated=len(cleaned) > MAX_LENGTH or first != parts,
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


def _first_parts(parts: tuple[QueryPart, ...]) -> tuple[QueryPart, ...]:
    """Return the first `MAX_PARTS` parts, and the stop words between them: those of the language
    that has most of the query's words among its own."""
    if len(parts) <= MAX_PARTS:
        return parts
    terms = [strip_diacritics(names.fold(_only_word(part))) for part in parts]
    stop_words = stop_words_in(terms, stop_words_by_language())
    counted = [number for number, term in enumerate(terms) if term not in stop_words]
    return parts if len(counted) <= MAX_PARTS else parts[: counted[MAX_PARTS]]


def _only_word(part: QueryPart) -> str:
    """Return the word that a part consists of; empty if it has several."""
    words = [token.text for token in tokenize(part.text)]
    return words[0] if part.kind == "word" and not part.excluded and len(words) == 1 else ""


def _has_terms(part: QueryPart) -> bool:
    if part.kind == "tag":
        return bool(names.fold(part.text))
    return any(True for _token in tokenize(part.text))
