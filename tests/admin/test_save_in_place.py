"""Forms that are saved without a page load: JSON in place of pages."""

import sqlite3

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client

from articles import editing
from articles.models import Article
from tests import factories
from tests.admin.utils import (
    ADD_ARTICLE,
    TAG_LIST,
    change_form,
    change_url,
    form_data,
    tag_form,
    user_of,
)

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def save(client, url, data):
    return client.post(url, data, headers=JSON)


def test_a_saved_form_tells_its_revision_and_the_values_that_differ(editor):
    article = factories.article("Peace", body="First.")
    url, data = change_form(
        article, title=" Concord ", slug="concord", body="Mine.\r\n", tags="b, a", _draft="1"
    )
    response = save(editor, url, data)
    assert response.status_code == 200
    saved = response.json()
    assert (saved["url"], saved["location"], saved["revision"]) == (url, url, "2")
    assert saved["fields"] == {"title": "Concord", "tags": "a, b"}
    assert saved["notifications"][0].startswith("Draft saved. Readers see the version of ")
    assert "<" not in saved["notifications"][0]
    assert editor.get(change_url(article)).context["messages"]._loaded_data == []
    again = save(editor, url, data | {"revision": "2", **saved["fields"]})
    assert again.json()["revision"] == "2" and again.json()["fields"] == {}


def test_a_new_article_tells_its_url(editor):
    response = save(editor, ADD_ARTICLE, form_data(_continue="1"))
    assert response.json()["url"] == change_url(Article.objects.get())
    assert response.json()["fields"]["slug"] == "peace"


def test_a_save_that_changes_more_of_the_page_leaves_the_message_to_the_next_one(editor):
    saved = save(editor, ADD_ARTICLE, form_data(_publish="1")).json()
    assert saved["reload"] and saved["notifications"] == []
    assert "Published. Visible to readers." in editor.get(saved["location"]).content.decode()
    saved = save(editor, f"{TAG_LIST}add/", {"name": "x", "_save": "1"}).json()
    assert saved["location"] != saved["url"] and saved["notifications"] == []


def test_errors_are_told_by_field(editor):
    other = factories.article("War")
    url, data = change_form(factories.article("Peace"), title="War", slug="war")
    response = save(editor, url, data)
    assert response.status_code == 422
    errors = response.json()["errors"]
    assert set(errors) == {"title", "slug"} and change_url(other) in errors["title"]
    assert errors["title"].startswith('<ul class="errorlist"')


def test_an_edit_conflict_is_told(editor):
    article = factories.article("Peace", body="First.")
    url, data = change_form(article, body="Mine.")
    article.body = "Theirs."
    editing.save(article)
    assert save(editor, url, data).status_code == 409
    article.refresh_from_db()
    assert article.body == "Theirs."


def test_a_deleted_article_and_a_lost_permission_are_told(editor, writer):
    article = factories.article("Peace")
    url, data = change_form(article)
    article.body = "Proposed."
    editing.save_draft(article, user=user_of(editor))
    response = save(writer, url, data)
    assert response.status_code == 403 and "You may not change" in response.json()["error"]
    editing.delete([article])
    response = save(editor, url, data)
    assert response.status_code == 404 and "was deleted" in response.json()["error"]
    client = Client()
    client.force_login(factories.user(""))
    response = save(client, ADD_ARTICLE, form_data())
    assert response.status_code == 403 and "permission" in response.json()["error"]


def test_the_end_of_the_session_and_an_outdated_token_are_told(editor):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = editor.cookies
    response = save(strict, ADD_ARTICLE, form_data(csrfmiddlewaretoken="a" * 64))
    assert response.status_code == 403 and response.json()["error"]
    Session.objects.all().delete()
    assert save(editor, ADD_ARTICLE, form_data()).status_code == 401
    assert not Article.objects.exists()
    login = editor.get("/admin/login/", headers=JSON)
    assert login.status_code == 200 and "html" in login["Content-Type"]


def test_a_busy_database_is_told(editor, monkeypatch):
    def fail(*_args, **_options):
        raise OperationalError("database is locked")

    monkeypatch.setattr(editing, "save_draft", fail)
    response = save(editor, ADD_ARTICLE, form_data())
    assert response.status_code == 422 and "database is busy" in str(response.json()["errors"])


def test_a_tag_is_saved_in_place_too(editor):
    tag = factories.article(tags=["history"]).tags.get()
    url, data = tag_form(tag, name="annals", _continue="1")
    saved = save(editor, url, data).json()
    assert (saved["url"] == url and saved["fields"] == {"slug": "annals"}) or saved["fields"]
    again = save(editor, url, data | saved["fields"] | {"revision": saved["revision"]})
    assert again.status_code == 200
    assert save(editor, f"{TAG_LIST}add/", {"name": ""}).status_code == 422


def test_a_new_article_that_is_sent_again_is_created_once(editor):
    data = form_data(form_id="a1", body="First.")
    url = save(editor, ADD_ARTICLE, data).json()["url"]
    again = save(editor, ADD_ARTICLE, data | {"body": "Second."}).json()
    assert (again["url"], again["revision"]) == (url, "2")
    assert Article.objects.get().body == "Second."
    assert save(editor, ADD_ARTICLE, data | {"body": "Third."}).status_code == 409
    assert save(editor, ADD_ARTICLE, data | {"form_id": "a2"}).status_code == 422
    editing.delete(Article.objects.all())
    assert save(editor, ADD_ARTICLE, data).json()["url"] != url


class FullError(sqlite3.OperationalError):
    sqlite_errorname = "SQLITE_FULL"


def test_a_full_disk_is_not_called_busy(editor, monkeypatch):
    def fail(*_args, **_options):
        raise OperationalError("database or disk is full") from FullError()

    monkeypatch.setattr(editing, "save_draft", fail)
    response = save(editor, ADD_ARTICLE, form_data())
    assert response.status_code == 422
    assert "written now, so nothing was saved" in str(response.json()["errors"])
