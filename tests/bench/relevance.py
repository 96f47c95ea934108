"""How well the search ranks the documents of a test collection, beside other lexical engines.

Each question is put in three forms: as it is, its content words, and the first four of these.
All engines get the same text. The measures, each the mean over the questions:

* nDCG@10: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS
  20(4), 2002, with the grade as the gain, the discount log2(rank + 1), and the best order of all
  judged documents as the ideal.
* recall@20: the share of the relevant documents among the first 20 results.
* MRR: the mean of 1 / rank of the first relevant result, 0 if it is not among the first 20
  (Voorhees, "The TREC-8 Question Answering Track Report", 1999).
"""

import logging
import math
import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean

import bm25s
import Stemmer
from bm25s.stopwords import STOPWORDS_EN_PLUS

from articles.models import Article, Status
from articles.search import search_articles
from articles.text import names
from tests.bench import corpus
from tests.bench.smart import Collection, Document, read_collections

logging.getLogger("bm25s").setLevel(logging.WARNING)

WORD = re.compile(r"[^\W_]+")
STOP_WORDS = frozenset(STOPWORDS_EN_PLUS)
NDCG_DEPTH, RESULTS = 10, 20

# A query → the numbers of the best documents, best first.
Engine = Callable[[str], list[int]]


@dataclass(frozen=True)
class Scores:
    """The means of the measures over all questions of a collection."""

    ndcg: float
    recall: float
    mrr: float


def content_words(question: str) -> list[str]:
    """Return the words of a question that are no stop words (the 179 of NLTK's English list)."""
    return [word for word in WORD.findall(question) if word.lower() not in STOP_WORDS]


FORMS: dict[str, Callable[[str], str]] = {
    "as asked": str,
    "content words": lambda question: " ".join(content_words(question)),
    "first four content words": lambda question: " ".join(content_words(question)[:4]),
}


def measure_folder(folder: Path) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    """Return the scores of the collections in `folder`, by collection, form and engine.

    The tables must exist. All articles are deleted, and the documents stay as articles.
    """
    return {
        collection.name: {
            form: {engine: asdict(scores) for engine, scores in by_engine.items()}
            for form, by_engine in measure(collection).items()
        }
        for collection in read_collections(folder)
    }


def measure(collection: Collection) -> dict[str, dict[str, Scores]]:
    """Return the scores of each engine for each form of the questions."""
    engines = {
        "Diwan": our_engine(collection.documents),
        "bm25s": bm25s_engine(collection.documents),
        "FTS5": fts5_engine(collection.documents),
    }
    return {
        form: {name: score(collection, engine, rewrite) for name, engine in engines.items()}
        for form, rewrite in FORMS.items()
    }


def score(collection: Collection, engine: Engine, rewrite: Callable[[str], str]) -> Scores:
    """Return the scores of one engine for the questions as `rewrite` changes them."""
    ranked = [
        (engine(rewrite(question.text)), question.grades) for question in collection.questions
    ]
    return Scores(
        ndcg=fmean(ndcg(results, grades) for results, grades in ranked),
        recall=fmean(recall(results, grades) for results, grades in ranked),
        mrr=fmean(reciprocal_rank(results, grades) for results, grades in ranked),
    )


def ndcg(results: Sequence[int], grades: dict[int, int]) -> float:
    """Return the normalized discounted cumulated gain of the first `NDCG_DEPTH` results."""
    ideal = _discounted_gain(sorted(grades.values(), reverse=True))
    return _discounted_gain(grades.get(number, 0) for number in results) / ideal


def _discounted_gain(gains: Iterable[int]) -> float:
    ranks = range(1, NDCG_DEPTH + 1)
    return sum(gain / math.log2(rank + 1) for rank, gain in zip(ranks, gains, strict=False))


def recall(results: Sequence[int], grades: dict[int, int]) -> float:
    """Return the share of the relevant documents that are among the first `RESULTS`."""
    return len(grades.keys() & set(results[:RESULTS])) / len(grades)


def reciprocal_rank(results: Sequence[int], grades: dict[int, int]) -> float:
    """Return 1 / the rank of the first relevant result; 0 without one among `RESULTS`."""
    ranks = (rank for rank, number in enumerate(results[:RESULTS], 1) if number in grades)
    return 1 / next(ranks, math.inf)


def our_engine(documents: Sequence[Document]) -> Engine:
    """Return the whole search as the search page uses it, over `documents` as articles."""
    Article.objects.all().delete()
    articles = build_articles(documents)
    corpus.insert_in_batches(articles)
    numbers = {
        article.pk: document.number for article, document in zip(articles, documents, strict=True)
    }

    def search(query: str) -> list[int]:
        hits = search_articles(query, size=RESULTS).hits
        return [numbers[hit.article.pk] for hit in hits]

    return search


def build_articles(documents: Sequence[Document]) -> list[Article]:
    """Return unsaved articles with the titles and texts of `documents`.

    A title that is missing or taken gets the number of its document. What is not in the title of
    the article then, or is too long for it, is at the start of the body.
    """
    articles = []
    taken, slugs = corpus.TakenNames(), set[str]()
    for document in documents:
        whole = " ".join(document.title.split())
        title = taken.add_title(whole, document.number)
        rest = whole.removeprefix(title)
        body = f"{rest}\n\n{document.text}".strip()
        slug = names.slug(title)
        if slug in slugs:
            # The title has other signs than one before.
            slug = f"{document.number}-{slug}"[: names.NAME_LENGTH]
        slugs.add(slug)
        articles.append(Article(title=title, slug=slug, body=body, status=Status.PUBLISHED))
    return articles


def bm25s_engine(documents: Sequence[Document]) -> Engine:
    """Return bm25s with its default formula (Lucene's, k1 1.5, b 0.75), Snowball's stems and
    Lucene's English stop words."""
    stemmer = Stemmer.Stemmer("english")

    def tokenize(text: list[str]) -> list[list[str]]:
        tokens: list[list[str]] = bm25s.tokenize(
            text, stopwords="en", stemmer=stemmer, return_ids=False, show_progress=False
        )
        return tokens

    index = bm25s.BM25()
    texts = [f"{document.title}\n{document.text}" for document in documents]
    count = min(RESULTS, len(documents))
    index.index(tokenize(texts), show_progress=False)

    def search(query: str) -> list[int]:
        results, _scores = index.retrieve(tokenize([query]), k=count, show_progress=False)
        return [documents[position].number for position in results[0]]

    return search


def fts5_engine(documents: Sequence[Document]) -> Engine:
    """Return SQLite's FTS5 with its default bm25() and the porter tokenizer; a document matches
    if it has one of the words."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE document USING fts5(title, text, tokenize='porter')")
    database.executemany(
        "INSERT INTO document (rowid, title, text) VALUES (?, ?, ?)",
        [(document.number, document.title, document.text) for document in documents],
    )
    sql = (
        "SELECT rowid FROM document WHERE document MATCH ? ORDER BY bm25(document), rowid LIMIT ?"
    )

    def search(query: str) -> list[int]:
        words = " OR ".join(f'"{word}"' for word in WORD.findall(query))
        return [number for (number,) in database.execute(sql, (words, RESULTS))] if words else []

    return search
