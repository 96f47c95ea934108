"""Actions on selected articles: publish, unpublish."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from articles.models import Article, Status
from tests import factories
from tests.admin.utils import ARTICLE_LIST, html, run_action

pytestmark = pytest.mark.django_db


def test_actions_publish_and_unpublish_and_report_the_number_of_articles(editor):
    draft = factories.article("Draft", status=Status.DRAFT)
    public = factories.article("Public")
    later = factories.article("Later", status="draft", publish_at=timezone.now() + timedelta(1))
    page = html(run_action(editor, "publish", draft, public, later))
    assert "2 articles published." in page and "1 of them is not visible to readers" in page
    assert set(Article.objects.public()) == {draft, public}
    assert draft.revisions.count() == 2 and public.revisions.count() == 1
    assert LogEntry.objects.count() == 2
    assert "1 article unpublished." in html(run_action(editor, "unpublish", draft))
    assert list(Article.objects.public()) == [public]


def test_a_writer_cannot_publish_by_an_action(writer):
    draft, public = factories.article("Draft", status=Status.DRAFT), factories.article("Public")
    assert "publish" not in html(writer.get(ARTICLE_LIST)).split("<table")[0]
    run_action(writer, "publish", draft)
    run_action(writer, "unpublish", public)
    assert list(Article.objects.public()) == [public]
