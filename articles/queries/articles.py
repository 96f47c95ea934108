"""One article for its page."""

from datetime import datetime

from django.db.models import QuerySet

from articles.models import Article, Tag
from articles.models.tagging import tags_subquery
from articles.sql import CompiledQuery

# What the page of an article displays, or its queries need.
DISPLAYED = (
    "slug",
    "title",
    "language",
    "publish_at",
    "author",
    "created",
    "updated",
    "sort_key",
    "source_key",
    "word_count",
    "aliases",
    "former",
    "summary",
    "image_url",
    "image_alt",
    "html",
    "toc",
)


@CompiledQuery
def _articles_with_tags(slug: str, at: datetime) -> QuerySet[Article]:
    articles: QuerySet[Article] = Article.objects.public(at).filter(slug=slug)
    return articles.only(*DISPLAYED).annotate(all_tags=tags_subquery())


def article_with_tags(slug: str) -> tuple[Article, list[Tag]] | None:
    """Return the public article with this slug, with what its page needs only, and its tags in
    order; None if there is none. One query."""
    # PostgreSQL refuses a text with NUL.
    if "\0" in slug:
        return None
    for article in _articles_with_tags.objects(slug):
        return article, article.all_tags
    return None


@CompiledQuery
def _articles_with_names(slug: str, at: datetime) -> QuerySet[Article]:
    articles: QuerySet[Article] = Article.objects.public(at).filter(slug=slug)
    return articles.only("slug", "title", "aliases", "former", "language")


def article_with_names(slug: str) -> Article | None:
    """Return the public article with this slug, with its names and language only; None if there is
    none. One query."""
    return next(iter(_articles_with_names.objects(slug)), None) if "\0" not in slug else None
