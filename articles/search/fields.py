"""The stored terms of an article → how often a word occurs in each of its fields."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from articles.search import bm25
from articles.search.backends import key_list
from articles.search.index import COUNT_ZERO, TAG_PREFIX
from articles.search.plan import Clause
from articles.sql import fetch

# How well another form of a word matches in a name, and a word that it may become.
OTHER_FORM, COMPLETION = 0.75, 0.5
COLUMNS = ("article_id", "length", "title", "names", "headings", "tags", "roots", "counts")


@dataclass(frozen=True, slots=True)
class Needle:
    """A word of a query as the strings that stand for it in the columns of a document."""

    exact: str
    roots: tuple[str, ...]
    completions: tuple[str, ...]
    tags: tuple[str, ...]
    # The start of a word; empty unless the word may be unfinished.
    prefix: str

    @classmethod
    def from_clause(cls, clause: Clause) -> "Needle":
        return cls(
            exact=f" {clause.term} ",
            roots=tuple(f" {root} " for root in clause.roots),
            completions=tuple(f" {root} " for root in clause.completions),
            tags=tuple(f" {TAG_PREFIX}{tag} " for tag in sorted(clause.tags)),
            prefix=f" {clause.term}" if clause.may_be_prefix else "",
        )

    def strength(self, column: str) -> float:
        """Return how well the word matches in a short field, from 0 to 1.

        The column has the words of the field, two spaces, and the roots of the words.
        """
        if not self.may_be_in(column):
            return 0
        words, _separator, roots = column.rpartition("  ")
        if f"{self.exact[:-1]} " in f"{words} ":
            return 1
        roots = f" {roots}"
        if any(map(roots.__contains__, self.roots)):
            return OTHER_FORM
        if self.prefix and self.prefix in words:
            return COMPLETION
        return COMPLETION if any(map(roots.__contains__, self.completions)) else 0

    def may_be_in(self, column: str) -> bool:
        """Whether a root of the word is in a column; a word has a root wherever it stands."""
        return (
            any(map(column.__contains__, self.roots))
            or any(map(column.__contains__, self.completions))
            or bool(self.prefix)
        )


@dataclass(slots=True)
class Fields:
    """The columns of an article, and the divisors of the frequencies in its body and title."""

    pk: int
    length: int
    title: str
    names: str
    headings: str
    tags: str
    roots: str
    counts: str
    body_norm: float = 1
    title_norm: float = 1
    # Title, names and headings.
    short: str = field(init=False)

    def __post_init__(self) -> None:
        self.short = f"{self.title}{self.names}{self.headings}"

    @property
    def title_length(self) -> int:
        return len(self.title.rpartition("  ")[0].split())

    def count(self, roots: Sequence[str]) -> dict[str, int]:
        """Return how often each of these sorted roots, between spaces, occurs in the body; those
        that are in no field are left out."""
        return {
            root: ord(self.counts[number]) - COUNT_ZERO
            for root, number in find_roots(self.roots, roots)
        }

    def frequency(self, needle: Needle, counts: Mapping[str, int]) -> float:
        """Return how often a word occurs, weighted by fields and normalized by their lengths.
        `counts` are those of its roots."""
        in_tags = bm25.TAGS_WEIGHT * any(map(self.tags.__contains__, needle.tags))
        # Several roots of a word may belong to the same occurrences.
        count = max([counts.get(root, -1) for root in needle.roots], default=-1)
        completed = max([counts.get(root, -1) for root in needle.completions], default=-1)
        if count < 0 and completed < 0 and not needle.prefix:
            return in_tags
        in_body = (max(0, count) + COMPLETION * max(0, completed)) / self.body_norm
        if not needle.may_be_in(self.short):
            return in_tags + in_body
        # Other names often have the words of the title again, such as a slug.
        in_names = max(
            bm25.TITLE_WEIGHT * needle.strength(self.title) / self.title_norm,
            bm25.NAMES_WEIGHT * needle.strength(self.names),
        )
        in_headings = bm25.HEADINGS_WEIGHT * needle.strength(self.headings)
        return in_tags + in_body + in_names + in_headings


def find_roots(column: str, roots: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Yield those of `roots` that are in a column of sorted roots, each with its number there.

    `roots` are between spaces, and sorted too, so that a long column is read once for all of them.
    """
    start = number = 0
    for root in roots:
        position = column.find(root, start)
        if position >= 0:
            number += column.count(" ", start, position)
            start = position
            yield root, number


def load_fields(pks: Collection[int], mean_length: float) -> dict[int, Fields]:
    """Return the fields of articles by primary key. `mean_length` is that of the bodies of all
    articles: those with a word many times, which are loaded here, are longer than others.

    The mean length of titles is that of these articles. It hardly differs, and weighs little.
    """
    rows = [Fields(*row) for row in fetch_documents(COLUMNS, pks)]
    title_mean = sum(row.title_length for row in rows) / max(1, len(rows))
    for row in rows:
        row.body_norm = bm25.norm(row.length, mean_length)
        row.title_norm = bm25.norm(row.title_length, title_mean, bm25.B_TITLE)
    return {row.pk: row for row in rows}


def load_bodies(pks: Collection[int]) -> dict[int, str]:
    """Return the words of the bodies of articles by primary key."""
    return dict(fetch_documents(("article_id", "body"), pks))


def fetch_documents(columns: Iterable[str], pks: Collection[int]) -> list[Any]:
    """Return columns of the documents with these primary keys."""
    selected = ", ".join(columns)
    keys, in_keys = key_list(pks)
    sql = f"SELECT {selected} FROM articles_searchdocument WHERE article_id {in_keys}"
    return fetch(sql, [keys])
