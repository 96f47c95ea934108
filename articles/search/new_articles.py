"""The search rows of many new articles, as those of a load are.

On PostgreSQL, the numbers of documents with each term are counted for many articles at once:
otherwise, a common term would be updated with each batch. Likewise, the index merges what is new
less often than for single articles.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import connection

from articles.models import SearchDocument
from articles.search.index import ROW_COLUMNS, AnalyzedArticle, index_analyzed, row_values
from articles.sql import copy_rows, fetch, run_concurrently

# Articles whose terms are counted at once.
MAX_UNCOUNTED = 2_500
# The trigger of the table counts terms, unless the transaction has turned that off.
COUNT_TERMS = "SELECT set_config('articles.count_terms', %s, true)"
# As the trigger does: in the order of terms, as all writers store them.
ADD_DOCUMENTS = """INSERT INTO articles_searchterm
    SELECT term, count(*) FROM articles_searchdocument n,
        unnest(articles_search_terms(n.roots, n.tags, n.language, n.terms)) term
    WHERE n.article_id = ANY(%s) AND term NOT LIKE '%%~_' GROUP BY term ORDER BY term
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
        # Primary keys of articles whose terms are not counted yet.
        self._uncounted: list[int] = []
        # Not known before the second batch.
        self._has_long_list: bool | None = None

    def begin(self, articles: Sequence[AnalyzedArticle]) -> Callable[[], None]:
        """Begin to write the rows of a batch, and return what waits for the end of that."""
        if connection.vendor != "postgresql":
            # Not row by row: FTS5 writes what it has in memory at the beginning of a statement.
            index_analyzed(articles)
            return lambda: None
        if self._uncounted and self._has_long_list is None:
            self._has_long_list = _set_pending(PENDING_OF_LOAD)
        rows = [row_values(*article) for article in articles]
        self._uncounted += [pk for pk, _tags, _fields in articles]
        counted: list[int] = []
        if len(self._uncounted) >= MAX_UNCOUNTED:
            counted, self._uncounted = self._uncounted, []
        return run_concurrently(partial(_write, rows, counted))

    def finish(self) -> None:
        """Count the terms of all articles, and merge what is new into the index."""
        if self._uncounted:
            with connection.cursor() as cursor:
                cursor.execute(ADD_DOCUMENTS, [self._uncounted])
        if self._has_long_list:
            _set_pending(PENDING)
            fetch(MERGE_PENDING, [])


def _set_pending(size: int) -> bool:
    """Set the kilobytes that are not merged into the index, until this transaction is rolled back.
    Return whether that was possible."""
    ((is_owner,),) = fetch(IS_OWNER, [])
    if is_owner:
        with connection.cursor() as cursor:
            cursor.execute(SET_PENDING.format(size=size))
    return bool(is_owner)


def _write(rows: Sequence[Sequence[Any]], counted: list[int], database: Any) -> None:
    """Copy rows by a connection of the driver, and count the terms of the articles `counted`."""
    with database.cursor() as cursor:
        cursor.execute(COUNT_TERMS, ["off"])
        copy_rows(cursor, SearchDocument, ROW_COLUMNS, rows)
        cursor.execute(COUNT_TERMS, ["on"])
        if counted:
            cursor.execute(ADD_DOCUMENTS, [counted])
