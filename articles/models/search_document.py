"""The words that an article is found by."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from articles.models.article import Article


class SearchDocument(models.Model):
    """The words of one article, in each of its fields. Derived by `search`.

    Each column has the words in their order between spaces, then what else is a term of it.
    `terms` are those of all columns, each once, with marks for the place: it is what the
    database indexes, SQLite in a table of its own that triggers keep, PostgreSQL in a column
    that it computes.
    """

    article: "models.OneToOneField[Article, Article]" = models.OneToOneField(
        "articles.Article", on_delete=models.CASCADE, primary_key=True, related_name="search"
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
