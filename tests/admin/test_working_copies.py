"""Unsaved changes on the server: stored, offered, restored and discarded by their user only."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import editing
from articles.editing import working_copies
from articles.models import WorkingCopy
from tests import factories
from tests.admin.utils import (
    ADD_ARTICLE,
    ARTICLE_LIST,
    change_form,
    change_url,
    form_data,
    html,
    log_in,
    submitted,
)

pytestmark = pytest.mark.django_db
STORE = f"{ARTICLE_LIST}working_copy/"
FIELDS = f"{ARTICLE_LIST}working_copy_fields/"
DISCARD = f"{ARTICLE_LIST}discard_working_copy/"
COMPARE = f"{ARTICLE_LIST}compare_working_copy/"
OFFER = "data-working-copy="
PRESENCE = f"{ARTICLE_LIST}presence/"


@pytest.fixture
def article():
    return factories.article("Peace", body="First.", featured=True, tags=["calm"])


def store(client, article=None, form_id="a1", **data):
    values = {"form_id": form_id, "article": article.pk if article else "", **data}
    return client.post(STORE, form_data(**values))


def test_what_is_typed_is_offered_when_the_form_is_opened_again(editor, article):
    response = store(editor, article, body="Typed.", tags="calm, new", revision=1)
    assert response.status_code == 200
    url = change_url(article)
    page = editor.get(url)
    assert OFFER in html(page) and 'href="?restore=a1"' in html(page)
    restored = editor.get(f"{url}?restore=a1")
    assert OFFER not in html(restored)
    assert 'data-is-unsaved="true"' in html(restored)
    data = submitted(restored)
    assert (data["body"], data["tags"], data["revision"]) == ("Typed.", "calm, new", 1)
    assert "featured" not in data, "it was not checked"
    assert 'name="form_id" value="a1"' in html(restored)
    assert editor.post(url, data | {"form_id": "a1"}).status_code == 302
    article.refresh_from_db()
    assert article.body == "Typed." and not WorkingCopy.objects.exists()
    assert OFFER not in html(editor.get(url))


def test_a_restored_form_has_the_base_on_which_it_was_typed(editor, article):
    store(editor, article, body="Typed.", revision=1)
    article.summary = "Theirs."
    editing.save(article)
    url = change_url(article)
    assert submitted(editor.get(url))["revision"] == 2
    restored = submitted(editor.get(f"{url}?restore=a1"))
    assert restored["revision"] == 1
    assert "saved this article" in html(editor.post(url, restored))


def test_what_is_typed_into_the_form_of_a_new_article_is_offered(editor):
    store(editor, title="Quiet", body="Typed.")
    assert 'href="?restore=a1"' in html(editor.get(ADD_ARTICLE))
    data = submitted(editor.get(f"{ADD_ARTICLE}?restore=a1"))
    assert (data["title"], data["body"]) == ("Quiet", "Typed.")


def test_only_the_user_can_read_restore_or_discard_a_working_copy(editor, article):
    store(editor, article, body="Typed.")
    other = log_in(factories.editor("omar"))
    assert other.get(FIELDS, {"id": "a1"}).status_code == 404
    assert "Typed." not in html(other.get(f"{change_url(article)}?restore=a1"))
    assert OFFER not in html(other.get(change_url(article)))
    other.post(DISCARD, {"id": "a1"})
    assert editor.get(FIELDS, {"id": "a1"}).json()["fields"]["body"] == "Typed."
    assert editor.get(f"{ADD_ARTICLE}?restore=a1").context["is_restored"] is False


def test_a_working_copy_can_be_discarded_without_scripts(editor, article):
    store(editor, article, body="Typed.")
    response = editor.post(DISCARD, {"id": "a1"}, follow=True)
    assert response.request["PATH_INFO"] == change_url(article)
    assert "were discarded" in html(response) and OFFER not in html(response)
    assert editor.post(DISCARD, {"id": "a1"}).status_code == 302
    assert editor.get(DISCARD).status_code == 405 and editor.get(STORE).status_code == 405


def test_others_learn_who_is_editing_and_nothing_else(editor, article):
    sara = factories.editor("sara")
    sara.first_name = "Sara"
    sara.save()
    store(log_in(sara), article, body="Secret.")
    page = html(editor.get(change_url(article)))
    assert "Sara is editing this." in page and "Secret" not in page
    response = editor.get(PRESENCE, {"article": article.pk})
    assert response.json() == {"presence": "Sara is editing this."}
    assert store(editor, article).json() == {"presence": "Sara is editing this."}
    WorkingCopy.objects.filter(user=sara).update(updated=timezone.now() - timedelta(minutes=2))
    assert editor.get(PRESENCE, {"article": article.pk}).json() == {"presence": ""}
    assert "Secret" not in html(Client().get(article.get_absolute_url()))


def test_no_working_copy_is_stored_without_permission(editor, writer, article):
    other = factories.article("War", status="draft")
    assert store(writer, other).status_code == 403
    assert writer.get(PRESENCE, {"article": other.pk}).status_code == 403
    assert store(log_in(factories.user(""))).status_code == 403
    assert store(Client()).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = editor.cookies
    assert store(strict, article).status_code == 403
    editing.delete([article])
    assert store(editor, article).status_code == 404
    assert not WorkingCopy.objects.exists()


@pytest.mark.parametrize("pk", ["x", "9" * 30, "0"])
def test_an_invalid_article_is_not_found(editor, pk):
    data = form_data(form_id="a1", article=pk)
    assert editor.post(STORE, data).status_code == 404


def test_invalid_ids_and_texts_are_refused(editor, article, monkeypatch):
    assert store(editor, article, form_id="<b>").status_code == 400
    store(editor, article, body="NUL \0 here")
    assert WorkingCopy.objects.get().fields["body"] == "NUL  here"
    monkeypatch.setattr(working_copies, "MAX_LENGTH", 50)
    assert store(editor, article, body="x" * 51).status_code == 413

    def fail(*_args, **_options):
        raise OperationalError("database is locked")

    monkeypatch.setattr(editing, "store_working_copy", fail)
    assert store(editor, article).status_code == 503


def test_a_copy_that_arrives_after_its_form_was_saved_is_ignored(editor, article):
    url, data = change_form(article, body="Mine.", form_id="a1")
    assert editor.post(url, data).status_code == 302
    assert store(editor, article, body="Mine.").status_code == 200
    assert not WorkingCopy.objects.exists()


def test_working_copies_are_in_no_dump(editor, article, capsys):
    store(editor, article, body="Typed.")
    call_command("dumpdata")
    assert "Typed." not in capsys.readouterr().out


def test_the_form_reads_working_copies_and_presence_with_one_query(
    editor, article, django_assert_num_queries
):
    url = change_url(article)
    editor.get(url)
    with CaptureQueriesContext(connection) as before:
        editor.get(url)
    count = len(before)
    for name in ("sara", "omar"):
        store(log_in(factories.editor(name)), article)
    for form_id in ("a1", "a2"):
        store(editor, article, form_id=form_id)
    with django_assert_num_queries(count):
        editor.get(url)


def test_a_working_copy_is_compared_with_its_base(editor, article):
    store(editor, article, body="First and second.", tags="calm, new", title="", revision=1)
    page = editor.get(COMPARE, {"id": "a1"})
    assert "and second</ins>" in html(page) and "<bdi>new</bdi>" in html(page)
    assert f'href="{change_url(article)}?restore=a1"' in html(page)
    store(editor, form_id="a2", title="Quiet", language="not a language!")
    assert "Quiet" in html(editor.get(COMPARE, {"id": "a2"}))
    other = log_in(factories.editor("omar"))
    assert other.get(COMPARE, {"id": "a1"}).status_code == 404


def test_a_working_copy_is_not_compared_with_a_revision_that_is_hidden_from_its_user(
    writer, article
):
    article.body = "Secret."
    sara = factories.editor("sara")
    hidden = editing.save_draft(article, user=sara)
    editing.discard_draft(article, user=sara)
    store(writer, article, body="Mine.", revision=hidden.number)
    page = html(writer.get(COMPARE, {"id": "a1"}))
    assert "Mine." in page and "Secret." not in page
