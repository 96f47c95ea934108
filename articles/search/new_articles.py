"""The search rows of many new articles, as those of a load are.

On PostgreSQL, the numbers of documents with each term are added up here and stored at the end:
otherwise, a common term would be updated with each batch.
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
    counted_terms,
    index_analyzed,
    row_values,
)
from articles.sql import chunks, copy_rows, run_concurrently

# Terms whose numbers are kept in memory, which takes 20 MB, until they are stored.
MAX_TERMS = 100_000
# The trigger of the table counts terms, unless the transaction has turned that off.
COUNT_TERMS = "SELECT set_config('articles.count_terms', %s, true)"
ADD_DOCUMENTS = """INSERT INTO articles_searchterm
    SELECT unnest(%s::text[]), unnest(%s::integer[])
    ON CONFLICT (term) DO UPDATE
    SET documents = articles_searchterm.documents + excluded.documents"""


class NewSearchRows:
    """Writes the search rows of articles that have none yet. Call `begin` for each batch, wait for
    it before the next one, and call `finish` at the end of the transaction."""

    def __init__(self) -> None:
        self._documents: Counter[str] = Counter()

    def begin(self, articles: Sequence[AnalyzedArticle]) -> Callable[[], None]:
        """Begin to write the rows of a batch, and return what waits for the end of that."""
        if connection.vendor != "postgresql":
            # Not row by row: FTS5 writes what it has in memory at the beginning of a statement.
            index_analyzed(articles)
            return lambda: None
        if len(self._documents) > MAX_TERMS:
            self.finish()
        wait = run_concurrently(partial(_copy, [row_values(*article) for article in articles]))
        for _pk, tags, fields in articles:
            self._documents.update(counted_terms(tags, fields))
        return wait

    def finish(self) -> None:
        """Store the numbers of documents with each term."""
        # In the order of terms, as all writers do.
        documents, self._documents = sorted(self._documents.items()), Counter()
        with connection.cursor() as cursor:
            for batch in chunks(documents):
                terms, numbers = map(list, zip(*batch, strict=True))
                cursor.execute(ADD_DOCUMENTS, [terms, numbers])


def _copy(rows: Sequence[Sequence[Any]], database: Any) -> None:
    """Copy rows by a connection of the driver."""
    with database.cursor() as cursor:
        cursor.execute(COUNT_TERMS, ["off"])
        copy_rows(cursor, SearchDocument, ROW_COLUMNS, rows)
        cursor.execute(COUNT_TERMS, ["on"])
