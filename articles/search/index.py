"""Articles → their rows in the search index, written in the transaction that changes them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.apps import apps as global_apps
from django.apps.registry import Apps
from django.db import connection
from django.db.models import Model

from articles.models import Article, ContentVersion, SearchDocument, Tag, Tagging
from articles.search import bm25
from articles.search.analysis import AnalyzedText, analyze
from articles.search.lengths import content_length, length_term
from articles.sql import chunks, placeholders
from articles.text.line_breaks import unwrap
from articles.text.names import fold
from articles.transactions import retried_atomic

BATCH_SIZE = 200
# Rows in one statement: as many as a batch of a load has.
MAX_ROWS = 250
# Characters of each text of an article that are indexed. A longer text is a book.
MAX_CHARACTERS = 400_000
# A tsvector has room for 1 MiB of terms; beyond that, PostgreSQL stores broken terms silently.
MAX_TERMS_BYTES = 1_000_000
COLUMNS = (
    "language",
    "length",
    "tags",
    "title",
    "names",
    "headings",
    "roots",
    "counts",
    "forms",
    "terms",
    "body",
)
ROW_COLUMNS = ("article_id", *COLUMNS)
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
# The tables that indexing reads and writes.
TABLES = (Article, ContentVersion, SearchDocument, Tag, Tagging)

# Term prefixes, as in Xapian: one index answers for several fields of an article. A term without a
# prefix is the root of a word in any field.
NAME_PREFIX, TAG_PREFIX, LANGUAGE_PREFIX, LEVEL_PREFIX = "=", "#", "@", "~"
# Impact-ordered postings (Anh and Moffat, "Pruned Query Evaluation Using Pre-Computed Impacts",
# 2006; Lin and Trotman, "Anytime Ranking for Impact-Ordered Indexes", 2015): an article has the
# term ``root~2`` too if the impact of the root in it is at least that of level 2, and so on.
LEVELS = {2: 0.6, 3: 0.75, 4: 0.87}
# The impact is that of an article among others of this length, in words but stop words, since it
# must not change with the other articles. It decides which articles are ranked, not how.
REFERENCE_LENGTH = 250
# In `counts`, a character whose code is this plus the count. Greater counts hardly weigh more.
COUNT_ZERO, MAX_COUNT = 32, 94


class IndexedFields(NamedTuple):
    """What the analysis of an article reads: its own fields only, so that it can run in another
    process, before the article is stored."""

    language: str
    title: str
    # Other names that readers may see.
    names: tuple[str, ...]
    headings: tuple[str, ...]
    # The text.
    body: str
    summary: str = ""

    @classmethod
    def of(
        cls,
        article: Article,
        toc: Sequence[Mapping[str, Any]] | None = None,
        text: str | None = None,
    ) -> "IndexedFields":
        """Return the fields of an article, whose contents and text are given or its own."""
        toc = article.toc if toc is None else toc
        return cls(
            language=article.language,
            title=article.title,
            names=tuple(_other_names(article)),
            headings=tuple(heading["text"] for heading in toc),
            body=article.text if text is None else text,
            summary=unwrap(article.summary),
        )


class AnalyzedFields(NamedTuple):
    """The terms of an article's fields, in the columns of a search document."""

    language: str
    length: int
    title: str
    names: str
    headings: str
    roots: str
    counts: str
    forms: str
    terms: str
    body: str


# The primary key of an article, those of its tags, and its terms.
AnalyzedArticle = tuple[int, Collection[int], AnalyzedFields]
Analyze = Callable[[list[IndexedFields]], list[AnalyzedFields]]


def index_articles(articles: Sequence[Article], analyze: Analyze | None = None) -> None:
    """Write the rows of `articles`, those that differ from what is stored.

    `analyze` takes the place of `analyze_all`, to compute the same in other processes. Call inside
    atomic(), after their derived columns and taggings have been written.
    """
    pks = [article.pk for article in articles]
    tags = Tagging.objects.tags_by_article(pks)
    existing = SearchDocument.objects.in_bulk(pks)
    analyzed = (analyze or analyze_all)([IndexedFields.of(article) for article in articles])
    documents = [
        _document(pk, [tag.pk for tag in tags[pk]], fields)
        for pk, fields in zip(pks, analyzed, strict=True)
    ]
    _store([row for row in documents if row.pk not in existing or _differ(row, existing[row.pk])])


def index_article(article: Article, tags: Collection[Tag]) -> None:
    """Write the row of one article that has changed and now has `tags`. Call inside atomic()."""
    _store([build_document(article, tags)])


def index_analyzed(articles: Sequence[AnalyzedArticle]) -> None:
    """Write the rows of articles whose fields have been analyzed. Call inside atomic().

    Costs least for many articles at once, in ascending order of their primary keys.
    """
    _store([_document(pk, tags, fields) for pk, tags, fields in articles])


