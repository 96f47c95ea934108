"""What the home page lists: articles and tags, read once for each content version."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from articles.models import Article
from articles.queries.alphabetical import COLUMNS, ListedArticle
from articles.queries.statistics import TagInUse, cached_by_version, most_used_tags
from articles.sql import CompiledQuery

MAX_FEATURED = 6
MAX_RECENT = 5
MAX_TAGS = 30


class RecentArticle(NamedTuple):
    """What the entry of an article shows that has changed lately. `changed` is when readers could
    first see its present state."""

    slug: str
    title: str
    language: str
    changed: datetime


class HomeLists(NamedTuple):
    """Featured articles, those that changed last, the most used tags in alphabetical order, and
    whether there are other tags."""

    featured: tuple[ListedArticle, ...]
    recent: tuple[RecentArticle, ...]
    tags: tuple[TagInUse, ...]
    more_tags: bool


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


def home_lists() -> HomeLists:
    return cached_by_version("home_lists", _read_home_lists)


def _read_home_lists() -> HomeLists:
    tags, more_tags = most_used_tags(MAX_TAGS)
    return HomeLists(tuple(featured_articles()), tuple(recent_articles()), tuple(tags), more_tags)


def featured_articles() -> list[ListedArticle]:
    return [ListedArticle(*row) for row in _featured.rows()]


def recent_articles() -> list[RecentArticle]:
    return [
        RecentArticle(slug, title, language, max(updated, publish_at or created))
        for slug, title, language, created, updated, publish_at in _recent.rows()
    ]
