"""Articles → their rows in the search index, written in the transaction that changes them."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection

from articles.models import Article, ContentVersion, SearchDocument, Tag, Tagging
from articles.search.analysis import Terms, analyze
from articles.sql import chunks, placeholders
from articles.text.line_breaks import unwrap
from articles.text.names import fold
from articles.transactions import retried_atomic

BATCH_SIZE = 200
# Characters of each text of an article that are indexed. A longer text is a book.
MAX_CHARACTERS = 400_000
# A tsvector has room for 1 MiB of terms; beyond that, PostgreSQL stores broken terms silently.
MAX_TERMS_BYTES = 1_000_000
COLUMNS = ("language", "title", "names", "headings", "tags", "terms", "body")
SOURCE_FIELDS = (
    "title",
    "slug",
    "aliases",
    "former",
    "hidden_former",
    "language",
    "summary",
    "toc",
    "text",
)

# Term prefixes, as in Xapian: one index answers for each field of an article. A term without a
# prefix is of any field.
NAME_PREFIX, HEADING_PREFIX, TAG_PREFIX, LANGUAGE_PREFIX, BUCKET_PREFIX = "=", "^", "#", "@", "~"
# A bucket is 2**10 consecutive primary keys.
BUCKET_BITS = 10


class IndexedFields(NamedTuple):
    """What the analysis of an article reads: its own fields only, so that it can run in another
    process, before the article is stored."""

    language: str
    title: str
    # Other names that readers may see.
    names: tuple[str, ...]
    headings: tuple[str, ...]
    # Summary and text.
    body: str

    @classmethod
    def of(cls, article: Article) -> "IndexedFields":
        return cls(
            language=article.language,
            title=article.title,
            names=tuple(_other_names(article)),
            headings=tuple(heading["text"] for heading in article.toc),
            body=f"{unwrap(article.summary)}\n{article.text}",
        )


class AnalyzedFields(NamedTuple):
    """The terms of an article's fields, as the columns of a search document store them."""

    language: str
    title: str
    names: str
    headings: str
    body: str
    # All terms but those of the tags, separated by spaces.
    terms: str


# The primary key of an article, those of its tags, and its terms.
AnalyzedArticle = tuple[int, Collection[int], AnalyzedFields]


def index_articles(articles: Sequence[Article]) -> None:
    """Write the rows of `articles`, those that differ from what is stored.

    Call inside atomic(), after their derived columns and taggings have been written.
    """
    pks = [article.pk for article in articles]
    tags = Tagging.objects.tags_by_article(pks)
    existing = SearchDocument.objects.in_bulk(pks)
    documents = [build_document(article, tags[article.pk]) for article in articles]
    _store([row for row in documents if row.pk not in existing or _differ(row, existing[row.pk])])


def index_article(article: Article, tags: Collection[Tag]) -> None:
    """Write the row of one article that has changed and now has `tags`. Call inside atomic()."""
    _store([build_document(article, tags)])


def index_analyzed(articles: Sequence[AnalyzedArticle]) -> None:
    """Write the rows of articles whose fields have been analyzed. Call inside atomic().

    Costs least for many articles at once, in ascending order of their primary keys.
    """
    _store([_document(pk, tags, fields) for pk, tags, fields in articles])


def index_articles_by_pk(pks: Sequence[int]) -> None:
    """Call `index_articles` for the articles with these primary keys. Call inside atomic()."""
    index_articles(list(Article.objects.filter(pk__in=pks).only(*SOURCE_FIELDS)))


def _store(rows: list[SearchDocument]) -> None:
    """Insert or update `rows`. In SQL, since `bulk_create` takes longer for a row than the
    database does."""
    columns = ("article_id", *COLUMNS)
    for batch in chunks(rows, BATCH_SIZE):
        sql = f"""INSERT INTO articles_searchdocument ({", ".join(columns)})
            VALUES {", ".join([f"({placeholders(columns)})"] * len(batch))}
            ON CONFLICT (article_id) DO UPDATE SET
            {", ".join(f"{column} = excluded.{column}" for column in COLUMNS)}"""
        with connection.cursor() as cursor:
            cursor.execute(sql, [getattr(row, column) for row in batch for column in columns])


def _differ(row: SearchDocument, stored: SearchDocument) -> bool:
    return any(getattr(row, column) != getattr(stored, column) for column in COLUMNS)


