"""Editors, actions and commands that write at the same time, each with its own connection."""

import threading
from contextlib import ExitStack
from functools import partial

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from articles import derived, editing
from articles.models import Article, ContentVersion, Status, Tag, TrashedArticle
from articles.serializers.loading import FixtureLoad
from articles.serializers.sources import UnknownSource
from articles.transactions import retried_atomic
from tests import factories
from tests.threads import during, patiently

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("separate_connections"),
]


@pytest.mark.parametrize("action", [editing.publish, editing.unpublish])
def test_an_action_does_not_undo_what_was_saved_after_its_articles_were_loaded(action):
    status = Status.DRAFT if action is editing.publish else Status.PUBLISHED
    article = factories.article("Peace", body="Old.", tags=["old"], status=status)
    (loaded,) = Article.objects.all()
    article.title, article.body = "Concord", "New."
    editing.save(article, ["new"])
    action([loaded], None)
    article.refresh_from_db()
    assert (article.title, article.body) == ("Concord", "New.")
    assert editing.tag_names(article) == ["new"] and article.status != status
    assert "New." in article.html and "New." in article.revisions.last().body


def test_an_action_waits_for_a_save_and_keeps_its_text():
    article = factories.article("Peace", body="Old.", status=Status.DRAFT)
    with ExitStack() as threads, transaction.atomic():
        article.body = "New."
        editing.save(article)
        threads.enter_context(during(lambda: editing.publish([article], None)))
    article.refresh_from_db()
    assert (article.status, article.body) == (Status.PUBLISHED, "New.")


def test_actions_skip_articles_that_were_deleted_meanwhile():
    stored, deleted = (factories.article(title, status=Status.DRAFT) for title in ("A", "B"))
    (stale,) = Article.objects.filter(pk=deleted.pk)
    editing.delete([deleted])
    assert editing.publish([stored, stale], None) == [stored]
    editing.delete([stale, stored])
    assert not Article.objects.exists()


def test_a_deleted_article_or_tag_is_not_saved_again():
    article, tag = factories.article("Peace", tags=["history"]), Tag.objects.get()
    (stale,) = Article.objects.all()
    editing.delete([article])
    editing.delete_tags([Tag.objects.get()])
    stale.body = "New."
    with pytest.raises(Article.DoesNotExist):
        editing.save(stale)
    with pytest.raises(Tag.DoesNotExist):
        editing.save_tag(tag)
    assert not Article.objects.exists() and not Tag.objects.exists()


def test_permissions_are_checked_with_the_stored_article_before_anything_is_written():
    article = factories.article("Peace", status=Status.DRAFT)
    (stale,) = Article.objects.all()
    editing.publish([article], None)

    def refuse_published(stored):
        if stored.status == Status.PUBLISHED:
            raise PermissionError

    stale.body = "Mine."
    with pytest.raises(PermissionError):
        editing.save(stale, authorize=refuse_published)
    with pytest.raises(PermissionError):
        editing.delete([stale], None, refuse_published)
    article.refresh_from_db()
    assert article.body == ""


@pytest.mark.parametrize("base", [0, 1, 3])
def test_a_save_is_refused_unless_its_base_is_the_newest_revision(base):
    article = factories.article("Peace", body="1")
    article.body = "2"
    editing.save(article)
    article.body = "3"
    with pytest.raises(editing.EditConflict) as conflict:
        editing.save(article, base=base)
    assert conflict.value.newest.number == 2
    assert editing.save(article, base=2).number == 3


def test_a_tag_is_not_saved_over_another_edit():
    tag = Tag(name="history")
    editing.save_tag(tag, ["past"])
    base = editing.tag_state(tag)
    theirs = Tag.objects.get()
    theirs.description = "What was."
    editing.save_tag(theirs, ["annals", "past"])
    tag.description = "Mine."
    with pytest.raises(editing.TagEditConflict):
        editing.save_tag(tag, ["past"], base=base)
    tag.refresh_from_db()
    assert tag.description == "What was." and tag.synonyms.count() == 2


@pytest.mark.parametrize("publishes_first", [True, False])
def test_a_tag_that_is_renamed_during_a_publication_remembers_what_readers_see(publishes_first):
    article = factories.article("Plan", tags=["working"], status=Status.DRAFT)
    tag = Tag.objects.get()
    tag.name = tag.slug = "final"
    writes = [lambda: editing.publish([article], None), lambda: editing.save_tag(tag)]
    first, second = writes if publishes_first else reversed(writes)
    with ExitStack() as threads, transaction.atomic():
        first()
        threads.enter_context(during(second))
    assert tag.synonyms.get().hidden != publishes_first
    tag.refresh_from_db()
    assert tag.name_was_public and tag.slug_was_public


