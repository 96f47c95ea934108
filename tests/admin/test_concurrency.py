"""Forms and actions that wait for other transactions, with threads and their own connections."""

import pytest
from django.db import connection

from articles import editing
from articles.models import Article, Status
from tests import factories
from tests.admin.utils import (
    ARTICLE_LIST,
    change_form,
    change_url,
    confirm_action,
    html,
    log_in,
    user_of,
)
from tests.threads import during, locked, patiently

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def short_waits():
    """PostgreSQL waits for a lock for a third of a second. SQLite doesn't wait in memory."""
    set_lock_timeout("300ms")
    yield
    set_lock_timeout("0")


def set_lock_timeout(timeout):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{timeout}'")


def test_a_form_whose_article_stays_locked_is_given_back_with_its_text(editor, short_waits):
    article = factories.article("Peace", body="First.")
    url, data = change_form(article, body="Mine.")
    with locked(article):
        response = editor.post(url, data)
    assert response.status_code == 200 and "The database is busy" in html(response)
    assert "Mine." in html(response)
    assert editor.post(url, data).status_code == 302


@pytest.mark.parametrize("action", ["publish", "delete_selected"])
def test_an_action_on_a_locked_article_is_a_message(editor, short_waits, action):
    article = factories.article("Peace", status=Status.DRAFT)
    with locked(article):
        response = confirm_action(editor, action, article)
        assert response.status_code == 200 and "The database is busy" in html(response)
        response = editor.post(f"{ARTICLE_LIST}{article.pk}/delete/", {"post": "yes"}, follow=True)
        assert response.status_code == 200 and "The database is busy" in html(response)
    assert Article.objects.get().status == Status.DRAFT


def test_pages_are_shown_while_the_database_is_locked_although_they_prolong_the_session(editor):
    article = factories.article("Peace")
    with locked(article):
        assert editor.get(change_url(article)).status_code == 200
        assert editor.get(ARTICLE_LIST).status_code == 200


def test_a_writer_never_overwrites_a_published_article(writer, monkeypatch):
    """The article is published by another connection after the form was validated.

    SQLite has begun the writer's transaction by then, so the publication waits for it.
    """
    owner = user_of(writer)
    article = factories.article("Peace", status=Status.DRAFT, body="First.", owner=owner)
    url, data = change_form(article, body="Mine.")
    save = editing.save_draft

    def save_after_publication(*args, **options):
        monkeypatch.undo()
        thread.__enter__()
        return save(*args, **options)

    thread = during(lambda: editing.publish([article], None))
    monkeypatch.setattr(editing, "save_draft", save_after_publication)
    response = writer.post(url, data)
    thread.__exit__(None, None, None)
    states = [(row.fields["status"], row.body) for row in article.revisions.all()]
    if connection.vendor == "postgresql":
        assert response.status_code == 409 and "Mine." in html(response)
        assert states == [("draft", "First."), ("published", "First.")]
    else:
        assert states == [("draft", "First."), ("draft", "Mine."), ("published", "Mine.")]


def test_an_article_that_is_deleted_after_its_form_was_validated_stays_deleted(
    editor, monkeypatch
):
    article = factories.article("Peace", body="First.")
    url, data = change_form(article, body="Mine.")
    save = editing.publish_changes

    def save_after_deletion(*args, **options):
        monkeypatch.undo()
        thread.__enter__()
        return save(*args, **options)

    thread = during(lambda: editing.delete([article]))
    monkeypatch.setattr(editing, "publish_changes", save_after_deletion)
    response = editor.post(url, data)
    thread.__exit__(None, None, None)
    assert not Article.objects.exists()
    if connection.vendor == "postgresql":
        assert response.status_code == 404 and "Mine." in html(response)


def test_actions_and_forms_at_the_same_time_never_fail(separate_connections):
    """Each form is saved, or is given back because of a conflict; no response is an error."""
    articles = [factories.article(f"Article {number}") for number in range(4)]
    editors = [log_in(factories.editor(name)) for name in ("amina", "omar", "vera")]

    def act(client, articles):
        for _round in range(3):
            for action in ("unpublish", "publish"):
                assert confirm_action(client, action, *articles).status_code == 200

    def save(client):
        for article in articles[::-1] * 3:
            url, data = change_form(article, title=article.title, slug=article.slug, tags="x, y")
            assert client.post(url, data).status_code in (200, 302, 409)

    with (
        during(lambda: act(editors[0], articles)),
        during(lambda: act(editors[1], articles[::-1])),
    ):
        patiently(lambda: save(editors[2]))