def build_document(article: Article, tags: Collection[Tag]) -> SearchDocument:
    """Return the unsaved row of an article with `tags`."""
    fields = analyze_fields(IndexedFields.of(article))
    return _document(article.pk, [tag.pk for tag in tags], fields)


def analyze_fields(fields: IndexedFields, characters: int = MAX_CHARACTERS) -> AnalyzedFields:
    """Return the terms of an article's fields. A pure function.

    Each text is indexed up to `characters`. If that yields more than `MAX_TERMS_BYTES` of terms,
    as in a long text that hardly repeats a word, fewer characters are, alike on both databases.
    """
    language = fields.language
    title = analyze(fields.title, language, characters)
    names = _analyze_all(fields.names, language, characters)
    headings = _analyze_all(fields.headings, language, characters)
    body = analyze(fields.body, language, characters)
    filters = {f"{LANGUAGE_PREFIX}{language.lower()}"}
    terms = " ".join(sorted(filters | _all_terms(title, names, headings, body)))
    if characters and len(terms.encode()) > MAX_TERMS_BYTES:
        return analyze_fields(fields, characters * 3 // 4)
    return AnalyzedFields(
        language=language,
        title=_column(title),
        names=_column(names),
        headings=_column(headings),
        body=_column(body),
        terms=terms,
    )


def _document(pk: int, tags: Collection[int], fields: AnalyzedFields) -> SearchDocument:
    tag_terms = [f"{TAG_PREFIX}{tag}" for tag in sorted(tags)]
    terms = [f"{BUCKET_PREFIX}{pk >> BUCKET_BITS}", *tag_terms, fields.terms]
    return SearchDocument(
        article_id=pk,
        tags=f" {' '.join(tag_terms)} ",
        **{**fields._asdict(), "terms": " ".join(terms)},
    )


def draft_terms(article: Article, tags: Collection[Tag]) -> str:
    """Return the terms of a draft of an article, which has the columns of the draft: those of the
    fields of its document."""
    document = build_document(article, tags)
    fields = (document.title, document.names, document.headings, document.tags, document.body)
    return "\n".join([*fields, f" {LANGUAGE_PREFIX}{article.language.lower()} "])


def _all_terms(title: Terms, names: Terms, headings: Terms, body: Terms) -> set[str]:
    """Return the terms of all fields, those of names and headings also with their prefixes."""
    terms: set[str] = set()
    fields = (title, NAME_PREFIX), (names, NAME_PREFIX), (headings, HEADING_PREFIX), (body, "")
    for field, prefix in fields:
        of_field = {*field.sequence, *field.variants} - {""}
        terms |= of_field
        if prefix:
            terms |= {prefix + term for term in of_field}
    return terms


def _other_names(article: Article) -> list[str]:
    """Return the aliases, former names and slugs that differ from the title, and that readers
    may see."""
    by_key = {fold(name): name for _kind, name in reversed(article.public_names())}
    del by_key[fold(article.title)]
    return list(reversed(by_key.values()))


def _analyze_all(texts: Sequence[str], language: str, characters: int) -> Terms:
    """Return the terms of several texts, of `characters` in total.

    An empty term separates them, so that no phrase matches across two texts.
    """
    analyzed: list[Terms] = []
    for text in texts:
        analyzed.append(analyze(text, language, characters))
        characters = max(0, characters - len(text))
    sequence = tuple(term for terms in analyzed for term in (*terms.sequence, ""))
    return Terms(sequence, frozenset().union(*(terms.variants for terms in analyzed)))


def _column(terms: Terms) -> str:
    """Return the text of a column: the sequence, two spaces, the variants.

    >>> _column(Terms(("peace", "missions"), frozenset({"_mission"})))
    ' peace missions  _mission '
    """
    return f" {' '.join(terms.sequence)}  {' '.join(sorted(terms.variants))} "


def reindex(batch_size: int = BATCH_SIZE) -> Iterator[int]:
    """Index all articles, each batch in its own transaction. Yield the number indexed so far."""
    pks = list(Article.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), batch_size):
        batch = pks[start : start + batch_size]
        _index_batch(batch)
        yield start + len(batch)


@retried_atomic
def _index_batch(pks: Sequence[int]) -> None:
    index_articles(list(Article.objects.locked(pks).only(*SOURCE_FIELDS)))
    ContentVersion.objects.bump()


def ensure_indexed(**_signal: Any) -> None:
    """Index all articles if none is: they may be older than the index.

    Connected to `post_migrate`.
    """
    if Article.objects.exists() and not SearchDocument.objects.exists():
        for _indexed in reindex():
            pass
