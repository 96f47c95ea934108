"""The articles that the home page lists."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from articles.models import Article
from articles.queries.alphabetical import COLUMNS, ListedArticle
from articles.sql import CompiledQuery

MAX_FEATURED = 6
MAX_RECENT = 5


class RecentArticle(NamedTuple):
    """What the entry of an article shows that has changed lately. `changed` is when readers could
    first see its present state."""

    slug: str
    title: str
    language: str
    changed: datetime


@CompiledQuery
def _featured(at: datetime) -> QuerySet[Article, Any]:
    featured = Article.objects.public(at).filter(featured=True)
    articles: QuerySet[Article] = featured.a_to_z()
    return articles.values_list(*COLUMNS)[:MAX_FEATURED]


@CompiledQuery
def _recent(at: datetime) -> QuerySet[Article, Any]:
    articles: QuerySet[Article] = Article.objects.public(at).recent()
    columns = ("slug", "title", "language", "created", "updated", "publish_at")
    return articles.values_list(*columns)[:MAX_RECENT]


def featured_articles() -> list[ListedArticle]:
    return [ListedArticle(*row) for row in _featured.rows()]


def recent_articles() -> list[RecentArticle]:
    return [
        RecentArticle(slug, title, language, max(updated, publish_at or created))
        for slug, title, language, created, updated, publish_at in _recent.rows()
    ]
