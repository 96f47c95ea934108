"""One article for a page about it."""

from datetime import datetime

from django.db.models import QuerySet

from articles.models import Article
from articles.sql import CompiledQuery


@CompiledQuery
def _articles_with_names(slug: str, at: datetime) -> QuerySet[Article]:
    articles: QuerySet[Article] = Article.objects.public(at).filter(slug=slug)
    return articles.only("slug", "title", "aliases", "former", "language")


def article_with_names(slug: str) -> Article | None:
    """Return the public article with this slug, with its names and language only; None if there is
    none. One query."""
    return next(iter(_articles_with_names.objects(slug)), None) if "\0" not in slug else None
