"""Two users edit one article at the same time."""

import pytest
from django.db import OperationalError

from articles import editing
from articles.models import Article, ContentVersion, Tag
from tests import factories
from tests.admin.utils import (
    ADD_ARTICLE,
    ARTICLE_LIST,
    TAG_LIST,
    change_form,
    change_url,
    confirm_action,
    form_data,
    html,
    log_in,
    submitted,
    tag_form,
    user_of,
)

pytestmark = pytest.mark.django_db


def test_a_writer_cannot_overwrite_an_article_that_is_published_meanwhile(writer, monkeypatch):
    owner = user_of(writer)
    article = factories.article("Peace", status="draft", body="First.", owner=owner)
    url, data = change_form(article, body="Mine.")

    def publish_first(view):
        editing.publish([article], None)
        return view()

    monkeypatch.setattr("articles.admin.base.retry_once", publish_first)
    for posted in (data, form_data(body="Mine.")):
        assert "Mine." in html(writer.post(url, posted, follow=True))
    article.refresh_from_db()
    assert article.body == "First."


def test_the_text_of_an_article_that_is_deleted_during_its_save_is_given_back(editor, monkeypatch):
    article = factories.article("Peace", body="First.")

    def delete_first(view):
        editing.delete([article])
        return view()

    url, data = change_form(article, body="Mine.")
    monkeypatch.setattr("articles.admin.base.retry_once", delete_first)
    response = editor.post(url, data, follow=True)
    assert response.status_code == 404 and "Mine." in html(response)
    assert not Article.objects.exists()


def test_a_writer_cannot_create_a_tag_that_was_deleted_after_validation(writer, monkeypatch):
    article = factories.article("Peace", status="draft", owner=user_of(writer))
    editing.save_tag(Tag(name="history"))
    save = editing.save_draft

    def delete_tag_first(*args, **options):
        editing.delete_tags(Tag.objects.all())
        return save(*args, **options)

    monkeypatch.setattr(editing, "save_draft", delete_tag_first)
    response = writer.post(*change_form(article, body="Mine.", tags="history"))
    assert response.status_code == 200 and "A tag was deleted while you were" in html(response)
    assert not Tag.objects.filter(taggings__content_object=article).exists()


def test_a_tag_that_was_deleted_meanwhile_is_not_created_again(editor):
    article = factories.article("Peace", tags=["calm", "Washington, D.C."])
    data = submitted(editor.get(change_url(article)))
    editing.delete_tags(Tag.objects.filter(name="Washington, D.C."))
    response = editor.post(change_url(article), data | {"body": "Mine."})
    assert response.status_code == 302
    assert (
        editing.tag_names(article) == ["calm"] == list(Tag.objects.values_list("name", flat=True))
    )
    data = submitted(editor.get(change_url(article)))
    assert editor.post(change_url(article), data | {"tags": "calm, rare"}).status_code == 302
    assert editing.tag_names(article) == ["calm", "rare"]


def test_a_published_article_is_not_deleted_by_a_user_who_saw_a_draft(monkeypatch):
    client = log_in(factories.user("", "delete_article", "view_article", "change_article"))
    article = factories.article("Peace", status="draft", owner=user_of(client))
    delete = editing.delete

    def publish_first(articles, *args):
        editing.publish(articles, None)
        delete(articles, *args)

    monkeypatch.setattr(editing, "delete", publish_first)
    url = f"{ARTICLE_LIST}{article.pk}/delete/"
    assert client.post(url, {"post": "yes"}).status_code == 403
    response = confirm_action(client, "delete_selected", article)
    assert response.status_code == 403 and Article.objects.exists()


def test_a_tag_is_not_saved_over_another_edit(editor):
    tag = Tag(name="History")
    editing.save_tag(tag, ["past"])
    url = f"{TAG_LIST}{tag.pk}/change/"
    data = submitted(editor.get(url)) | {"name": "Annals"}
    tag.description = "What was."
    editing.save_tag(tag, ["past", "chronicle"])
    response = editor.post(url, data)
    assert response.status_code == 200 and 'value="Annals"' in html(response)
    assert "Another user saved this tag" in html(response) and "What was." in html(response)
    assert "now show the newer version: Description, Synonyms." in html(response)
    tag.refresh_from_db()
    assert tag.name == "History"
    assert editor.post(url, submitted(response)).status_code == 302
    tag.refresh_from_db()
    assert (tag.name, tag.description) == ("Annals", "What was.")
    assert {synonym.name for synonym in tag.synonyms.all()} == {"past", "chronicle", "History"}


@pytest.mark.parametrize("revision", [None, "", "[]", "{", "null", '{"name": 1}'])
def test_a_change_of_a_tag_without_its_stored_state_is_refused(editor, revision):
    tag = Tag(name="History", description="What was.")
    editing.save_tag(tag)
    url, data = tag_form(tag, description="Mine.", revision=revision or "")
    if revision is None:
        del data["revision"]
    response = editor.post(url, data)
    assert response.status_code == 200 and "Mine." in html(response)
    tag.refresh_from_db()
    assert tag.description == "What was."
    assert editor.post(url, submitted(response)).status_code == 302


def test_the_text_of_a_deleted_tag_is_given_back(editor):
    tag = Tag(name="History")
    editing.save_tag(tag)
    url, data = tag_form(tag, description="Mine.")
    editing.delete_tags([tag])
    response = editor.post(url, data)
    assert response.status_code == 404 and "Mine." in html(response)
    assert "This tag was deleted" in html(response)


@pytest.mark.parametrize("change", [True, False])
def test_a_database_error_gives_the_form_back(editor, monkeypatch, change):
    article = factories.article("Peace", body="First.")

    def fail(*_args, **_options):
        raise OperationalError("database is locked")

    for name in ("save_draft", "publish_changes", "save_tag"):
        monkeypatch.setattr(editing, name, fail)
    if change:
        article_form = change_form(article, body="Mine.")
    else:
        article_form = ADD_ARTICLE, form_data(title="War", body="Mine.")
    response = editor.post(*article_form)
    assert response.status_code == 200 and "Mine." in html(response)
    assert "The database is busy" in html(response)
    response = editor.post(f"{TAG_LIST}add/", {"name": "x", "description": "Mine."})
    assert response.status_code == 200 and "The database is busy" in html(response)
    monkeypatch.undo()
    if change:
        assert editor.post(*article_form).status_code == 302


@pytest.mark.parametrize("action", ["publish", "unpublish", "delete_selected"])
def test_a_database_error_in_an_action_or_deletion_is_a_message(editor, monkeypatch, action):
    article = factories.article("Peace", status="draft" if action == "publish" else "published")

    def fail(*_args, **_options):
        raise OperationalError("database is locked")

    # All of them end with it.
    monkeypatch.setattr(type(ContentVersion.objects), "bump", fail)
    response = confirm_action(editor, action, article)
    assert response.status_code == 200 and "The database is busy" in html(response)
    url = f"{ARTICLE_LIST}{article.pk}/delete/"
    response = editor.post(url, {"post": "yes"}, follow=True)
    assert response.status_code == 200 and "The database is busy" in html(response)
    assert Article.objects.exists()