def test_articles_that_show_the_same_new_tags_are_published_at_the_same_time():
    drafts = [
        factories.article(title, tags=["b", "a"], status=Status.DRAFT) for title in ("A", "B")
    ]
    with ExitStack() as threads, transaction.atomic():
        editing.publish(drafts[:1], None)
        threads.enter_context(during(lambda: editing.publish(drafts[1:], None)))
    assert Tag.objects.filter(name_was_public=True).count() == 2


def test_the_content_version_is_locked_after_everything_else(monkeypatch):
    """A save of the second article can't wait for the action, and the action for that save."""
    first, second = (factories.article(title, status=Status.DRAFT) for title in ("A", "B"))
    bump = ContentVersion.objects.bump

    def save_second():
        second.summary = "New."
        editing.save(second)

    def bump_during_a_save(**options):
        if threading.current_thread() is threading.main_thread():
            threads.enter_context(during(save_second))
        bump(**options)

    monkeypatch.setattr(ContentVersion.objects, "bump", bump_during_a_save)
    with ExitStack() as threads:
        editing.publish([second, first], None)
    second.refresh_from_db()
    assert (second.status, second.summary) == (Status.DRAFT, "New.")


def test_actions_on_the_same_articles_in_opposite_orders_and_saves_all_succeed():
    articles = [factories.article(f"Article {number}") for number in range(6)]

    def toggle(articles):
        for _round in range(5):
            patiently(lambda: editing.unpublish(articles, None))
            patiently(lambda: editing.publish(articles, None))

    def save(pk):
        article = Article.objects.get(pk=pk)
        article.summary = str(timezone.now())
        editing.save(article, ["x", "y"])

    def save_all():
        for pk in [article.pk for article in reversed(articles)] * 5:
            patiently(partial(save, pk))

    with during(lambda: toggle(articles)), during(lambda: toggle(articles[::-1])):
        save_all()
    for article in articles:
        numbers = [revision.number for revision in article.revisions.all()]
        assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 5


def test_a_save_waits_for_a_load_of_fixtures():
    article = factories.article("Peace", body="Old.")

    def save():
        stored = Article.objects.get()
        stored.summary = "Saved."
        editing.save(stored)

    with ExitStack() as threads, transaction.atomic():
        load = FixtureLoad()
        thread = threads.enter_context(during(save))
        assert thread.is_alive()
        article.body = "Loaded."
        load.save(article, UnknownSource())
        load.finish()
    states = [(revision.body, revision.fields["summary"]) for revision in article.revisions.all()]
    assert states[:2] == [("Old.", ""), ("Loaded.", "")] and len(states) == 3


class Deadlock(Exception):
    sqlstate = "40P01"


@pytest.mark.parametrize("failures", [1, 2])
def test_a_transaction_is_tried_again_once_after_a_deadlock(monkeypatch, failures):
    article, calls, derive = factories.article("Peace", status=Status.DRAFT), [], derived.derive

    def fail(article):
        calls.append(article)
        if len(calls) <= failures:
            raise OperationalError("deadlock detected") from Deadlock()
        return derive(article)

    monkeypatch.setattr(derived, "derive", fail)
    if failures == 1:
        assert editing.publish([article], None) == [article]
    else:
        with pytest.raises(OperationalError):
            editing.publish([article], None)
    assert len(calls) == 2


def test_both_transactions_of_a_deadlock_are_completed():
    one, two = factories.article("One"), factories.article("Two")
    both_have_a_lock, waited = threading.Barrier(2), set()

    @retried_atomic
    def feature(first, second):
        Article.objects.filter(pk=first.pk).update(word_count=F("word_count") + 1)
        thread = threading.current_thread()
        if connection.vendor == "postgresql" and thread not in waited:
            waited.add(thread)
            both_have_a_lock.wait(10)
        Article.objects.filter(pk=second.pk).update(word_count=F("word_count") + 1)

    with during(lambda: feature(one, two)):
        patiently(lambda: feature(two, one))
    assert set(Article.objects.values_list("word_count", flat=True)) == {2}


def test_an_article_is_deleted_and_restored_once_by_two_editors():
    article = factories.article("Peace")
    with during(lambda: editing.delete([article])):
        editing.delete([article])
    [trashed] = TrashedArticle.objects.all()
    with during(lambda: editing.restore_from_trash([trashed])):
        editing.restore_from_trash([trashed])
    assert Article.objects.get().pk == article.pk and not TrashedArticle.objects.exists()
    assert article.revisions.count() == 3
