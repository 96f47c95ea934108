"""The terms by which search finds an article."""

from django.db import models

from articles.models.article import Article


class SearchDocument(models.Model):
    """The search terms of one article. Derived by `articles.search`.

    `title`, `names` and `headings` have the words of their field in their order, separated by
    spaces, then after two spaces the roots of these words. `body` has the words of summary and
    text, `length` is their number.

    `roots` are those of all fields, sorted. What belongs to each is in the same order in `counts`,
    one character for how often it occurs in the body, and in `forms`, the spellings that differ
    from it. `terms` are the other terms of the index: roots that weigh much in the article, and
    words of its names.

    `roots`, `tags`, `terms` and the language are the full-text index, on SQLite an FTS5 table and
    on PostgreSQL a table with a GIN index, which triggers maintain together with the number of
    documents of each term.
    """

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, primary_key=True, related_name="search"
    )
    # Short columns first: SQLite reads a row up to the last column of a query.
    language = models.CharField(max_length=35)
    length = models.PositiveIntegerField()
    tags = models.TextField()
    title = models.TextField()
    names = models.TextField()
    headings = models.TextField()
    roots = models.TextField()
    counts = models.TextField()
    forms = models.TextField()
    terms = models.TextField()
    body = models.TextField()

    def __str__(self) -> str:
        return str(self.title).strip()
