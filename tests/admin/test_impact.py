"""The notice of the form about links that a save would break, and what users answer."""

import pytest

from articles import editing
from articles.models import Article, Link
from tests import factories
from tests.admin.utils import change_form, change_url, html, log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def peace():
    return factories.article("Peace", aliases=["Calm"], body="# Treaties\n\n# Causes")


@pytest.fixture
def war():
    return factories.article("War", body="[[Calm]] and [[Peace#Treaties|these]]")


def data_of(article, **data):
    return {
        "slug": article.slug,
        "title": article.title,
        "body": article.body,
        "aliases": "\n".join(article.aliases),
        "former": "\n".join(article.former),
        **data,
    }


def post(client, article, **data):
    url, data = change_form(article, **data_of(article, **data))
    return client.post(url, data)


def digest(response):
    return html(response).partition('name="impact" value="')[2].partition('"')[0]


def test_a_save_that_breaks_links_shows_the_form_again_first(editor, peace, war):
    response = post(editor, peace, aliases="", summary="Typed.")
    page = html(response)
    assert response.status_code == 200 and "Nothing is saved yet" in page
    assert "by the name “<bdi>Calm</bdi>”" in page and change_url(war) in page
    assert "Typed." in page and Article.objects.get(pk=peace.pk).aliases == ["Calm"]
    response = post(editor, peace, aliases="", impact=digest(response))
    stored = Article.objects.get(pk=peace.pk)
    assert response.status_code == 302 and (stored.aliases, stored.former) == ([], [])


def test_the_name_stays_a_former_name_if_the_user_wants_it(editor, peace, war):
    response = post(editor, peace, aliases="")
    assert 'name="keep_name" value="calm" checked' in html(response)
    post(editor, peace, aliases="", impact=digest(response), keep_name=["calm", "other"])
    stored = Article.objects.get(pk=peace.pk)
    assert (stored.aliases, stored.former) == ([], ["Calm"])
    assert Link.objects.to(stored).filter(key="calm").exists()


def test_links_to_a_renamed_heading_are_changed(editor, peace, war):
    body = "# Peace treaties\n\n# Causes"
    response = post(editor, peace, body=body)
    page = html(response)
    assert "the section “<bdi>Treaties</bdi>”" in page
    assert '<option value="peace-treaties" selected>' in page
    answers = {"impact": digest(response), "section-treaties": "peace-treaties"}
    assert post(editor, peace, body=body, **answers).status_code == 302
    stored = Article.objects.get(pk=war.pk)
    assert stored.body == "[[Calm]] and [[Peace#Peace treaties|these]]"
    assert stored.revisions.last().editor == "amina"


def test_links_stay_as_they_are_if_the_user_wants_it(editor, peace, war):
    body = "# Other"
    response = post(editor, peace, body=body)
    for answer in ("", "nothing", "causes"):
        data = {"impact": digest(response), "section-treaties": answer}
        assert post(editor, peace, body=body, **data).status_code == 302
    assert Article.objects.get(pk=war.pk).body == war.body


def test_a_confirmation_holds_for_what_the_user_has_seen(editor, peace, war):
    confirmed = digest(post(editor, peace, aliases=""))
    factories.article("Third", body="[[Calm]]")
    response = post(editor, peace, aliases="", impact=confirmed)
    assert response.status_code == 200 and "2 articles link here" in html(response)


def test_saves_that_break_nothing_need_no_confirmation(editor, peace, war):
    assert post(editor, peace, title="Harmony", slug="harmony").status_code == 302
    peace.refresh_from_db()
    assert post(editor, peace, body=f"{peace.body}\n\nMore.").status_code == 302


def test_the_form_in_the_browser_gets_the_notice_with_the_answers(editor, peace, war):
    url, data = change_form(peace, **data_of(peace, aliases=""))
    response = editor.post(url, data, headers={"Accept": "application/json"})
    assert response.status_code == 422
    assert "keep_name" in response.json()["errors"]["__all__"]


def impact_of(client, article, **data):
    url, posted = change_form(article, **data_of(article, **data))
    return client.post(url.replace("/change/", "/impact/"), posted)


def test_the_notice_is_shown_while_the_form_is_filled_in(editor, peace, war):
    assert impact_of(editor, peace).json() == {"html": ""}
    notice = impact_of(editor, peace, title="Harmony", slug="harmony").json()["html"]
    assert "The URL will be <bdi>/articles/harmony/</bdi>" in notice
    assert "<bdi>Peace</bdi>" in notice and "1 other article keep working" in notice
    notice = impact_of(editor, peace, aliases="").json()["html"]
    assert "keep_name" in notice and "Nothing is saved yet" not in notice
    assert Article.objects.get(pk=peace.pk).title == "Peace"


def test_who_may_not_change_an_article_gets_no_notice(viewer, peace, war):
    assert impact_of(viewer, peace, aliases="").status_code == 403
    nobody = log_in(factories.user("", "add_article"))
    assert impact_of(nobody, peace, aliases="").status_code in (403, 404)


def test_drafts_do_not_reveal_their_titles(peace):
    writer = factories.user("omar", "add_article", "change_article", "view_article")
    own = Article(title="Own", slug="own", aliases=["Mine"])
    editing.save(own, user=writer)
    factories.article("Secret plan", body="[[Mine]]", status="draft")
    page = html(post(log_in(writer), own, aliases=""))
    assert "1 article links here" in page and "Secret plan" not in page and "and 1 more" in page


def test_a_draft_breaks_nothing_before_it_is_published(editor, peace, war):
    assert post(editor, peace, aliases="", _draft="1").status_code == 302
    response = post(editor, peace, aliases="", _publish="1")
    assert response.status_code == 200 and "Nothing is saved yet" in html(response)
    assert Article.objects.get(pk=peace.pk).aliases == ["Calm"]
    answers = {"impact": digest(response), "keep_name": "calm"}
    assert post(editor, peace, aliases="", _publish="1", **answers).status_code == 302
    assert Article.objects.get(pk=peace.pk).former == ["Calm"]


def test_links_are_not_changed_before_a_scheduled_change_is_published(editor, peace, war):
    body = "# Peace treaties"
    schedule = {"_schedule": "1", "publish_change_at": "2100-01-01 00:00", "body": body}
    response = post(editor, peace, **schedule)
    answers = {"impact": digest(response), "section-treaties": "peace-treaties"}
    assert post(editor, peace, **schedule, **answers).status_code == 302
    assert Article.objects.get(pk=war.pk).body == war.body