def index_articles_by_pk(pks: Sequence[int], analyze: Analyze | None = None) -> None:
    """Call `index_articles` for the articles with these primary keys. Call inside atomic()."""
    index_articles(list(Article.objects.filter(pk__in=pks).only(*SOURCE_FIELDS)), analyze)


def index_tags(pks: Sequence[int]) -> None:
    """Write the tags of the articles with these primary keys into their rows, after taggings have
    changed. Call inside atomic()."""
    for batch in chunks(list(pks), BATCH_SIZE):
        tags = Tagging.objects.tags_by_article(batch)
        rows = list(SearchDocument.objects.filter(pk__in=batch).only("tags"))
        for row in rows:
            row.tags = _tag_terms(tag.pk for tag in tags[row.pk])
        SearchDocument.objects.bulk_update(rows, ["tags"])


def _store(rows: list[SearchDocument]) -> None:
    """Insert or update `rows`."""
    with connection.cursor() as cursor:
        for sql, parameters in _statements(rows):
            cursor.execute(sql, parameters)


def _statements(rows: list[SearchDocument]) -> Iterator[tuple[str, list[Any]]]:
    """Yield the statements that insert or update `rows`, with their parameters. In SQL, since
    `bulk_create` takes longer for a row than the database does."""
    for batch in chunks(rows, MAX_ROWS):
        sql = f"""INSERT INTO articles_searchdocument ({", ".join(ROW_COLUMNS)})
            VALUES {", ".join([f"({placeholders(ROW_COLUMNS)})"] * len(batch))}
            ON CONFLICT (article_id) DO UPDATE SET
            {", ".join(f"{column} = excluded.{column}" for column in COLUMNS)}"""
        yield sql, [getattr(row, column) for row in batch for column in ROW_COLUMNS]


def _differ(row: SearchDocument, stored: SearchDocument) -> bool:
    return any(getattr(row, column) != getattr(stored, column) for column in COLUMNS)


def build_document(article: Article, tags: Collection[Tag]) -> SearchDocument:
    """Return the unsaved row of an article with `tags`."""
    fields = analyze_fields(IndexedFields.of(article))
    return _document(article.pk, [tag.pk for tag in tags], fields)


def analyze_all(articles: Sequence[IndexedFields]) -> list[AnalyzedFields]:
    """Return the terms of the fields of each article. A pure function."""
    return [analyze_fields(fields) for fields in articles]


