"""The admin of articles: permissions, the form, and saving."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.utils import timezone

from articles import editing
from articles.models import Article, Draft, Name, Status, Tag
from articles.models.fields import site_language
from tests import factories
from tests.admin.utils import (
    ADD_ARTICLE,
    ARTICLE_LIST,
    TAG_LIST,
    WRITER,
    change_form,
    change_url,
    form_data,
    html,
    log_in,
    user_of,
)

pytestmark = pytest.mark.django_db


def test_an_editor_creates_and_publishes_an_article_with_tags(editor):
    body = "See [[War]].\r\n"
    response = editor.post(
        ADD_ARTICLE,
        form_data(body=body, tags="history، politics", aliases="Concord", _publish="1"),
    )
    assert response.status_code == 302, response.context["errors"]
    article = Article.objects.public().get(slug="peace")
    assert article.body == "See [[War]].\n" and "wiki:war" in article.html
    assert editing.tag_names(article) == ["history", "politics"]
    assert article.revisions.get().editor == "amina"
    assert LogEntry.objects.get().object_id == str(article.pk)


def test_a_former_title_stays_until_the_editor_removes_it(editor):
    article = factories.article("War", slug="war")
    editor.post(*change_form(article, title="Peace", slug="peace"))
    article.refresh_from_db()
    assert article.former == ["War"]
    editor.post(*change_form(article, title="Peace", slug="peace", former=""))
    assert not Name.objects.filter(key="war").exists()


def test_the_url_can_set_the_title_of_a_new_article(editor):
    form = editor.get(f"{ADD_ARTICLE}?title=Foreign+Affairs%00").context["adminform"].form
    assert (form.initial["title"], form.initial["slug"]) == ("Foreign Affairs", "foreign-affairs")


def test_a_new_article_has_the_language_of_the_last_one_or_of_the_interface(editor, settings):
    def language(**headers):
        return (
            editor.get(ADD_ARTICLE, headers=headers).context["adminform"].form["language"].value()
        )

    assert language() == site_language()
    assert language(accept_language="ar") == "ar"
    settings.LANGUAGE_CODE = "en-gb"
    assert language(accept_language="en") == "en-GB"
    editor.post(ADD_ARTICLE, form_data(language="fr"))
    factories.article("Ours", language="de")
    assert language(accept_language="ar") == "fr"


def test_the_form_works_without_javascript(editor):
    article = factories.article("Peace", tags=["history"])
    page = html(editor.get(change_url(article)))
    assert '<textarea name="body"' in page and 'name="tags" value="history"' in page
    assert "<style" not in page and " style=" not in page and " onclick=" not in page
    assert "<script>" not in page


def test_a_language_has_one_spelling(editor):
    factories.article("Concord", language="en")
    response = editor.post(ADD_ARTICLE, form_data(title="Concord", slug="other", language="EN"))
    assert "title" in response.context["adminform"].form.errors
    editor.post(ADD_ARTICLE, form_data(language="ZH-hant"))
    assert Article.objects.get(title="Peace").language == "zh-Hant"


def test_the_default_slug_is_no_name_of_another_article(editor):
    factories.article("Concord", aliases=["C sharp"])
    editor.post(ADD_ARTICLE, form_data(title="C#"))
    assert Article.objects.get(title="C#").slug == "c-sharp-2"


@pytest.mark.parametrize("title", ["…" * 85, "ﷺ" * 14])
def test_names_that_become_longer_when_folded_are_saved(editor, title):
    body = f"[[{'ﷺ' * 20}]] [[{'…' * 90}]]"
    assert editor.post(ADD_ARTICLE, form_data(title=title, slug="x", body=body)).status_code == 302
    assert not Article.objects.get().links.exists()


@pytest.mark.parametrize("moment", ["9999-12-31T23:59", "0001-01-01T00:00"])
def test_a_date_that_overflows_in_some_time_zone_is_a_form_error(editor, settings, moment):
    settings.TIME_ZONE = "America/New_York" if moment.startswith("9") else "Asia/Tokyo"
    response = editor.post(ADD_ARTICLE, form_data(publish_at=moment, body="My text"))
    assert response.status_code == 200 and "My text" in html(response)
    assert "Enter a date between years 2 and 9997." in str(response.context["errors"])


def test_a_date_at_the_limit_can_be_dumped_and_loaded(editor, settings, tmp_path):
    # In New York, the date is in a year outside of the limits, in UTC.
    for settings.TIME_ZONE, status in (("America/New_York", 200), ("Asia/Dubai", 302)):
        response = editor.post(ADD_ARTICLE, form_data(publish_at="9997-12-31T23:59"))
        assert response.status_code == status
    for form in ("json", "md"):
        file = tmp_path / f"dump.{form}"
        call_command("dumpdata", "articles.article", format=form, output=str(file), verbosity=0)
        call_command("loaddata", str(file), verbosity=0)


# Permissions


def test_a_writer_submits_an_article_for_review(writer):
    assert writer.post(ADD_ARTICLE, form_data(_submit="1")).status_code == 302
    assert Article.objects.get().status == Status.REVIEW


@pytest.mark.parametrize("extra", [{}, {"_saveasnew": "1"}, {"_continue": "1"}])
def test_a_writer_cannot_publish_by_a_crafted_form(writer, extra):
    draft = factories.article("Draft", status=Status.DRAFT, owner=user_of(writer))
    for url in (ADD_ARTICLE, change_url(draft)):
        for posted in ({"status": "published"}, {"_publish": "1"}):
            response = writer.post(url, form_data(title="New", **posted, **extra))
            assert response.context["adminform"].form.non_field_errors()
    assert not Article.objects.public().exists()


@pytest.mark.parametrize("publish_in", [None, timedelta(days=1), timedelta(days=-1)])
def test_a_writer_proposes_a_change_of_a_published_article(writer, publish_in):
    publish_at = timezone.now() + publish_in if publish_in else None
    owner = user_of(writer)
    article = factories.article("Peace", body="Calm", publish_at=publish_at, owner=owner)
    url, data = change_form(article, body="Quiet", _submit="1")
    assert writer.post(url, data).status_code == 302
    article.refresh_from_db()
    assert article.body == "Calm" and article.draft.status == Status.REVIEW
    refused = writer.post(*change_form(article, body="Loud", _publish="1"))
    assert refused.status_code == 200 and "have permission to publish" in html(refused)
    delete_url = f"{ARTICLE_LIST}{article.pk}/delete/"
    assert writer.post(delete_url, {"post": "yes"}).status_code == 403


def test_a_writer_does_not_see_or_change_the_draft_of_another_user(writer, editor):
    article = factories.article("Peace", body="*Calm*")
    article.body = "Secret words"
    editing.save_draft(article, user=user_of(editor))
    page = html(writer.get(change_url(article)))
    assert "<em>Calm</em>" in page and "Secret words" not in page and "<textarea" not in page
    for button in ("_draft", "_submit", "_publish", "_save"):
        response = writer.post(*change_form(article, body="Mine", **{button: "1"}))
        assert response.status_code == 403 and "Secret words" not in html(response)
    assert writer.post(f"{ARTICLE_LIST}{article.pk}/discard/").status_code in (302, 403)
    assert Draft.objects.get().revision.body == "Secret words"


def test_archived_articles_need_the_permission_to_publish():
    client = log_in(factories.user("", *WRITER, "delete_article"))
    article = factories.article("Peace", status=Status.ARCHIVED, owner=user_of(client))
    assert client.post(change_url(article), form_data(body="x")).status_code == 403
    assert client.post(f"{ARTICLE_LIST}{article.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_viewer_can_view_everything_and_change_nothing(viewer):
    article = factories.article("Peace", tags=["history"], aliases=["Concord"], status="draft")
    page = html(viewer.get(change_url(article)))
    assert all(word in page for word in ("history", "Concord", "not change it"))
    assert viewer.post(change_url(article), form_data()).status_code == 403
    assert viewer.post(ADD_ARTICLE, form_data()).status_code == 403
    assert viewer.get(ARTICLE_LIST).status_code == viewer.get(TAG_LIST).status_code == 200
    tag = Tag.objects.get()
    assert viewer.get(f"{TAG_LIST}{tag.pk}/change/").status_code == 200
    assert viewer.post(f"{TAG_LIST}{tag.pk}/change/", {"name": "x"}).status_code == 403


def test_the_admin_of_taggit_is_unregistered(editor):
    assert {model._meta.label for model in admin.site._registry if "tag" in str(model)} == {
        "articles.Tag"
    }


def test_changes_to_an_article_archived_meanwhile_are_shown_for_copying(writer):
    article = factories.article("Peace", status="archived", owner=user_of(writer))
    response = writer.post(change_url(article), form_data(body="All my words"))
    assert response.status_code == 403 and "All my words" in html(response)
    article.refresh_from_db()
    assert article.body == ""


def test_changes_to_an_article_deleted_meanwhile_are_shown_for_copying(editor):
    article = factories.article("Peace")
    url = change_url(article)
    editing.delete([article])
    response = editor.post(url, form_data(body="All my words", tags="one, two"))
    assert response.status_code == 404
    assert "All my words" in html(response) and "one, two" in html(response)
