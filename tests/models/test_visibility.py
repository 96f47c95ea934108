"""Which articles readers may see."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article, ContentVersion, Status
from articles.queries import statistics
from articles.queries.tag_index import tags_page
from tests import factories

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
