"""The status of an article in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from articles import editing
from articles.admin.status import article_state, short_date, status_label, zone_name
from articles.models import Article, Draft
from tests import factories
from tests.admin.utils import change_url, html

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "publish_in", "expire_in", "label", "meaning"),
    [
        ("draft", None, None, "Draft", "Not visible to readers."),
        ("review", None, None, "In review", "Not visible to readers."),
        ("archived", None, None, "Archived", "Not visible to readers."),
        ("published", None, None, "Live", "Visible to readers."),
        ("published", 1, None, "Scheduled: ", "Not visible to readers until "),
        ("published", -2, -1, "Expired", "Not visible to readers since "),
        ("published", None, 1, "Live", "Visible to readers until "),
    ],
)
def test_the_state_is_explained_with_its_schedule(status, publish_in, expire_in, label, meaning):
    now = timezone.now()
    article = Article(
        status=status,
        publish_at=publish_in and now + timedelta(days=publish_in),
        expire_at=expire_in and now + timedelta(days=expire_in),
    )
    state = article_state(article)
    assert state.label.startswith(label) and state.meaning.startswith(meaning)
    assert status_label(article) == label.removesuffix(": ")


def test_the_state_names_the_draft_and_the_time_zone():
    article = factories.article("Peace")
    at = datetime(2126, 11, 30, 6, tzinfo=UTC)
    article.body = "More."
    editing.save_draft(article)
    assert article_state(*stored(article)).label == "Live + draft"
    editing.submit(article)
    assert article_state(*stored(article)).label == "Live + draft in review"
    editing.schedule(article, at)
    with timezone.override(ZoneInfo("Asia/Kolkata")):
        label = article_state(*stored(article)).label
    assert label == "Live + change on 30 Nov 2126 11:30 UTC+5:30"


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("UTC", "UTC"),
        ("Europe/Berlin", "UTC+1"),
        ("America/St_Johns", "UTC-3:30"),
        ("Asia/Riyadh", "UTC+3"),
    ],
)
def test_a_time_zone_is_named_by_its_offset(zone, name):
    with timezone.override(ZoneInfo(zone)):
        assert zone_name(datetime(2026, 11, 30, tzinfo=UTC)) == name


def test_the_offset_is_that_of_the_date():
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert short_date(datetime(2126, 7, 1, 7, tzinfo=UTC)) == "1 Jul 2126 09:00 UTC+2"


def stored(article):
    return Article.objects.get(pk=article.pk), Draft.objects.get(pk=article.pk)


def test_the_form_explains_what_the_state_means_for_readers(editor):
    article = factories.article("Peace", publish_at=timezone.now() + timedelta(days=1))
    page = html(editor.get(change_url(article)))
    assert "Scheduled: " in page and article.get_absolute_url() not in page
    public = factories.article("Now")
    page = html(editor.get(change_url(public)))
    assert "View article" in page and public.get_absolute_url() in page
