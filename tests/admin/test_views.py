"""JSON views behind the article form, and the page of wanted articles."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import IntegrityError, OperationalError
from django.test import Client

from articles import editing
from articles.models import Article, Status, Tag
from tests import factories
from tests.admin.utils import ARTICLE_LIST, html, log_in, user_of

pytestmark = pytest.mark.django_db


def results(client, view, **params):
    return client.get(f"{ARTICLE_LIST}{view}/", params).json()["results"]


def test_names_that_start_with_the_query_are_suggested_first(editor):
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


def test_names_are_suggested_by_words_in_their_middle(editor):
    factories.article("Rebudgeting")
    factories.article("The Defense Budget", slug="x-budget")
    factories.article("Budget")
    factories.article("الميزانية", language="ar")
    factories.article("国防预算", language="zh")
    suggested = [name["text"] for name in results(editor, "names", q="budget")]
    assert suggested == ["Budget", "The Defense Budget", "Rebudgeting"]
    assert results(editor, "names", q="defense bud")[0]["text"] == "The Defense Budget"
    assert results(editor, "names", q="ميزان")[0]["text"] == "الميزانية"
    assert results(editor, "names", q="预算")[0]["text"] == "国防预算"
    assert results(editor, "names", q="100%_") == []


def test_aliases_are_suggested_before_titles_that_match_alike(editor):
    factories.article("Arms", slug="x")
    factories.article("Arms Control and Disarmament", slug="y", aliases=["Arms Limitation"])
    factories.article("The Arms Race", slug="z", aliases=["An Arms Race"])
    suggested = [name["text"] for name in results(editor, "names", q="arms")]
    assert suggested == [
        "Arms",
        "Arms Limitation",
        "Arms Control and Disarmament",
        "An Arms Race",
        "The Arms Race",
    ]


def test_an_alias_that_folds_to_the_slug_is_suggested(editor):
    factories.article("Defense Trade", slug="arms-trade", aliases=["Arms Trade"])
    (suggestion,) = results(editor, "names", q="arms")
    assert (suggestion["text"], suggestion["kind"]) == ("Arms Trade", "alias")
    assert suggestion["title"] == "Defense Trade"


def test_there_are_at_most_twelve_suggestions(editor):
    for index in range(20):
        factories.article(f"Name {index}", tags=[f"name {index}"])
    body = "\n\n".join(f"## Part {index}" for index in range(20))
    factories.article("Long", body=body)
    for view, params in [("names", {"q": "name"}), ("tags", {"q": "name"}), ("names", {})]:
        assert len(results(editor, view, **params)) == 12
    assert len(results(editor, "sections", name="Long")) == 12


def test_sections_of_an_article_are_suggested(editor):
    factories.article("Peace", aliases=["Concord"], body="## First Part\n\n## Second Part\n")
    assert results(editor, "sections", name="concord") == ["First Part", "Second Part"]
    assert results(editor, "sections", name="Peace", q="SEC") == ["Second Part"]
    assert results(editor, "sections", name="&#80;eace") == ["First Part", "Second Part"]
    assert results(editor, "sections", name="Peace#First Part") == ["First Part", "Second Part"]
    assert results(editor, "sections", name="Unknown") == []


def test_names_and_sections_of_hidden_articles_need_the_permission_to_view_articles():
    factories.article("Peace", body="## Open part")
    factories.hidden_articles(body="## Hidden part")
    author = log_in(factories.user("", "add_article"))
    viewer = log_in(factories.user("", "add_article", "view_article"))
    for client, is_visible in ((author, False), (viewer, True)):
        for query in ("secret", "secrets of old", ""):
            texts = [name["text"] for name in results(client, "names", q=query)]
            assert any("Secret" in text for text in texts) is is_visible
        for name in ("Secret draft", "Secret of tomorrow"):
            assert bool(results(client, "sections", name=name)) is is_visible
        assert results(client, "names", q="peace")[0]["text"] == "Peace"
        assert results(client, "sections", name="Peace") == ["Open part"]


@pytest.mark.parametrize("error", [IntegrityError("slug"), OperationalError("locked")])
def test_a_stub_that_the_database_refuses_is_an_error_message(editor, monkeypatch, error):
    def fail(*_arguments):
        raise error

    monkeypatch.setattr(editing, "create_stub", fail)
    response = editor.post(f"{ARTICLE_LIST}stub/", {"title": "Peace", "language": "en"})
    assert "ry again" in response.json()["error"]


def test_tags_are_suggested_by_name_and_synonym(editor):
    factories.article("Peace", tags=["history"])
    editing.save_tag(Tag.objects.get(), ["annals"])
    assert results(editor, "tags", q="his") == [{"text": "history", "synonym": "", "usage": 1}]
    assert results(editor, "tags", q="ann")[0]["synonym"] == "annals"
    assert results(editor, "tags", q="tory")[0]["text"] == "history"


def test_a_free_slug_is_suggested_for_a_title(editor):
    factories.article("Peace & War")
    for title, slug in (("Peace & War", "peace-war-2"), (" ", "")):
        assert editor.get(f"{ARTICLE_LIST}slug/", {"title": title}).json() == {"slug": slug}


def test_the_preview_equals_the_public_page(editor):
    factories.article("War", slug="the-war")
    body = (
        "## Why\n\nSee [[War#Peace|this]], [[Nowhere]] and <b>`[[code]]`</b>.\n\n> [!NOTE]\n> x\n"
    )
    article = factories.article("Peace", body=body)
    data = {"body": body.replace("\n", "\r\n"), "language": "en"}
    rendered = editor.post(f"{ARTICLE_LIST}preview/", data).json()
    assert rendered["html"] in html(editor.get(article.get_absolute_url()))
    assert 'href="/articles/the-war/#peace"' in rendered["html"]
    assert "2 links · 1 link to a missing article" in rendered["summary"]


def test_a_preview_leaves_out_a_heading_that_repeats_the_title(editor):
    data = {"title": "Peace", "body": "# Peace\n\nText.", "language": "en"}
    assert "<h2" not in editor.post(f"{ARTICLE_LIST}preview/", data).json()["html"]


def test_a_preview_names_html_that_was_dropped(editor):
    factories.article("Peace", body="<font>a</font>")
    data = {"body": "<font>a</font>\n\n<FONT>b</FONT> <script>c</script>", "language": "en"}
    rendered = editor.post(f"{ARTICLE_LIST}preview/", data).json()
    assert rendered["html"] == "<p>a</p>\n<p>b </p>\n"
    assert "HTML not rendered: <font>, <script>" in rendered["summary"]
    assert "&lt;font&gt; (1)”, “&lt;font&gt; (3)”, “&lt;script&gt; (3)”" in rendered["checks"]
    form = html(editor.get(f"{ARTICLE_LIST}{Article.objects.get().pk}/change/"))
    assert "An HTML tag is not rendered (line): “&lt;font&gt; (1)”." in form


def test_a_preview_of_invalid_text_returns_the_error(editor):
    for data in (
        {"body": "a\0"},
        {"body": "x", "language": "?"},
        {"body": "x" * 1_000_001},
        {"body": "[a](b)" * 10_001},
    ):
        assert editor.post(f"{ARTICLE_LIST}preview/", data).json()["error"]


def test_a_stub_is_a_draft_with_a_title(editor):
    stub = editor.post(f"{ARTICLE_LIST}stub/", {"title": " New  Thing ", "language": "en"}).json()
    article = Article.objects.get()
    assert stub["title"] == article.title == "New Thing" and article.status == Status.DRAFT
    assert LogEntry.objects.get().object_id == str(article.pk)
    for title in ("new thing", "", "a[b"):
        response = editor.post(f"{ARTICLE_LIST}stub/", {"title": title, "language": "en"})
        assert response.json()["error"]
    nul = {"title": "Other\0", "language": "e\0n"}
    assert editor.post(f"{ARTICLE_LIST}stub/", nul).json()["title"] == "Other"


def test_views_need_the_permissions_of_the_form(viewer, client):
    for view in ("names", "sections", "tags", "slug"):
        assert client.get(f"{ARTICLE_LIST}{view}/").status_code == 302
        assert log_in(factories.user()).get(f"{ARTICLE_LIST}{view}/").status_code == 403
        assert viewer.get(f"{ARTICLE_LIST}{view}/").status_code == 200
    assert viewer.post(f"{ARTICLE_LIST}stub/", {"title": "x", "language": "en"}).status_code == 403
    assert client.post(f"{ARTICLE_LIST}preview/", {"body": "x"}).status_code == 302
    assert not Article.objects.exists()


def test_views_that_write_need_post_and_a_csrf_token(editor):
    for view in ("stub", "preview"):
        assert editor.get(f"{ARTICLE_LIST}{view}/").status_code == 405
    for view in ("names", "sections", "tags", "slug"):
        assert editor.post(f"{ARTICLE_LIST}{view}/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(), "django.contrib.auth.backends.ModelBackend")
    assert strict.post(f"{ARTICLE_LIST}stub/", {"title": "x", "language": "en"}).status_code == 403


# Wanted articles

WANTED = f"{ARTICLE_LIST}wanted/"


def test_wanted_articles_are_listed_by_number_of_linking_articles(editor):
    factories.article("Essay", body="[[Often]] [[often]] [[Seldom]] [[Draft]]")
    factories.article("Other", body="[[OFTEN]]", status=Status.DRAFT)
    factories.article("Draft", status=Status.DRAFT)
    page = html(editor.get(WANTED))
    rows = re.findall(r'<th scope="row" dir="auto">(\w+)</th>\s*<td>\s*<b>(\d+)</b>', page)
    assert [(name.lower(), number) for name, number in rows] == [("often", "2"), ("seldom", "1")]
    assert ">Essay</a>" in page and ">Other</a>" in page
    assert 'href="/admin/articles/article/add/?title=Seldom"' in page


def test_wanted_articles_need_the_permission_to_view_and_their_links_to_add(client):
    factories.article("Essay", body="[[Missing]]")
    client.force_login(factories.user("", "view_article"))
    page = html(client.get(WANTED))
    assert "Missing" in page and "Create" not in page
    client.force_login(factories.user("", "view_tag"))
    assert client.get(WANTED).status_code == 403
    client.logout()
    assert client.get(WANTED).status_code == 302


def test_wanted_articles_are_paginated_with_the_same_queries(editor, django_assert_num_queries):
    factories.article(body=" ".join(f"[[Missing {number:02}]]" for number in range(60)))
    for _number in range(9):
        factories.article(body="[[Missing 59]]")
    page = html(editor.get(WANTED))
    assert page.index("Missing 59") < page.index("Missing 00")
    assert "and 5 more" in page and 'href="?page=2"' in page
    with django_assert_num_queries(7):
        page = html(editor.get(f"{WANTED}?page=3"))
    assert "Missing 58" in page and "Missing 00" not in page
    assert editor.get(f"{WANTED}?page=%00").status_code == 200


def test_writers_see_only_the_names_that_articles_they_may_read_link_to(writer):
    factories.article("Public", body="[[Known]]")
    factories.article("Mine", body="[[Own]]", status=Status.DRAFT, owner=user_of(writer))
    factories.article("Hidden", body="[[Secret plan]] [[known]]", status=Status.DRAFT)
    response = writer.get(WANTED)
    counts = {row.name: row.source_count for row in response.context["rows"]}
    assert counts == {"Known": 1, "Own": 1} and response.context["total"] == 2


def test_a_site_without_wanted_articles_says_so(editor):
    assert "Every linked article exists." in html(editor.get(WANTED))


def test_a_path_suggests_what_a_link_by_it_leads_to(editor):
    factories.article("Defence", body="## Budget {#money}")
    assert [name["text"] for name in results(editor, "names", q="Folder/Defe")] == ["Defence"]
    for name in ("Defence", "Folder/Defence", "Folder/Defence.md"):
        assert results(editor, "sections", name=name, q="") == ["Budget"]
    factories.article("Folder/Defence", body="## Whole")
    assert results(editor, "names", q="Folder/Defe")[0]["text"] == "Folder/Defence"
    assert results(editor, "sections", name="Folder/Defence", q="") == ["Whole"]
