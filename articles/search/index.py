"""Articles → the rows that they are found by. Written in the transaction that changes them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, transaction

from articles.models import Article, ContentVersion, SearchDocument, Tag, Tagging
from articles.search import analysis
from articles.text.names import fold

BATCH = 200
# So much of an article is indexed; a body of twice the length is a book.
CHARACTERS = 400_000
# A tsvector has room for 1 MiB of terms, and PostgreSQL does not say when it is full.
BYTES = 1_000_000
DERIVED = ("language", "title", "names", "headings", "tags", "terms", "body")
NEEDED = ("title", "slug", "aliases", "former", "language", "summary", "toc", "text")

# As SQL, which takes a row in less time than it takes Django to write this down.
STORE = f"""INSERT INTO articles_searchdocument (article_id, {", ".join(DERIVED)})
    VALUES ({", ".join(["%s"] * (len(DERIVED) + 1))})
    ON CONFLICT (article_id) DO UPDATE SET
    {", ".join(f"{column} = excluded.{column}" for column in DERIVED)}"""

# Marks of where a term stands, so that one index answers for each place.
NAMED, HEADED, TAGGED, LANGUAGE, SHELF = "=", "^", "#", "@", "~"
# So many articles in the order in which they were made stand on one shelf.
SHELF_BITS = 10


def index_articles(articles: Sequence[Article]) -> None:
    """Make `articles` findable by what they say now. Call inside atomic(), after their derived
    columns and taggings were written."""
    tags: dict[int, list[int]] = {}
    taggings = Tagging.objects.filter(content_object__in=articles)
    for article, tag in taggings.order_by("tag").values_list("content_object", "tag"):
        tags.setdefault(article, []).append(tag)
    known = SearchDocument.objects.in_bulk([article.pk for article in articles])
    wanted = [document(article, tags.get(article.pk, [])) for article in articles]
    _store([row for row in wanted if row.pk not in known or _differ(row, known[row.pk])])


def index_article(article: Article, tags: Iterable[Tag]) -> None:
    """`index_articles` for an article that has changed, with the tags that it has now."""
    _store([document(article, sorted(tag.pk for tag in tags))])


def _store(rows: list[SearchDocument]) -> None:
    columns = ("article_id", *DERIVED)
    with connection.cursor() as cursor:
        cursor.executemany(STORE, [[getattr(row, column) for column in columns] for row in rows])


def _differ(one: SearchDocument, other: SearchDocument) -> bool:
    return any(getattr(one, field) != getattr(other, field) for field in DERIVED)


def document(article: Article, tags: list[int], characters: int = CHARACTERS) -> SearchDocument:
    """The row of one article, of each of its texts the first `characters`.

    Where that gives more than `BYTES` of terms, as a long text of ever new words does, it is made
    of less, the same on every database.
    """
    language = article.language
    title = analysis.terms(article.title, language, characters)
    names = _several(_other_names(article), language, characters)
    headings = _several([heading["text"] for heading in article.toc], language, characters)
    body = analysis.terms(f"{article.summary}\n{article.text}", language, characters)
    tagged = [f"{TAGGED}{tag}" for tag in tags]
    marks = {f"{LANGUAGE}{language.lower()}", f"{SHELF}{article.pk >> SHELF_BITS}", *tagged}
    terms = " ".join(sorted(marks | _terms(title, names, headings, body)))
    if characters and len(terms.encode()) > BYTES:
        return document(article, tags, characters * 3 // 4)
    return SearchDocument(
        article=article,
        language=language,
        title=_column(title),
        names=_column(names),
        headings=_column(headings),
        tags=f" {' '.join(tagged)} ",
        terms=terms,
        body=_column(body),
    )


def _terms(
    title: analysis.Terms, names: analysis.Terms, headings: analysis.Terms, body: analysis.Terms
) -> set[str]:
    """All terms of an article, and those of what it is called and headed with their marks."""
    terms: set[str] = set()
    for field, mark in ((title, NAMED), (names, NAMED), (headings, HEADED), (body, "")):
        found = {*field.words, *field.others} - {""}
        terms |= found
        if mark:
            terms |= {mark + term for term in found}
    return terms


def _other_names(article: Article) -> list[str]:
    called = {fold(text): text for _kind, text in reversed(article.all_names())}
    del called[fold(article.title)]
    return list(reversed(called.values()))


def _several(texts: list[str], language: str, characters: int) -> analysis.Terms:
    """The terms of several texts, together so many `characters`. Between two stands nothing that
    is ever asked for."""
    each: list[analysis.Terms] = []
    for text in texts:
        each.append(analysis.terms(text, language, characters))
        characters = max(0, characters - len(text))
    found = [word for terms in each for word in (*terms.words, "")]
    return analysis.Terms(tuple(found), frozenset().union(*(terms.others for terms in each)))


def _column(terms: analysis.Terms) -> str:
    """
    >>> _column(analysis.Terms(("peace", "missions"), frozenset({"_mission"})))
    ' peace missions  _mission '
    """
    return f" {' '.join(terms.words)}  {' '.join(sorted(terms.others))} "


def reindex() -> Iterator[int]:
    """Index all articles anew, batch by batch. Gives the number done after each batch."""
    keys = list(Article.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        with transaction.atomic():
            index_articles(list(Article.objects.locked(keys[start : start + BATCH]).only(*NEEDED)))
            ContentVersion.objects.bump()
        yield min(start + BATCH, len(keys))


def ensure_indexed(**_signal: Any) -> None:
    """Index articles that were there before the index was. Connected to `post_migrate`."""
    if Article.objects.exists() and not SearchDocument.objects.exists():
        for _number in reindex():
            pass


def index_articles_by_pk(keys: Sequence[int]) -> None:
    """`index_articles` for articles that are not at hand. Call inside atomic()."""
    index_articles(list(Article.objects.filter(pk__in=keys).only(*NEEDED)))
