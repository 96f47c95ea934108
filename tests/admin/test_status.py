"""The status of an article in words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.admin.status import status_label, visibility_message
from articles.models import Article
from tests import factories
from tests.admin.utils import change_url, html

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "publish_in", "expire_in", "label", "message"),
    [
        ("draft", None, None, "Draft", "Draft. Not visible to readers."),
        ("review", None, None, "In review", "Waiting for review. Not visible to readers."),
        ("archived", None, None, "Archived", "Archived. Not visible to readers."),
        ("published", None, None, "Published", "Published. Visible to readers."),
        ("published", 1, None, "Scheduled", "Scheduled for "),
        ("published", -2, -1, "Expired", "Expired on "),
        ("published", None, 1, "Published", "Published. Visible to readers until "),
    ],
)
def test_the_status_is_explained_with_its_schedule(status, publish_in, expire_in, label, message):
    now = timezone.now()
    article = Article(
        status=status,
        publish_at=publish_in and now + timedelta(days=publish_in),
        expire_at=expire_in and now + timedelta(days=expire_in),
    )
    assert status_label(article) == label
    assert visibility_message(article).startswith(message)


def test_the_form_explains_what_the_status_means_for_readers(editor):
    article = factories.article("Peace", publish_at=timezone.now() + timedelta(days=1))
    page = html(editor.get(change_url(article)))
    assert "Scheduled for" in page and article.get_absolute_url() not in page
    public = factories.article("Now")
    page = html(editor.get(change_url(public)))
    assert "View article" in page and public.get_absolute_url() in page
