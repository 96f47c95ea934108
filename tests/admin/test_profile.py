"""Tests of the profile: the time zone of a user holds in the whole admin."""

from datetime import UTC, datetime

import pytest

from articles.models import Article, Profile, Status
from tests import factories
from tests.admin.utils import ARTICLE_LIST, change_url, html, user_of

pytestmark = pytest.mark.django_db

PROFILE = f"{ARTICLE_LIST}profile/"


@pytest.fixture
def article():
    publish_at = datetime(2040, 7, 1, 22, 30, tzinfo=UTC)
    return factories.article("Peace", status=Status.PUBLISHED, publish_at=publish_at)


def test_times_are_in_the_zone_of_the_user(editor, article):
    assert "2040-07-01 22:30" in html(editor.get(change_url(article)))
    response = editor.post(PROFILE, {"time_zone": "Asia/Baghdad"}, follow=True)
    assert "Your profile was saved." in html(response)
    assert "2040-07-02 01:30" in html(editor.get(change_url(article)))


def test_other_users_and_readers_keep_their_zone(editor, viewer, client, article):
    Profile.objects.create(user=user_of(editor), time_zone="Asia/Tokyo")
    Article.objects.update(publish_at=datetime(2020, 7, 1, 22, 30, tzinfo=UTC))
    editor.get(change_url(article))
    page = html(client.get(article.get_absolute_url()))
    assert "July 1, 2020" in page


def test_a_zone_that_does_not_exist_is_refused(editor):
    response = editor.post(PROFILE, {"time_zone": "Mars/Olympus"})
    assert "There is no time zone" in html(response) and not Profile.objects.exists()


def test_a_zone_that_the_system_has_no_more_is_ignored(editor, article):
    Profile.objects.create(user=user_of(editor), time_zone="Asia/Atlantis")
    assert "2040-07-01 22:30" in html(editor.get(change_url(article)))


def test_the_time_zone_can_be_reset(editor):
    Profile.objects.create(user=user_of(editor), time_zone="Asia/Tokyo", feed_token="secret")
    editor.post(PROFILE, {"time_zone": ""})
    profile = Profile.objects.get()
    assert (profile.time_zone, profile.feed_token) == ("", "secret")
