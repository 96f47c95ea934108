"""What the desk answers while somebody writes, and whom."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client

from articles import editing
from articles.models import Article, Status, Tag
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/admin/articles/article/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def editor():
    return signed_in(factories.editor("amina"))


@pytest.fixture
def viewer():
    return signed_in(factories.user("vera", "view_article", "view_tag"))


def text(response):
    return response.content.decode()


def results(client, question, **parameters):
    return client.get(f"{LIST}{question}/", parameters).json()["results"]


def test_names_are_completed_those_that_begin_so_first(editor):
    factories.article("Defense Trade", slug="defense-of-trade", aliases=["Arms Trade"])
    factories.article("Defence", status=Status.DRAFT)
    factories.article("Trade")
    assert [name["text"] for name in results(editor, "names", q="def")] == [
        "Defence",
        "Defense Trade",
    ]
    assert results(editor, "names", q="defence")[0]["status"] == "Draft"
    alias = results(editor, "names", q="arms")[0]
    assert (alias["kind"], alias["title"]) == ("alias", "Defense Trade")
    assert results(editor, "names", q="")[0]["text"] == "Trade"


def test_no_answer_is_longer_than_twelve(editor):
    for index in range(20):
        factories.article(f"Name {index}", tags=[f"name {index}"])
    body = "\n\n".join(f"## Part {index}" for index in range(20))
    factories.article("Long", body=body)
    for question, asked in [("names", {"q": "name"}), ("tags", {"q": "name"}), ("names", {})]:
        assert len(results(editor, question, **asked)) == 12
    assert len(results(editor, "sections", name="Long")) == 12


def test_sections_of_an_article_are_completed(editor):
    factories.article("Peace", aliases=["Concord"], body="## First Part\n\n## Second Part\n")
    assert results(editor, "sections", name="concord") == ["First Part", "Second Part"]
    assert results(editor, "sections", name="Peace", q="SEC") == ["Second Part"]
    assert results(editor, "sections", name="nobody") == []


def test_tags_are_completed_by_name_and_synonym(editor):
    factories.article("Peace", tags=["history"])
    editing.save_tag(Tag.objects.get(), ["annals"])
    assert results(editor, "tags", q="his") == [{"text": "history", "synonym": "", "usage": 1}]
    assert results(editor, "tags", q="ann")[0]["synonym"] == "annals"
    assert results(editor, "tags", q="tory")[0]["text"] == "history"


def test_a_slug_is_proposed_as_it_would_be_saved(editor):
    factories.article("Peace & War")
    assert editor.get(f"{LIST}slug/", {"title": "Peace & War"}).json()["slug"] == "peace-war-2"
    assert editor.get(f"{LIST}slug/", {"title": " "}).json()["slug"] == ""


def test_the_preview_is_what_the_site_shows(editor):
    factories.article("War", slug="the-war")
    body = (
        "## Why\n\nSee [[War#Peace|this]], [[Nowhere]] and <b>`[[code]]`</b>.\n\n> [!NOTE]\n> x\n"
    )
    article = factories.article("Peace", body=body)
    sent = {"body": body.replace("\n", "\r\n"), "language": "en"}
    rendered = editor.post(f"{LIST}preview/", sent).json()
    assert rendered["html"] in text(editor.get(article.get_absolute_url()))
    assert 'href="/articles/the-war/#peace"' in rendered["html"]
    assert "2 links · 1 link to a missing article" in rendered["summary"]


def test_a_preview_that_cannot_be_made_says_why(editor):
    for sent in ({"body": "a\0"}, {"body": "x", "language": "?"}, {"body": "x" * 1_000_001}):
        assert editor.post(f"{LIST}preview/", sent).json()["error"]


def test_a_stub_is_a_draft_that_can_be_linked(editor):
    made = editor.post(f"{LIST}stub/", {"title": " New  Thing ", "language": "en"}).json()
    article = Article.objects.get()
    assert made["title"] == article.title == "New Thing" and article.status == Status.DRAFT
    assert LogEntry.objects.get().object_id == str(article.pk)
    for title in ("new thing", "", "a[b"):
        response = editor.post(f"{LIST}stub/", {"title": title, "language": "en"})
        assert response.json()["error"]


def test_the_desk_answers_only_those_who_may_ask(viewer, client):
    questions = ["names", "sections", "tags", "slug"]
    for question in questions:
        assert client.get(f"{LIST}{question}/").status_code == 302
        assert signed_in(factories.user()).get(f"{LIST}{question}/").status_code == 403
        assert viewer.get(f"{LIST}{question}/").status_code == 200
    assert viewer.post(f"{LIST}stub/", {"title": "x", "language": "en"}).status_code == 403
    assert client.post(f"{LIST}preview/", {"body": "x"}).status_code == 302
    assert not Article.objects.exists()


def test_what_writes_is_posted_with_a_token(editor):
    for question in ("stub", "preview"):
        assert editor.get(f"{LIST}{question}/").status_code == 405
    for question in ("names", "sections", "tags", "slug"):
        assert editor.post(f"{LIST}{question}/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(), "django.contrib.auth.backends.ModelBackend")
    assert strict.post(f"{LIST}stub/", {"title": "x", "language": "en"}).status_code == 403
