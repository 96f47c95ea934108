"""Which articles readers may see."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.feeds import last_scheduled
from articles.models import Article, ContentVersion, Status
from articles.models.content_version import _public_version_query, _version_query
from articles.queries import statistics
from articles.queries.tag_index import tags_page
from tests import factories
from tests.plans import plan_of_large_site

pytestmark = pytest.mark.django_db


def test_published_due_and_not_expired_articles_are_public():
    now = timezone.now()
    factories.article("Public", tags=["x"], publish_at=now - timedelta(hours=1))
    for status in (Status.DRAFT, Status.REVIEW, Status.ARCHIVED):
        factories.article(f"As {status}", tags=["x"], status=status, publish_at=now)
    factories.article("Scheduled", tags=["x"], publish_at=now + timedelta(hours=1))
    factories.article("Expired", tags=["x"], expire_at=now - timedelta(seconds=1))
    assert [article.title for article in Article.objects.public()] == ["Public"]
    assert [article.title for article in Article.objects.countable()] == ["Public"]
    assert tags_page("", None).rows == [("x", "x", 1)]
    assert [article.title for article in Article.objects.all() if article.is_public] == ["Public"]


def test_schedules_take_effect_on_the_second(time_machine):
    now = timezone.now()
    factories.article(
        "Flag", tags=["x"], publish_at=now + timedelta(hours=1), expire_at=now + timedelta(hours=2)
    )
    versions = []
    for hours, visible in ((0.5, False), (1.5, True), (2.5, False)):
        time_machine.move_to(now + timedelta(hours=hours))
        assert Article.objects.public().exists() is visible
        assert bool(tags_page("", None).rows) is visible
        assert bool(statistics.letters()) is visible
        versions.append(ContentVersion.objects.current())
    assert len(set(versions)) == 3


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (lambda now: _version_query.build(at=now), "article_opens"),
        (lambda now: _version_query.build(at=now), "article_closes"),
        (lambda now: _public_version_query.build(at=now), "article_opens"),
        (lambda now: _public_version_query.build(at=now), "article_closes"),
        (lambda now: Article.objects.opening(now + timedelta(days=1))[:5], "article_opens"),
        (lambda now: Article.objects.closing(now + timedelta(days=1))[:5], "article_closes"),
        (lambda now: Article.objects.filter(pk__in=last_scheduled(20)), "article_opens"),
        (lambda now: Article.objects.hidden(now), "article_opens"),
        (lambda now: Article.objects.hidden(now), "article_closes"),
    ],
)
def test_dates_are_read_from_their_indexes_on_a_large_site(query, index):
    """Few articles have dates: the index of the status alone has nearly all articles."""
    plan = plan_of_large_site(query(timezone.now()))
    assert index in plan
    assert (
        "articles_article USING INDEX article_by_id" not in plan and "article_recent" not in plan
    )
