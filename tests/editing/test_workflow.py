"""Tests of review, schedules and publication on time."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from articles import editing
from articles.models import Article, ContentVersion, Draft, Revision, RevisionKind, Status
from articles.queries.workflow import scheduled
from tests import factories

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def amina():
    return factories.editor("amina")


@pytest.fixture
def _morning():
    with time_machine.travel(NOON - timedelta(hours=4), tick=False):
        yield


def row():
    return Article.objects.get()


def test_a_draft_is_submitted_and_sent_back_with_a_note(amina):
    article = factories.article("Peace", status=Status.DRAFT)
    article.body = "Ready."
    revision = editing.submit(article, user=amina)
    assert (row().status, row().body) == (Status.REVIEW, "Ready.")
    assert revision.kind == RevisionKind.SUBMITTED
    revision = editing.send_back(row(), " Which war? ", user=amina)
    assert row().status == Status.DRAFT
    assert (revision.kind, revision.comment) == (RevisionKind.RETURNED, "Which war?")


def test_the_draft_of_a_published_article_is_reviewed_while_readers_see_the_article(peace, amina):
    peace.body = "Ready."
    editing.submit(peace, user=amina)
    assert row().status == Status.PUBLISHED
    assert list(Draft.objects.in_review()) == [Draft.objects.get()]
    editing.send_back(peace, "Which war?", user=amina)
    assert not Draft.objects.in_review().exists() and Draft.objects.get().status == Status.DRAFT


@pytest.mark.parametrize("status", [Status.DRAFT, Status.PUBLISHED])
def test_only_what_waits_for_review_is_sent_back_and_only_with_a_note(status):
    article = factories.article("Peace", status=status)
    article.body = "Ready."
    with pytest.raises(ValidationError, match="waiting"):
        editing.send_back(article, "Note")
    editing.submit(article)
    with pytest.raises(ValidationError, match="note"):
        editing.send_back(article, " ")


@pytest.mark.usefixtures("_morning")
def test_an_article_is_scheduled_by_its_own_date(amina):
    article = factories.article("Peace", status=Status.DRAFT)
    editing.schedule(article, NOON, user=amina)
    assert (row().status, row().publish_at, row().is_public) == ("published", NOON, False)
    # It can be scheduled again, with other words.
    article = row()
    article.body = "More."
    editing.schedule(article, NOON + timedelta(hours=1))
    assert row().body == "More." and row().publish_at == NOON + timedelta(hours=1)
    assert not Draft.objects.exists()


@pytest.mark.usefixtures("_morning")
@pytest.mark.parametrize("status", [Status.DRAFT, Status.PUBLISHED])
def test_contradictory_dates_are_refused(status):
    article = factories.article("Peace", status=status, body="Words.")
    article.body = "More."
    with pytest.raises(ValidationError, match="past"):
        editing.schedule(article, timezone.now())
    article.expire_at = NOON
    with pytest.raises(ValidationError, match="expires"):
        editing.schedule(article, NOON)
    assert row().body == "Words." and not Draft.objects.exists()


@pytest.mark.usefixtures("_morning")
def test_a_change_that_is_none_is_not_scheduled(peace):
    with pytest.raises(ValidationError, match="no change"):
        editing.schedule(peace, NOON)


def schedule_change(peace, user=None):
    peace.title, peace.slug, peace.body = "Concord", "concord", "Scheduled."
    editing.schedule(peace, NOON, tags=["calm"], user=user, comment="New treaty")


@pytest.mark.usefixtures("_morning")
def test_a_change_is_published_at_its_second_and_by_whom_it_was_scheduled(peace, amina):
    schedule_change(peace, amina)
    with time_machine.travel(NOON - timedelta(microseconds=1), tick=False):
        assert editing.publish_due() == 0
    assert Draft.objects.next_publication() == NOON
    with time_machine.travel(NOON + timedelta(hours=3), tick=False):
        version, _changed = ContentVersion.objects.public_version()
        assert editing.publish_due() == 1
        assert editing.publish_due() == 0
        assert ContentVersion.objects.public_version()[0] != version
    assert (row().title, row().updated) == ("Concord", NOON)
    assert row().former == ["Peace"] and editing.tag_names(row()) == ["calm"]
    newest = Revision.objects.newest(peace.pk).get()
    assert (newest.editor, newest.comment, newest.created) == ("amina", "New treaty", NOON)
    assert not newest.is_draft and not Draft.objects.exists()


@pytest.mark.usefixtures("_morning")
def test_saving_the_draft_again_cancels_its_publication(peace):
    schedule_change(peace)
    assert editing.save_draft(peace, tags=["calm"]) is None
    assert Draft.objects.get().publish_at == NOON
    peace.body = "Not ready yet."
    editing.save_draft(peace, tags=["calm"])
    assert Draft.objects.get().publish_at is None


@pytest.mark.usefixtures("_morning")
def test_a_cancelled_publication_leaves_the_draft(peace):
    schedule_change(peace)
    assert editing.cancel_schedule(peace)
    assert not editing.cancel_schedule(peace)
    with time_machine.travel(NOON + timedelta(hours=1)):
        assert editing.publish_due() == 0
    assert Draft.objects.get().revision.body == "Scheduled." and row().title == "Peace"


@pytest.mark.usefixtures("_morning")
def test_a_change_that_conflicts_at_its_time_stays_a_draft_that_says_why(peace):
    schedule_change(peace)
    other = row()
    other.title = "Truce"
    editing.save(other)
    with time_machine.travel(NOON + timedelta(hours=1)), translation.override("ar"):
        assert editing.publish_due() == 0
    assert Draft.objects.next_publication() is None
    draft = Draft.objects.get()
    assert draft.publish_at is None and "title" in draft.failure
    assert row().title == "Truce"
    editing.schedule(peace, NOON, tags=["calm"])
    assert Draft.objects.get().failure == ""


@pytest.mark.usefixtures("_morning")
def test_a_change_whose_name_was_taken_meanwhile_stays_a_draft(peace):
    schedule_change(peace)
    factories.article("Concord", slug="other")
    with time_machine.travel(NOON):
        assert editing.publish_due() == 0
    assert "Concord" in Draft.objects.get().failure


@pytest.mark.usefixtures("_morning")
def test_the_reason_why_a_change_was_not_published_goes_with_its_schedule(peace):
    schedule_change(peace)
    editing.unpublish([peace], None)
    assert Draft.objects.get().failure
    assert editing.cancel_schedule(peace)
    assert Draft.objects.get().failure == ""
    assert not editing.cancel_schedule(peace)


@pytest.mark.usefixtures("_morning")
@pytest.mark.parametrize("function", [editing.unpublish, editing.archive])
def test_a_scheduled_change_publishes_no_article_that_was_hidden_meanwhile(peace, function):
    schedule_change(peace)
    function([peace], None)
    draft = Draft.objects.get()
    assert draft.publish_at is None and "not published" in draft.failure
    assert scheduled(NOON + timedelta(days=1)) == []
    status = row().status
    with time_machine.travel(NOON):
        assert editing.publish_due() == 0
    assert row().status == status and "not published" in Draft.objects.get().failure


@pytest.mark.usefixtures("_morning")
def test_one_failure_does_not_delay_other_changes(peace):
    schedule_change(peace)
    factories.article("Concord", slug="other")
    war = factories.article("War", body="Words.")
    war.body = "More."
    editing.schedule(war, NOON)
    with time_machine.travel(NOON):
        assert editing.publish_due() == 1
    assert Article.objects.get(pk=war.pk).body == "More."


@pytest.mark.usefixtures("_morning")
def test_live_edits_before_the_time_are_kept(peace):
    schedule_change(peace)
    other = row()
    other.summary = "Short."
    editing.save(other)
    with time_machine.travel(NOON):
        assert editing.publish_due() == 1
    assert (row().title, row().summary) == ("Concord", "Short.")
