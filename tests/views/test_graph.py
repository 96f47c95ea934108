"""The graph of an article, and the map of all articles."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import editing
from articles.models import Article, Status, Tag
from tests import factories

pytestmark = pytest.mark.django_db


def titles_of(html):
    return re.findall(r'<a class="node[^"]*" href="[^"]*" aria-label="([^"]*)">', html)


def test_other_names_redirect_and_hidden_articles_are_not_found(client):
    factories.article("Peace", aliases=["Calm"])
    factories.article("Golf/Graph")
    factories.hidden_articles()
    assert client.get("/articles/calm/graph/")["Location"] == "/articles/peace/graph/"
    assert client.get("/articles/golf/graph/")["Location"] == "/articles/golf-graph/"
    for name in ("secret-draft", "secret-of-old", "secret-of-tomorrow", "%00", "nothing"):
        response = client.get(f"/articles/{name}/graph/")
        assert response.status_code == 404 and b"Secret" not in response.content
    assert client.post("/articles/peace/graph/").status_code == 405


def test_a_graph_has_articles_within_two_links_in_both_directions(client):
    factories.article("Centre", body="[[Out]] [[Nowhere]]")
    factories.article("Out", body="[[Out 2]]")
    factories.article("Out 2", body="[[Out 3]] [[Too far]]")
    factories.article("Out 3")
    factories.article("In", body="[[Centre]]")
    factories.article("In 2", body="[[In]]")
    html = client.get("/articles/centre/graph/").content.decode()
    assert set(titles_of(html)) == {"Centre", "Out", "Out 2", "In", "In 2"}
    assert "<title>Nowhere (no article yet)</title>" in html
    lists = html.partition("<details")[2]
    for part in (">Out 2</a>", ">In 2</a>", '<span class="wanted" lang="en" dir="auto">Nowhere<'):
        assert part in lists
    assert "Too far" not in html


def test_the_list_is_grouped_by_direction_and_distance(client):
    factories.article("Centre", body="[[Out]]")
    factories.article("Out", body="[[Out 2]]")
    factories.article("Out 2")
    factories.article("In", body="[[Centre]]")
    factories.article("In 2", body="[[In]]")
    html = client.get("/articles/centre/graph/").content.decode().partition("<details")[2]
    lists = [re.findall(r">([^<>]+)</(?:h2|a)>", part) for part in html.split("<h2")[1:]]
    assert {title: names[0] for title, *names in lists} == {
        "Articles that link here": "In",
        "Articles that this one links to": "Out",
        "Two links away, incoming": "In 2",
        "Two links away, outgoing": "Out 2",
    }


def test_drawings_are_mirrored_in_languages_written_from_right_to_left(client):
    for number in range(4):
        tags = [f"t{number // 2}"]
        factories.article(f"Article {number}", tags=tags, body=f"[[Article {number + 1}]]")

    def titles_from_left(path, language):
        drawing = client.get(path, HTTP_ACCEPT_LANGUAGE=language).context["drawing"]
        if path == "/map/":
            nodes = [cluster.nodes[0] for cluster in drawing.clusters]
        else:
            nodes = drawing.boxes
        return [node.node.title for node in sorted(nodes, key=lambda node: node.x)]

    for path in ("/articles/article-1/graph/", "/map/"):
        english = titles_from_left(path, "en")
        assert len(english) > 1
        assert titles_from_left(path, "ar") == english[::-1]


def test_hidden_articles_are_in_no_drawing(client):
    factories.hidden_articles(body="[[Centre]] [[Public]]")
    factories.article("Centre", body="[[Secret draft|x]]")
    factories.article("Public")
    html = client.get("/articles/centre/graph/").content.decode()
    assert titles_of(html) == ["Centre"]
    assert "/articles/secret" not in html and "Public" not in html
    html = client.get("/map/").content.decode()
    assert set(titles_of(html)) == {"Centre", "Public"}
    assert "/articles/secret" not in html
    assert html.count("ecret") == html.count("ecret draft")


def test_a_link_leads_to_the_article_in_the_language_of_its_source(client):
    factories.article("Islam", slug="islam-fr", language="fr")
    factories.article("Islam", slug="islam-en", language="en")
    factories.article("Source", language="fr", body="[[Islam]]")
    html = client.get("/articles/source/graph/").content.decode()
    assert "/articles/islam-fr/" in html and "/articles/islam-en/" not in html
    assert titles_of(client.get("/articles/islam-en/graph/").content.decode()) == []


def test_an_article_without_links_says_so(client):
    factories.article("Alone")
    html = client.get("/articles/alone/graph/").content.decode()
    assert "This article has no links" in html and "<details" not in html
    assert 'id="site_local_graph"' not in client.get("/articles/alone/").content.decode()


def create_linked_articles(count):
    for number in range(count):
        factories.article(f"In {number:02}", tags=[f"t{number % 9}"], body="[[Centre]] [[Far]]")
        links = f"[[In {number:02}]] [[Missing {number}]] [[Centre]]"
        factories.article(f"Out {number:02}", tags=[f"t{number % 9}"], body=links)
    body = " ".join(f"[[Out {number:02}]] [[Wanted {number}]]" for number in range(count))
    factories.article("Far")
    factories.article("Centre", body=body)


def test_every_article_that_links_here_is_in_the_graph(client):
    """However often another one does, however many drafts do, and however late it does."""
    factories.article("Hub")
    factories.article("Talker", body="[[Hub]] " * 13)
    for number in range(13):
        factories.article(f"Draft {number}", body="[[Hub]]", status=Status.DRAFT)
    factories.article("Once", body="[[Hub]]")
    factories.article("Late", body="".join(f"[[Wanted {n}]] " for n in range(45)) + "[[Hub]]")
    html = client.get("/articles/hub/graph/").content.decode()
    assert set(titles_of(html)) == {"Hub", "Talker", "Once", "Late"}


@pytest.mark.parametrize("count", [2, 45])
def test_a_graph_has_a_maximum_size_and_number_of_queries(
    client, django_assert_num_queries, count
):
    create_linked_articles(count)
    with django_assert_num_queries(10):
        html = client.get("/articles/centre/graph/").content.decode()
    assert 5 <= html.count('class="node') <= 60
    small = client.get("/articles/centre/graph/?size=small").content.decode()
    assert small.count('class="node') <= 40
    assert client.get("/articles/centre/graph/").content.decode() == html


def test_the_map_shows_linked_and_wanted_articles_by_tag(client):
    create_linked_articles(12)
    html = client.get("/map/").content.decode()
    assert {"Centre", "Far", "In 00", "Out 11"} <= set(titles_of(html))
    assert re.search(r'<g class="node wanted"><title>Missing \d+ \(no article yet\)', html)
    assert '<a href="/map/?tag=t0" dir="auto">t0</a>' in html
    assert "All 26 articles." in html
    centre = re.search(r">Centre</a>\s+<small>(\d+)</small>", html)
    assert centre and centre[1] == "24"


def test_the_map_of_a_tag_shows_its_articles_only(client):
    create_linked_articles(12)
    html = client.get("/map/?tag=t3").content.decode()
    assert set(titles_of(html)) == {"In 03", "Out 03"}
    assert '<option value="t3" selected>' in html
    assert '<link rel="canonical" href="http://testserver/map/?tag=t3">' in html
    factories.article("Secret", tags=["secret"], status=Status.DRAFT)
    for tag in ("unknown", "secret", "x%00y"):
        assert client.get(f"/map/?tag={tag}").status_code == 404
    assert Tag.objects.filter(slug="secret").exists()


def test_the_map_says_how_many_articles_are_omitted(client, monkeypatch):
    monkeypatch.setattr("articles.queries.link_map.MAX_ARTICLES", 10)
    create_linked_articles(12)
    html = client.get("/map/").content.decode()
    assert len(titles_of(html)) == 10 and "Centre" in titles_of(html)
    assert "The 10 most linked articles." in " ".join(html.split())
    assert "16 others are not shown." in " ".join(html.split())
    monkeypatch.setattr("articles.queries.link_map.MAX_ARTICLES", 1)
    html = client.get("/map/?tag=t3").content.decode()
    assert "1 other is not shown." in " ".join(html.split())


def test_the_map_shows_the_most_wanted_articles_and_counts_no_self_links(client, monkeypatch):
    monkeypatch.setattr("articles.queries.link_map.MAX_WANTED", 1)
    factories.article("Often", status=Status.DRAFT)
    factories.article("One", body="[[One]] [[Often]] [[A rare one]]")
    factories.article("Two", body="[[One]] [[Often]]")
    html = client.get("/map/").content.decode()
    assert re.findall(r"<title>(.+) \(no article yet\)", html) == ["Often"]
    assert re.findall(r">(One|Two)</a>\s+<small>(\d+)</small>", html) == [
        ("One", "1"),
        ("Two", "0"),
    ]


@pytest.mark.parametrize("count", [2, 40])
def test_the_map_is_computed_once_per_content_version(client, django_assert_num_queries, count):
    create_linked_articles(count)
    first = client.get("/map/").content
    with django_assert_num_queries(2):
        assert client.get("/map/").content == first
    editing.publish([factories.article("New", status=Status.DRAFT)], None)
    assert "New" in titles_of(client.get("/map/").content.decode())


def test_links_are_counted_again_after_many_changes_only(client, monkeypatch):
    monkeypatch.setattr("articles.queries.link_map.ARTICLES_PER_CHANGE", 10)
    create_linked_articles(12)
    client.get("/map/")
    with CaptureQueriesContext(connection) as queries:
        factories.rename(Article.objects.get(slug="in-00"), title="Renamed")
        editing.unpublish([Article.objects.get(slug="in-01")], None)
        titles = set(titles_of(client.get("/map/").content.decode()))
    assert not any("linked.number" in query["sql"] for query in queries)
    assert {"Renamed", "Centre"} <= titles and "In 01" not in titles
    factories.article("Popular")
    for number in range(3):
        factories.article(f"New {number}", body="[[Popular]]")
    html = client.get("/map/").content.decode()
    assert re.search(r">Popular</a>\s+<small>3</small>", html)


def test_names_that_an_article_has_got_are_no_longer_wanted(client, monkeypatch):
    monkeypatch.setattr("articles.queries.link_map.ARTICLES_PER_CHANGE", 0)
    factories.article("One", body="[[Wanted]]")
    assert "Wanted (no article yet)" in client.get("/map/").content.decode()
    factories.article("Wanted")
    assert "(no article yet)" not in client.get("/map/").content.decode()


def test_an_empty_encyclopedia_has_an_empty_map(client):
    assert "There are no articles yet." in client.get("/map/").content.decode()
