"""Relevance: a set of queries, each with the article that should come first, and its score."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from articles import editing
from articles.models import Article, Status
from articles.search import search_articles
from articles.text import names

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Judgment:
    """A query, the article that should come first, and its rank in the results, counted from 1
    (0: not on the first page)."""

    query: str
    expected: str
    rank: int


def read_rows(name: str) -> Iterator[list[str]]:
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield [part.strip() for part in line.split("|")]


def create_corpus() -> None:
    for title, aliases, tags, language, text in read_rows("quality-corpus.txt"):
        article = Article(
            title=title,
            slug=editing.free_slug(title),
            aliases=[name.strip() for name in aliases.split(";") if name.strip()],
            language=language,
            body=text.replace("## ", "\n\n## ").replace("\\n", "\n\n"),
            status=Status.PUBLISHED,
        )
        editing.save(article, [tag.strip() for tag in tags.split(";")])


def judge() -> list[Judgment]:
    """Run all queries against the corpus."""
    judgments = []
    for query, expected in read_rows("quality-queries.txt"):
        keys = [names.fold(hit.article.title) for hit in search_articles(query).hits]
        key = names.fold(expected)
        judgments.append(Judgment(query, expected, keys.index(key) + 1 if key in keys else 0))
    return judgments


def mean_reciprocal_rank(judgments: list[Judgment]) -> float:
    """Return the mean of 1 / rank: 1.0 if the expected article always comes first."""
    return sum(1 / item.rank for item in judgments if item.rank) / len(judgments)
