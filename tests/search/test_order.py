"""The order of results is the same on each database, for random articles and queries."""

import hashlib
import random

import pytest

from articles.search import Limits, search_articles
from tests import factories

# fmt: off
WORDS = (
    "peace", "peaceful", "war", "wars", "treaty", "treaties", "nation", "nations", "border",
    "river", "rivers", "city", "cities", "engine", "engines", "wi-fi", "wifi", "U.S.", "B-52s",
    "b52", "COVID-19", "état", "élan", "naïve", "1,000", "1000", "2024", "C++", "کتاب\u200cها",
    "علی", "كتاب", "علي", "東京都", "図書館", "מפתח", "the", "of", "and", "in", "is",
)
# fmt: on
ARTICLES, QUERIES = 60, 100
# The digest of the titles of all results. A change of the ranking changes it: run the test on both
# databases then.
DIGEST = "8e4749f3216b1845"


def _text(rng, length):
    # Earlier words are the more frequent ones.
    return " ".join(WORDS[int(len(WORDS) * rng.random() ** 2)] for _ in range(length))


def _make_articles(rng):
    for number in range(ARTICLES):
        factories.article(
            f"{_text(rng, rng.randint(1, 3))} {number}",
            slug=f"article-{number}",
            body=_text(rng, rng.randint(1, 90)),
            summary=_text(rng, 4),
            tags=[_text(rng, 1) for _ in range(number % 3)],
            language=("en", "fa", "ja")[number % 7 % 3],
        )


def _query(rng):
    text = _text(rng, rng.choice((1, 1, 2, 2, 3, 9)))
    form = rng.choice(("{}", "{}", "{}", '"{}"', "{} -river", "tag:war {}", "{}x"))
    return form.format(text)


@pytest.mark.django_db
def test_the_order_is_the_same_on_each_database():
    rng = random.Random(11)
    _make_articles(rng)
    titles = []
    for number in range(QUERIES):
        limits = Limits(candidates=30, postings=20) if number % 4 == 0 else Limits()
        results = search_articles(_query(rng), limits=limits, size=100)
        titles += [str(results.total), *(hit.article.title for hit in results.hits)]
    assert len(titles) > 10 * QUERIES
    assert hashlib.sha256("\n".join(titles).encode()).hexdigest()[:16] == DIGEST
