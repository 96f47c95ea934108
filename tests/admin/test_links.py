"""What editors are told of links: where those of an article lead, and what is missing."""

import re

import pytest

from articles.admin.links import MAX_ROWS, link_panel
from articles.models import Status
from tests import factories

pytestmark = pytest.mark.django_db

WANTED = "/admin/articles/article/wanted/"


@pytest.fixture
def editor(client):
    client.force_login(factories.editor())
    return client


def test_an_article_shows_its_links_in_and_out_with_their_states(editor):
    factories.article("Draft", status=Status.DRAFT, body="[[Centre]]")
    factories.article("Public", body="[[Centre]]")
    factories.article("Islam", slug="islam-fr", language="fr")
    factories.article("Islam", slug="islam-en", language="en")
    article = factories.article("Centre", body="[[Draft]] [[Public]] [[Islam]] [[Nowhere]]")
    panel = link_panel(article)
    out = {link.name: [linked.status for linked in link.targets] for link in panel.outgoing}
    assert out == {
        "Nowhere": [],
        "Draft": ["Draft"],
        "Public": ["Published"],
        "Islam": ["Published", "Published"],
    }
    several = next(link for link in panel.outgoing if link.name == "Islam")
    assert [linked.article.language for linked in several.targets] == ["en", "fr"]
    into = {linked.article.title: linked.status for linked in panel.incoming}
    assert into == {"Draft": "Draft", "Public": "Published"}
    html = editor.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    panel = html.partition('id="links_heading"')[2].partition("</section>")[0]
    assert "several articles" in panel and "no article yet" in panel
    for part in panel.split("Incoming links"):
        assert ">Draft</a> <em>Draft</em>" in part
        assert ">Public</a> <em>Published</em>" in part
    assert 'href="/admin/articles/article/add/?title=Nowhere"' in panel


@pytest.mark.parametrize("count", [2, 120])
def test_the_links_of_a_form_are_bounded(django_assert_num_queries, count):
    body = " ".join(f"[[Missing {number}]]" for number in range(count))
    article = factories.article("Centre", body=body)
    for _number in range(min(count, MAX_ROWS + 2)):
        factories.article(body="[[Centre]]")
    with django_assert_num_queries(6):
        panel = link_panel(article)
    assert len(panel.outgoing) == len(panel.incoming) == min(count, MAX_ROWS)
    assert panel.has_more_outgoing is panel.has_more_incoming is (count > MAX_ROWS)


def test_a_form_shows_links_as_they_are_stored_and_a_new_article_has_none(editor):
    html = editor.get("/admin/articles/article/add/").content.decode()
    assert 'id="links_heading"' not in html


def test_missing_articles_are_listed_by_the_number_of_articles_that_link_to_them(editor):
    factories.article("Essay", body="[[Often]] [[often]] [[Seldom]] [[Draft]]")
    factories.article("Other", body="[[OFTEN]]", status=Status.DRAFT)
    factories.article("Draft", status=Status.DRAFT)
    html = editor.get(WANTED).content.decode()
    rows = re.findall(r'<th scope="row" dir="auto">(\w+)</th>\s*<td>\s*<b>(\d+)</b>', html)
    assert [(name.lower(), number) for name, number in rows] == [("often", "2"), ("seldom", "1")]
    assert ">Essay</a>" in html and ">Other</a>" in html
    assert 'href="/admin/articles/article/add/?title=Seldom"' in html


def test_who_may_view_articles_sees_what_is_missing_and_who_may_add_begins_it(client):
    factories.article("Essay", body="[[Missing]]")
    client.force_login(factories.user("", "view_article"))
    html = client.get(WANTED).content.decode()
    assert "Missing" in html and "Create" not in html
    client.force_login(factories.user("", "view_tag"))
    assert client.get(WANTED).status_code == 403
    client.logout()
    assert client.get(WANTED).status_code == 302


def test_the_list_goes_on_over_pages_and_costs_the_same(editor, django_assert_num_queries):
    factories.article(body=" ".join(f"[[Missing {number:02}]]" for number in range(60)))
    for _number in range(9):
        factories.article(body="[[Missing 59]]")
    html = editor.get(WANTED).content.decode()
    assert html.index("Missing 59") < html.index("Missing 00")
    assert "and 5 more" in html and 'href="?page=2"' in html
    with django_assert_num_queries(6):
        html = editor.get(f"{WANTED}?page=3").content.decode()
    assert "Missing 58" in html and "Missing 00" not in html
    assert editor.get(f"{WANTED}?page=%00").status_code == 200


def test_a_site_without_wanted_articles_says_so(editor):
    assert "Every linked article exists." in editor.get(WANTED).content.decode()