def analyze_fields(fields: IndexedFields, characters: int = MAX_CHARACTERS) -> AnalyzedFields:
    """Return the terms of an article's fields. A pure function.

    Each text is indexed up to `characters`. If that yields more than `MAX_TERMS_BYTES` of terms,
    as in a long text that hardly repeats a word, fewer characters are, alike on both databases.
    """
    language = fields.language
    title = analyze(fields.title, language, characters)
    names = _analyze_all(fields.names, language, characters)
    headings = _analyze_all(fields.headings, language, characters)
    summary = analyze(fields.summary, language, characters)
    text = analyze(fields.body, language, max(0, characters - len(fields.summary)))
    body = _joined(summary, text)
    length = content_length(body.sequence, language)
    forms = {root: "|".join(sorted(words)) for root, words in body.forms.items()}
    roots = sorted({*title.counts, *names.counts, *headings.counts, *body.counts})
    levels = _levels(title, names, headings, body, length)
    terms = " ".join([*_name_terms(title, names), *levels, length_term(length)])
    if characters and len(terms.encode()) + len(" ".join(roots).encode()) > MAX_TERMS_BYTES:
        return analyze_fields(fields, characters * 3 // 4)
    return AnalyzedFields(
        language=language,
        length=length,
        title=_column(title),
        names=_column(names),
        headings=_column(headings),
        roots=f" {' '.join(roots)} ",
        counts=_counts(body, roots),
        forms=" ".join([forms.get(root, "") for root in roots]),
        terms=terms,
        body=f" {' '.join(body.sequence)} ",
    )


def _counts(text: AnalyzedText, roots: Sequence[str]) -> str:
    """Return how often each root occurs in a text, a character for each."""
    counts = [text.counts.get(root, 0) for root in roots]
    codes = [COUNT_ZERO + (count if count < MAX_COUNT else MAX_COUNT) for count in counts]
    return bytes(codes).decode("ascii")


def _name_terms(*names: AnalyzedText) -> list[str]:
    """Return the words of names, and their roots, with the prefix of names."""
    terms = {term for name in names for term in (*name.sequence, *name.counts)} - {""}
    return sorted(NAME_PREFIX + term for term in terms)


def _levels(
    title: AnalyzedText,
    names: AnalyzedText,
    headings: AnalyzedText,
    body: AnalyzedText,
    length: int,
) -> Iterator[str]:
    """Yield the roots whose impact reaches a level, with the mark of that level. `length` is that
    of the body, in words but stop words."""
    # The least frequencies that reach each level: the inverse of `bm25.saturate`.
    least = [(level, bm25.K1 * impact / (1 - impact)) for level, impact in LEVELS.items()]
    fields = (
        (title, bm25.TITLE_WEIGHT),
        (names, bm25.NAMES_WEIGHT),
        (headings, bm25.HEADINGS_WEIGHT),
    )
    divisor = bm25.norm(length, REFERENCE_LENGTH)
    weighted = {root for field, _weight in fields for root in field.counts}
    # Most roots are only in the body, and too rare for any level.
    least_count = int(least[0][1] * divisor)
    frequencies = {
        root: count / divisor
        for root, count in body.counts.items()
        if count >= least_count or root in weighted
    }
    for field, weight in fields:
        for root in field.counts:
            frequencies[root] = frequencies.get(root, 0) + weight
    reaching = frequencies
    for level, frequency in least:
        reaching = {root: n for root, n in reaching.items() if n >= frequency}
        yield from sorted([f"{root}{LEVEL_PREFIX}{level}" for root in reaching])


def _document(pk: int, tags: Collection[int], fields: AnalyzedFields) -> SearchDocument:
    return SearchDocument(article_id=pk, tags=_tag_terms(tags), **fields._asdict())


def row_values(pk: int, tags: Collection[int], fields: AnalyzedFields) -> tuple[Any, ...]:
    """Return the values of `ROW_COLUMNS` of an article with these tags."""
    language, length, *texts = fields
    return pk, language, length, _tag_terms(tags), *texts


def _tag_terms(tags: Iterable[int]) -> str:
    return f" {' '.join(f'{TAG_PREFIX}{tag}' for tag in sorted(tags))} "


def draft_terms(article: Article, tags: Collection[Tag]) -> str:
    """Return the terms of a draft of an article, which has the columns of the draft: those of the
    fields of its document."""
    document = build_document(article, tags)
    fields = (document.title, document.names, document.headings, document.tags, document.body)
    filters = f" {LANGUAGE_PREFIX}{article.language.lower()} "
    return "\n".join([*fields, document.roots, filters])


def _other_names(article: Article) -> list[str]:
    """Return the aliases, former names and slugs that differ from the title, and that readers
    may see."""
    by_key = {fold(name): name for _kind, name in reversed(article.public_names())}
    del by_key[fold(article.title)]
    return list(reversed(by_key.values()))


def _analyze_all(texts: Sequence[str], language: str, characters: int) -> AnalyzedText:
    """Return the terms of several texts, of `characters` in total.

    An empty term separates them, so that no phrase matches across two texts.
    """
    sequence: list[str] = []
    counts: dict[str, int] = {}
    for text in texts:
        analyzed = analyze(text, language, characters)
        sequence += [*analyzed.sequence, ""]
        counts |= analyzed.counts
        characters = max(0, characters - len(text))
    return AnalyzedText(tuple(sequence), counts, {})


def _joined(summary: AnalyzedText, text: AnalyzedText) -> AnalyzedText:
    """Return the terms of a summary and a text, with an empty term between them, so that no phrase
    matches across both."""
    if not summary.sequence:
        return text
    counts, forms = dict(text.counts), dict(text.forms)
    for root, count in summary.counts.items():
        counts[root] = counts.get(root, 0) + count
    for root, words in summary.forms.items():
        forms[root] = list({*forms.get(root, ()), *words})
    return AnalyzedText((*summary.sequence, "", *text.sequence), counts, forms)


def _column(text: AnalyzedText) -> str:
    """Return the text of a column: the sequence, two spaces, the roots.

    >>> _column(AnalyzedText(("peace", "missions"), {"peace": 1, "mission": 1}, {}))
    ' peace missions  mission peace '
    """
    return f" {' '.join(text.sequence)}  {' '.join(sorted(text.counts))} "


def reindex(batch_size: int = BATCH_SIZE, analyze: Analyze | None = None) -> Iterator[int]:
    """Index all articles, each batch in its own transaction. Yield the number indexed so far.

    `analyze` is that of `index_articles`.
    """
    pks = list(Article.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), batch_size):
        batch = pks[start : start + batch_size]
        _index_batch(batch, analyze)
        yield start + len(batch)


@retried_atomic
def _index_batch(pks: Sequence[int], analyze: Analyze | None) -> None:
    index_articles(list(Article.objects.locked(pks).only(*SOURCE_FIELDS)), analyze)
    ContentVersion.objects.bump()


def ensure_indexed(apps: Apps = global_apps, **_signal: Any) -> None:
    """Index all articles if none is: they may be older than the index.

    Connected to `post_migrate`. Does nothing after migrating to an earlier version, whose tables
    this version can't read.
    """
    if not all(_has_columns_of(model, apps) for model in TABLES):
        return
    if Article.objects.exists() and not SearchDocument.objects.exists():
        for _indexed in reindex():
            pass


def _has_columns_of(model: type[Model], apps: Apps) -> bool:
    """Whether the table of `model` has the same columns in the version of `apps`."""
    try:
        migrated = apps.get_model(model._meta.label)
    except LookupError:
        return False
    return {field.column for field in migrated._meta.fields} == {
        field.column for field in model._meta.fields
    }
