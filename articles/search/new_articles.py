"""The search rows of many new articles, as those of a load are.

On PostgreSQL, the numbers of documents with each term are added up here and stored at the end:
otherwise, a common term would be updated with each batch. Likewise, the index merges what is new
less often than for single articles.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import connection

from articles.models import SearchDocument
from articles.search.index import (
    ROW_COLUMNS,
    AnalyzedArticle,
    all_terms,
    index_analyzed,
    is_counted,
    row_values,
)
from articles.sql import chunks, copy_rows, fetch, run_concurrently

# Terms whose numbers are kept in memory, which takes 20 MB, until they are stored.
MAX_TERMS = 100_000
# The trigger of the table counts terms, unless the transaction has turned that off.
COUNT_TERMS = "SELECT set_config('articles.count_terms', %s, true)"
# A term has no space. The driver takes much longer to make an array.
ADD_DOCUMENTS = """INSERT INTO articles_searchterm
    SELECT unnest(string_to_array(%s, ' ')), unnest(string_to_array(%s, ' ')::integer[])
    ON CONFLICT (term) DO UPDATE
    SET documents = articles_searchterm.documents + excluded.documents"""
# Kilobytes of new entries that are not merged into the index yet. Each search reads all of them,
# so there are few when no load is under way: see the migration that creates the index.
PENDING, PENDING_OF_LOAD = 256, 4096
SET_PENDING = "ALTER INDEX articles_search_vector SET (gin_pending_list_limit = {size})"
MERGE_PENDING = "SELECT gin_clean_pending_list('articles_search_vector')"
# Only the owner of an index may change it.
IS_OWNER = """SELECT pg_has_role(relowner, 'USAGE') FROM pg_class
    WHERE oid = 'articles_search_vector'::regclass"""


class NewSearchRows:
    """Writes the search rows of articles that have none yet. Call `begin` for each batch, wait for
    it before the next one, and call `finish` at the end of the transaction."""

    def __init__(self) -> None:
        self._documents: Counter[str] = Counter()
        # Not known before the second batch.
        self._has_long_list: bool | None = None

    def begin(self, articles: Sequence[AnalyzedArticle]) -> Callable[[], None]:
        """Begin to write the rows of a batch, and return what waits for the end of that."""
        if connection.vendor != "postgresql":
            # Not row by row: FTS5 writes what it has in memory at the beginning of a statement.
            index_analyzed(articles)
            return lambda: None
        if self._documents and self._has_long_list is None:
            self._has_long_list = _set_pending(PENDING_OF_LOAD)
        documents = self._take_documents() if len(self._documents) > MAX_TERMS else []
        rows = [row_values(*article) for article in articles]
        wait = run_concurrently(partial(_write, documents, rows))
        for _pk, tags, fields in articles:
            self._documents.update(all_terms(tags, fields))
        return wait

    def finish(self) -> None:
        """Store the numbers of documents with each term, and merge what is new into the index."""
        if documents := self._take_documents():
            run_concurrently(partial(_write, documents, []))()
        if self._has_long_list:
            _set_pending(PENDING)
            fetch(MERGE_PENDING, [])

    def _take_documents(self) -> list[tuple[str, int]]:
        """Return the numbers that are not stored yet, in the order of terms, as all writers store
        them."""
        documents, self._documents = self._documents, Counter()
        return sorted([item for item in documents.items() if is_counted(item[0])])


def _set_pending(size: int) -> bool:
    """Set the kilobytes that are not merged into the index, until this transaction is rolled back.
    Return whether that was possible."""
    ((is_owner,),) = fetch(IS_OWNER, [])
    if is_owner:
        with connection.cursor() as cursor:
            cursor.execute(SET_PENDING.format(size=size))
    return bool(is_owner)


def _write(documents: list[tuple[str, int]], rows: Sequence[Sequence[Any]], database: Any) -> None:
    """Store numbers of documents, and copy rows, by a connection of the driver."""
    with database.cursor() as cursor:
        for batch in chunks(documents):
            terms, numbers = zip(*batch, strict=True)
            cursor.execute(ADD_DOCUMENTS, [" ".join(terms), " ".join(map(str, numbers))])
        cursor.execute(COUNT_TERMS, ["off"])
        copy_rows(cursor, SearchDocument, ROW_COLUMNS, rows)
        cursor.execute(COUNT_TERMS, ["on"])
