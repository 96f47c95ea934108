"""Tests of links that show an unpublished article to people without an account."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from django.utils.formats import date_format

from articles import editing
from articles.admin.sharing import create_token
from articles.models import Article, Status
from tests import factories
from tests.admin.utils import ARTICLE_LIST, html, user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return factories.article("Secret plan", status=Status.DRAFT, body="Quiet *words*.")


def share_url(article):
    return f"{ARTICLE_LIST}{article.pk}/share/"


def create_link(client, article, days=7):
    day = timezone.localdate() + timedelta(days=days)
    response = client.post(share_url(article), {"until": day.isoformat()})
    return urlsplit(response.context["url"]).path


def shared_path(article, user, until=None):
    until = until or timezone.now() + timedelta(days=1)
    return f"/shared/{create_token(article, user.pk, until)}/"


def test_a_link_shows_a_draft_without_an_account(editor, client, draft):
    response = client.get(create_link(editor, draft))
    assert response.status_code == 200 and "Quiet <em>words</em>." in html(response)
    assert "no-store" in response["Cache-Control"] and "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_the_page_of_a_link_and_the_link_name_the_same_last_day(editor, client, draft):
    day = timezone.localdate() + timedelta(days=7)
    response = editor.post(share_url(draft), {"until": day.isoformat()})
    last_day = date_format(day)
    assert f"Link, valid until {last_day}:" in html(response)
    path = urlsplit(response.context["url"]).path
    assert f"The link works until {last_day}." in html(client.get(path))


def test_a_link_shows_the_draft_of_a_published_article(editor, client):
    article = factories.article("Peace", body="Live words.")
    article.body = "New words."
    editing.save_draft(article)
    page = html(client.get(create_link(editor, article)))
    assert "New words." in page and "Live words." not in page
    assert "New words." not in html(client.get(article.get_absolute_url()))


def test_a_link_leads_to_the_article_once_it_is_published(editor, client, draft):
    path = create_link(editor, draft)
    editing.publish([draft], None)
    assert client.get(path)["Location"] == draft.get_absolute_url()


def test_a_link_ends_with_its_date(client, draft):
    amina = factories.editor("amina")
    path = shared_path(draft, amina, timezone.now() - timedelta(seconds=1))
    response = client.get(path)
    assert response.status_code == 410 and "Secret" not in html(response)


@pytest.mark.parametrize("flag", ["is_active", "is_staff"])
def test_a_link_ends_with_the_access_of_its_user(client, draft, flag):
    amina = factories.editor("amina")
    path = shared_path(draft, amina)
    assert client.get(path).status_code == 200
    setattr(amina, flag, False)
    amina.save()
    assert client.get(path).status_code == 404


def test_a_link_to_a_deleted_article_is_not_found(client, draft):
    path = shared_path(draft, factories.editor("amina"))
    editing.delete([draft])
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("token", ["x", "a:b:c", "é", "%00"])
def test_an_invalid_token_is_not_found(client, token):
    assert client.get(f"/shared/{token}/").status_code == 404


@pytest.mark.parametrize("days", [-1, 91, 40000])
def test_a_date_that_is_over_or_too_far_away_is_refused(editor, draft, days):
    day = timezone.localdate() + timedelta(days=days)
    response = editor.post(share_url(draft), {"until": day.isoformat()})
    assert "until" in response.context["form"].errors and not response.context["url"]


def test_a_writer_cannot_share_the_draft_of_another_user(writer, draft):
    assert writer.get(share_url(draft)).status_code == 404
    own = factories.article("Mine", status=Status.DRAFT, owner=user_of(writer))
    assert writer.get(share_url(own)).status_code == 200


def test_anonymous_users_cannot_create_links(client, draft):
    assert client.get(share_url(draft)).status_code == 302
    assert Article.objects.count() == 1


def test_the_link_of_a_writer_does_not_show_the_draft_of_somebody_else(writer, client):
    article = factories.article("Peace", body="Live words.")
    article.body = "New words."
    editing.save_draft(article, user=factories.editor("sara"))
    response = client.get(create_link(writer, article), follow=True)
    assert "Live words." in html(response) and "New words." not in html(response)
