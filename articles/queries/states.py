"""Which articles are drafts, in review, scheduled, or have an unpublished change.

The functions take the articles and the drafts of published ones that the user may see.
"""

from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet
from django.utils import timezone

from articles.models import Draft
from articles.models.article import ArticleQuerySet

Drafts = QuerySet[Draft, Any]


def drafts_of(
    articles: ArticleQuerySet, drafts: Drafts, user: User | AnonymousUser
) -> ArticleQuerySet:
    """The drafts of a user: articles that are not published yet, and changes of published ones."""
    own = drafts.filter(owner=user.pk)
    return articles.drafts().filter(owner=user.pk) | with_drafts(articles, own)


def in_review(articles: ArticleQuerySet, drafts: Drafts) -> ArticleQuerySet:
    """The articles that wait for an editor, or whose drafts do."""
    return articles.in_review() | with_drafts(articles, drafts.in_review())  # type: ignore[attr-defined]


def scheduled(articles: ArticleQuerySet, drafts: Drafts) -> ArticleQuerySet:
    """The articles that are to be published, or changed."""
    opening = articles.published().filter(publish_at__gt=timezone.now())
    return opening | with_drafts(articles, drafts.filter(publish_at__isnull=False))


def with_drafts(articles: ArticleQuerySet, drafts: Drafts) -> ArticleQuerySet:
    """The published articles with an unpublished change."""
    return articles.published().filter(pk__in=drafts.values("pk"))
