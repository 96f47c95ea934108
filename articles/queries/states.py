"""Which articles are drafts, in review, scheduled, or have an unpublished change.

The functions take the articles and the drafts of published ones that the user may see.

Each of the two conditions on an article or its draft has an index, but their disjunction has none:
a union of primary keys replaces it, so that no database reads all articles.
"""

from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet
from django.utils import timezone

from articles.models import Article, Draft
from articles.models.article import ArticleQuerySet

Drafts = QuerySet[Draft, Any]


def drafts_of(
    articles: ArticleQuerySet, drafts: Drafts, user: User | AnonymousUser
) -> ArticleQuerySet:
    """The drafts of a user: articles that are not published yet, and changes of published ones."""
    unpublished = Article.objects.drafts().filter(owner=user.pk)
    return _either(articles, unpublished, drafts.filter(owner=user.pk))


def in_review(articles: ArticleQuerySet, drafts: Drafts) -> ArticleQuerySet:
    """The articles that wait for an editor, or whose drafts do."""
    waiting: Drafts = drafts.in_review()  # type: ignore[attr-defined]
    return _either(articles, Article.objects.in_review(), waiting)


def scheduled(articles: ArticleQuerySet, drafts: Drafts) -> ArticleQuerySet:
    """The articles that are to be published, or changed."""
    opening = Article.objects.published().filter(publish_at__gt=timezone.now())
    return _either(articles, opening, drafts.filter(publish_at__isnull=False))


def with_drafts(articles: ArticleQuerySet, drafts: Drafts) -> ArticleQuerySet:
    """The published articles with an unpublished change."""
    return articles.published().filter(pk__in=drafts.values("pk"))


def _either(
    articles: ArticleQuerySet, selected: ArticleQuerySet, drafts: Drafts
) -> ArticleQuerySet:
    """Those of `articles` that are `selected`, or published with one of `drafts`."""
    changed = with_drafts(Article.objects.all(), drafts)
    keys = selected.order_by().values("pk").union(changed.order_by().values("pk"))
    return articles.filter(pk__in=keys)
