"""Two users edit one article at the same time."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from articles import editing
from articles.models import Article, Revision, Tag
from tests import factories
from tests.admin.utils import (
    ADD_ARTICLE,
    ARTICLE_LIST,
    TAG_LIST,
    change_form,
    change_url,
    form_data,
    html,
    log_in,
    run_action,
    submitted,
    tag_form,
    user_of,
)

pytestmark = pytest.mark.django_db


def test_saving_over_a_newer_revision_is_an_error_once_and_names_its_editor(editor):
    article = factories.article("Peace", body="First.\n")
    form = editor.get(change_url(article))
    number = form.context["latest_revision"].number
    assert f'name="revision" value="{number}"' in html(form)
    article.body = "Theirs.\n"
    editing.save(article, user=factories.user("omar"))
    mine = form_data(body="Mine.", revision=number)
    response = editor.post(change_url(article), mine)
    assert response.status_code == 200 and "Mine." in html(response)
    assert "omar saved this article" in html(response) and change_url(article) in html(response)
    article.refresh_from_db()
    assert article.body == "Theirs.\n"
    again = response.context["latest_revision"].number
    assert editor.post(change_url(article), mine | {"revision": again}).status_code == 302
    bodies = article.revisions.order_by("number").values_list("body", flat=True)
    assert list(bodies) == ["First.\n", "Theirs.\n", "Mine."]


def test_an_edit_conflict_is_reported_even_after_another_error(editor):
    article = factories.article("Peace", body="First.\n")
    number = article.revisions.count()
    article.body = "Theirs.\n"
    editing.save(article)
    response = editor.post(change_url(article), form_data(title="", body="Mine.", revision=number))
    assert response.context["base_revision"] == number
    response = editor.post(change_url(article), form_data(body="Mine.", revision=number))
    assert response.status_code == 200 and "saved this article" in html(response)


def theirs_and_mine(editor, *, theirs, mine, **fields):
    """Return the article and the form that is shown after a save of `mine` over `theirs`."""
    article = factories.article("Peace", **fields)
    data = submitted(editor.get(change_url(article))) | mine
    tags = theirs.pop("tags", None)
    for name, value in theirs.items():
        setattr(article, name, value)
    editing.save(article, tags)
    response = editor.post(change_url(article), data)
    assert response.status_code == 200 and "saved this article" in html(response)
    return article, response


def test_fields_that_the_second_editor_did_not_change_keep_the_values_of_the_first(editor):
    article, response = theirs_and_mine(
        editor,
        theirs={
            "title": "Concord",
            "summary": "Theirs.",
            "aliases": ["Harmony"],
            "featured": True,
            "author": "Omar",
            "tags": ["law", "annals"],
            "body": "Theirs.",
        },
        mine={"body": "Mine.", "author": "Amina"},
        body="First.",
        tags=["history"],
    )
    page = html(response)
    assert "now show the newer version: Title, Summary, " in page
    assert editor.post(change_url(article), submitted(response)).status_code == 302
    article.refresh_from_db()
    assert (article.title, article.summary, article.aliases) == ("Concord", "Theirs.", ["Harmony"])
    assert article.featured and set(editing.tag_names(article)) == {"annals", "law"}
    assert (article.body, article.author) == ("Mine.", "Amina")


def test_values_that_the_first_editor_removed_stay_removed(editor):
    article, response = theirs_and_mine(
        editor,
        theirs={"summary": "", "aliases": [], "featured": False, "tags": []},
        mine={"body": "Mine."},
        summary="First.",
        aliases=["Harmony"],
        featured=True,
        tags=["history"],
    )
    editor.post(change_url(article), submitted(response))
    article.refresh_from_db()
    assert (article.summary, article.aliases, article.featured) == ("", [], False)
    assert editing.tag_names(article) == [] and article.body == "Mine."


def test_an_article_that_was_unpublished_meanwhile_stays_a_draft(editor):
    article = factories.article("Peace", body="First.")
    data = submitted(editor.get(change_url(article))) | {"body": "Mine."}
    editing.unpublish([article], None)
    response = editor.post(change_url(article), data)
    assert 'data-state="draft"' in html(response) and "Mine." in html(response)
    assert editor.post(change_url(article), submitted(response)).status_code == 302
    article.refresh_from_db()
    assert (article.status, article.body) == ("draft", "Mine.")


def test_dates_that_were_changed_meanwhile_stay_as_they_are(editor):
    soon = timezone.now().replace(second=30, microsecond=0) + timedelta(days=1)
    article, response = theirs_and_mine(
        editor,
        theirs={"publish_at": soon, "expire_at": None},
        mine={"body": "Mine.", "publish_at": ""},
        expire_at=soon + timedelta(days=9),
    )
    data = submitted(response) | {"_schedule": "1"}
    del data["_publish"]
    editor.post(change_url(article), data)
    article.refresh_from_db()
    assert (article.publish_at, article.expire_at, article.body) == (soon, None, "Mine.")


def test_the_button_pressed_after_the_conflict_decides(editor):
    article, response = theirs_and_mine(editor, theirs={"body": "Theirs."}, mine={"body": "Mine."})
    data = submitted(response) | {"_archive": "1"}
    del data["_publish"]
    assert editor.post(change_url(article), data).status_code == 302
    article.refresh_from_db()
    assert (article.status, article.body) == ("archived", "Mine.")


def test_a_third_save_during_the_conflict_is_another_conflict(editor):
    article, response = theirs_and_mine(editor, theirs={"body": "Theirs."}, mine={"body": "Mine."})
    article.summary = "Third."
    editing.save(article)
    response = editor.post(change_url(article), submitted(response))
    assert response.status_code == 200
    assert editor.post(change_url(article), submitted(response)).status_code == 302
    article.refresh_from_db()
    assert (article.summary, article.body) == ("Third.", "Mine.")


@pytest.mark.parametrize("revision", [None, "", "0", "x", "-1", "9" * 30, "2"])
def test_a_change_without_the_newest_revision_is_refused(editor, revision):
    article = factories.article("Peace", body="First.")
    data = form_data(body="Mine.", _publish="1")
    data |= {} if revision is None else {"revision": revision}
    response = editor.post(change_url(article), data)
    assert response.status_code == 200 and "Mine." in html(response)
    article.refresh_from_db()
    assert (article.body, article.status) == ("First.", "published")
    assert editor.post(change_url(article), submitted(response)).status_code == 302
    article.refresh_from_db()
    assert (article.body, article.status) == ("Mine.", "published")


def test_an_article_without_revisions_can_be_changed(editor):
    article = factories.article("Peace")
    Revision.objects.all().delete()
    data = submitted(editor.get(change_url(article))) | {"body": "Mine."}
    assert editor.post(change_url(article), data).status_code == 302
    assert Revision.objects.get().body == "Mine."


def test_a_writer_cannot_overwrite_an_article_that_is_published_meanwhile(writer, monkeypatch):
    article = factories.article("Peace", status="draft", body="First.")
    url, data = change_form(article, body="Mine.")

    def publish_first(view):
        editing.publish([article], None)
        return view()

    monkeypatch.setattr("articles.admin.base.retry_once", publish_first)
    for posted in (data, form_data(body="Mine.")):
        response = writer.post(url, posted)
        assert response.status_code == 403 and "Mine." in html(response)
        assert "was published while you were editing" in html(response)
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
    response = run_action(client, "delete_selected", article, post="yes")
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

    for name in ("publish", "unpublish", "delete"):
        monkeypatch.setattr(editing, name, fail)
    response = run_action(editor, action, article, post="yes")
    assert response.status_code == 200 and "The database is busy" in html(response)
    url = f"{ARTICLE_LIST}{article.pk}/delete/"
    response = editor.post(url, {"post": "yes"}, follow=True)
    assert response.status_code == 200 and "The database is busy" in html(response)
    assert Article.objects.exists()
