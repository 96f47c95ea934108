"""How good the answers are: questions with the article that should come first, and a figure."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from articles import editing
from articles.models import Article, Status
from articles.search import search_articles
from articles.text import names

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Answer:
    """A question, what should come first, and at which place it came (0: not on the page)."""

    asked: str
    wanted: str
    place: int


def rows(name: str) -> Iterator[list[str]]:
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            yield [part.strip() for part in line.split("|")]


def write() -> None:
    for title, aliases, tags, language, text in rows("quality-corpus.txt"):
        article = Article(
            title=title,
            slug=editing.free_slug(title),
            aliases=[name.strip() for name in aliases.split(";") if name.strip()],
            language=language,
            body=text.replace("## ", "\n\n## ").replace("\\n", "\n\n"),
            status=Status.PUBLISHED,
        )
        editing.save(article, [tag.strip() for tag in tags.split(";")])


def answers() -> list[Answer]:
    found = []
    for asked, wanted in rows("quality-questions.txt"):
        keys = [names.fold(hit.article.title) for hit in search_articles(asked).hits]
        place = keys.index(names.fold(wanted)) + 1 if names.fold(wanted) in keys else 0
        found.append(Answer(asked, wanted, place))
    return found


def mean_reciprocal_rank(given: list[Answer]) -> float:
    """One over the place of what should come first, on average: 1 where it always does."""
    return sum(1 / answer.place for answer in given if answer.place) / len(given)
