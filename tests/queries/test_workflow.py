"""Tests of the queries for the dashboard: reviews, drafts of a user, and schedules."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from articles import editing
from articles.models import Article, Revision
from articles.queries.workflow import Step, failed, in_progress, scheduled, waiting_for_review
from articles.text import names
from tests import factories

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def omar():
    return factories.user("omar")


def at(hours):
    return time_machine.travel(NOON + timedelta(hours=hours), tick=False)


def create(title, user, **fields):
    article = Article(title=title, slug=names.slug(title), language="en", **fields)
    editing.save(article, user=user)
    return article


def save_draft(title, user=None):
    article = factories.article(title)
    article.title, article.slug = (
        f"{title} changed",
        f"{title.lower().replace(chr(32), chr(45))}-changed",
    )
    editing.save_draft(article, user=user)
    return article


def test_what_waits_longest_for_review_comes_first_with_its_age(omar):
    with at(0):
        first, change, second = (
            create("First", omar),
            save_draft("Change", omar),
            create("B", omar),
        )
        factories.article("Loaded", status="review")
    with at(1):
        editing.submit(second, user=omar)
    with at(2):
        editing.submit(change, user=omar)
    with at(3):
        editing.submit(first, user=omar)
        second.summary = "Better."
        editing.save_draft(second, user=omar)
    rows = [(item.title, item.at, item.is_draft_of_published) for item in waiting_for_review()]
    assert rows == [
        ("Loaded", NOON, False),
        ("B", NOON + timedelta(hours=1), False),
        ("Change changed", NOON + timedelta(hours=2), True),
        ("First", NOON + timedelta(hours=3), False),
    ]
    assert {item.editor for item in waiting_for_review()} == {"", "omar"}


def test_a_published_article_does_not_wait_for_review(omar):
    article = create("First", omar)
    editing.submit(article)
    editing.publish([article], None)
    assert waiting_for_review() == []


def test_a_user_sees_own_drafts_the_last_saved_first_with_the_note(omar):
    with at(0):
        article, change = create("First", omar), save_draft("Change", omar)
        create("Foreign", factories.user()), save_draft("Other", factories.user())
        create("Public", omar, status="published")
    with at(1):
        editing.submit(article, user=omar)
        editing.send_back(article, "Which war?", user=factories.editor("amina"))
    with at(2):
        editing.submit(change, user=omar)
    items = in_progress(omar, Article.objects.all(), Revision.objects.none())
    assert [(item.title, item.step) for item in items] == [
        ("Change changed", Step.REVIEW),
        ("First", Step.RETURNED),
    ]
    assert (items[1].note, items[1].editor, items[0].note) == ("Which war?", "amina", "")


def test_scheduled_articles_changes_and_expiries_come_in_order():
    with at(0):
        change = save_draft("Change")
        editing.schedule(change, NOON + timedelta(hours=2))
        factories.article("Soon", publish_at=NOON + timedelta(hours=1))
        factories.article("Ends", expire_at=NOON + timedelta(hours=3))
        factories.article("Later", publish_at=NOON + timedelta(days=9))
        factories.article("Draft", status="draft", publish_at=NOON + timedelta(hours=1))
        factories.article("Now", publish_at=NOON - timedelta(hours=1))
        items = scheduled(NOON + timedelta(days=7))
    assert [(item.title, item.step) for item in items] == [
        ("Soon", Step.PUBLISH),
        ("Change changed", Step.CHANGE),
        ("Ends", Step.EXPIRE),
    ]


def test_changes_that_could_not_be_published_say_why():
    article = save_draft("Peace")
    editing.schedule(article, timezone.now() + timedelta(hours=1))
    factories.article("Peace changed", slug="other")
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        editing.publish_due()
    (item,) = failed()
    assert item.title == "Peace changed" and "already a name" in item.note


@pytest.mark.parametrize("number", [1, 8])
def test_the_number_of_queries_is_constant(omar, django_assert_num_queries, number):
    for index in range(number):
        editing.submit(create(f"Article {index}", omar), user=omar)
        editing.submit(save_draft(f"Change {index}", omar), user=omar)
    for function, argument, count in (
        (waiting_for_review, 50, 4),
        (partial(in_progress, omar, Article.objects.all()), Revision.objects.all(), 6),
        (scheduled, NOON, 3),
        (failed, 50, 1),
    ):
        with django_assert_num_queries(count):
            function(argument)
