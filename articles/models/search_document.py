"""The terms by which search finds an article."""

from django.db import models

from articles.models.article import Article


class SearchDocument(models.Model):
    """The search terms of one article, by field. Derived by `articles.search`.

    Each column has the words of its field in their order, separated by spaces, then the other
    terms of the field. `terms` has the terms of all columns, each once; those of names, headings
    and tags again with the prefix of their field; and one each for the language and the bucket of
    the article. It is the indexed column, on SQLite by an FTS5 table that triggers maintain, on
    PostgreSQL by a generated column.
    """

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, primary_key=True, related_name="search"
    )
    language = models.CharField(max_length=35, db_index=True)
    title = models.TextField()
    names = models.TextField()
    headings = models.TextField()
    tags = models.TextField()
    terms = models.TextField()
    body = models.TextField()

    def __str__(self) -> str:
        return str(self.title).strip()
