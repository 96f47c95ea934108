"""Ways from one article to another: cards, a leap, the way along a tag, graphs and the map."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from articles import editing
from articles.models import Article, Status, Tag
from articles.queries.tag_navigation import tag_navigation
from tests import factories

pytestmark = pytest.mark.django_db


def titles_of(html):
    return re.findall(r'<a class="node[^"]*" href="[^"]*" aria-label="([^"]*)">', html)


def hidden(**fields):
    now = timezone.now()
    factories.article("Secret draft", status=Status.DRAFT, **fields)
    factories.article("Secret of old", status=Status.ARCHIVED, **fields)
    factories.article("Secret of tomorrow", publish_at=now + timedelta(days=1), **fields)
    factories.article("Secret of yesterday", expire_at=now - timedelta(days=1), **fields)


# Cards


def test_a_card_shows_title_summary_and_the_first_picture_of_our_own(client):
    body = "![No](https://example.org/x.png)\n\n![A > map](/media/a%20map.png) ![b](/media/b.png)"
    factories.article("Peace", summary="The absence of war.", body=body)
    assert client.get("/articles/peace/preview/").json() == {
        "title": "Peace",
        "summary": "The absence of war.",
        "language": "en",
        "direction": "ltr",
        "picture": {"src": "/media/a%20map.png", "alt": "A > map"},
    }


def test_a_card_without_a_summary_shows_the_first_sentences(client):
    factories.article("سلام", language="ar", body="First one. Second one. " + "And so on " * 60)
    card = client.get(f"/articles/{quote('سلام')}/preview/").json()
    assert card["summary"] == "First one. Second one."
    assert (card["direction"], card["picture"]) == ("rtl", None)
    factories.article("Long", body="word " * 400)
    assert re.fullmatch(r"(word )+…", client.get("/articles/long/preview/").json()["summary"])


def test_a_card_costs_one_query(client, django_assert_num_queries):
    factories.article("Peace")
    with django_assert_num_queries(1) as queries:
        client.get("/articles/peace/preview/")
    assert '"html"' not in queries[0]["sql"]


@pytest.mark.parametrize("page", ["preview", "graph"])
def test_other_names_lead_to_the_one_address_and_what_is_hidden_is_not_found(client, page):
    factories.article("Peace", aliases=["Calm"])
    factories.article(f"Golf/{page.capitalize()}")
    hidden()
    assert client.get(f"/articles/calm/{page}/")["Location"] == f"/articles/peace/{page}/"
    assert client.get(f"/articles/golf/{page}/")["Location"] == f"/articles/golf-{page}/"
    for name in ("secret-draft", "secret-of-old", "secret-of-tomorrow", "%00", "nothing"):
        response = client.get(f"/articles/{name}/{page}/")
        assert response.status_code == 404 and b"Secret" not in response.content
    assert client.post(f"/articles/peace/{page}/").status_code == 405


# A leap


def test_chance_leads_to_any_article_that_readers_may_see_and_to_no_other(client):
    hidden()
    for number in range(4):
        factories.article(f"Public {number}")
    found = {client.get("/random/")["Location"] for _ in range(80)}
    assert found == {f"/articles/public-{number}/" for number in range(4)}


def test_a_leap_is_kept_nowhere_and_costs_the_same_in_any_encyclopedia(
    client, django_assert_max_num_queries
):
    assert client.get("/random/")["Location"] == "/articles/"
    hidden()
    assert client.get("/random/")["Location"] == "/articles/"
    factories.article("A")
    with django_assert_max_num_queries(5):
        response = client.get("/random/")
    assert response.status_code == 302
    assert "no-store" in response["Cache-Control"]


# The way along a tag


def along():
    for title in ("Alpha", "Beta", "Gamma", "Delta"):
        factories.article(title, tags=["peace", "other"])
    factories.article("Bread", tags=["other"])


def steps(html):
    found = re.findall(r'<a rel="(prev|next)" href="([^"]*)"', html)
    return dict(found)


def test_links_from_a_tag_lead_along_it(client):
    along()
    page = client.get("/tags/peace/").content.decode()
    assert 'href="/articles/beta/?tag=peace"' in page
    html = client.get("/articles/beta/?tag=peace").content.decode()
    assert steps(html) == {
        "prev": "/articles/alpha/?tag=peace",
        "next": "/articles/delta/?tag=peace",
    }
    assert '<link rel="canonical" href="http://testserver/articles/beta/">' in html
    assert steps(client.get("/articles/alpha/?tag=peace").content.decode()).keys() == {"next"}
    assert steps(client.get("/articles/gamma/?tag=peace").content.decode()).keys() == {"prev"}


def test_the_way_passes_over_what_readers_may_not_see(client):
    along()
    article = Article.objects.get(slug="delta")
    editing.unpublish([article], None)
    html = client.get("/articles/beta/?tag=peace").content.decode()
    assert steps(html)["next"] == "/articles/gamma/?tag=peace"


@pytest.mark.parametrize("tag", ["", "unknown", "secret", "%00", "x" * 3000])
def test_a_tag_that_the_article_has_not_got_changes_nothing(client, tag):
    along()
    factories.article("Secret", tags=["secret"], status=Status.DRAFT)
    html = client.get(f"/articles/beta/?tag={tag}").content.decode()
    assert steps(html) == {} and "Secret" not in html


@pytest.mark.parametrize(("side", "first"), [("next", "b"), ("prev", "c")])
def test_articles_of_one_title_are_passed_one_by_one(client, side, first):
    for slug in ("b", "a", "c"):
        factories.article("Same", slug=slug, language=f"x{slug}"[1:] * 2, tags=["t"])
    seen, address = [], f"/articles/{first}/?tag=t"
    while address:
        seen.append(address)
        address = steps(client.get(address).content.decode()).get(side)
    assert len(seen) == 3 == len(set(seen))


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_on_the_way_costs_one_query_more(client, django_assert_num_queries, count):
    for number in range(count):
        factories.article(f"Article {number:02}", tags=["t", f"u{number}"], body="[[Article 00]]")
    with django_assert_num_queries(5):
        client.get("/articles/article-00/?tag=t")


def test_a_tag_that_is_deleted_meanwhile_leads_nowhere():
    along()
    tag = Tag.objects.get(slug="peace")
    Tag.objects.all().delete()
    assert tag_navigation(Article.objects.get(slug="beta"), tag) is None


# The neighbourhood


def test_a_neighbourhood_has_what_is_two_links_away_in_both_directions(client):
    factories.article("Centre", body="[[Out]] [[Nowhere]]")
    factories.article("Out", body="[[Out 2]]")
    factories.article("Out 2", body="[[Out 3]] [[Too far]]")
    factories.article("Out 3")
    factories.article("In", body="[[Centre]]")
    factories.article("In 2", body="[[In]]")
    html = client.get("/articles/centre/graph/").content.decode()
    assert set(titles_of(html)) == {"Centre", "Out", "Out 2", "In", "In 2"}
    assert "<title>Nowhere (no article yet)</title>" in html
    listed = html.partition("<details")[2]
    for part in (">Out 2</a>", ">In 2</a>", '<span class="wanted" lang="en" dir="auto">Nowhere<'):
        assert part in listed
    assert "Too far" not in html


def test_the_list_of_a_neighbourhood_says_on_which_side_a_link_is(client):
    factories.article("Centre", body="[[Out]]")
    factories.article("Out", body="[[Out 2]]")
    factories.article("Out 2")
    factories.article("In", body="[[Centre]]")
    factories.article("In 2", body="[[In]]")
    html = client.get("/articles/centre/graph/").content.decode().partition("<details")[2]
    listed = [re.findall(r">([^<>]+)</(?:h2|a)>", part) for part in html.split("<h2")[1:]]
    assert {title: names[0] for title, *names in listed} == {
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


def test_what_readers_may_not_see_is_in_no_picture(client):
    hidden(body="[[Centre]] [[Public]]")
    factories.article("Centre", body="[[Secret draft|x]]")
    factories.article("Public")
    html = client.get("/articles/centre/graph/").content.decode()
    assert titles_of(html) == ["Centre"]
    assert "/articles/secret" not in html and "Public" not in html
    html = client.get("/map/").content.decode()
    assert set(titles_of(html)) == {"Centre", "Public"}
    assert "/articles/secret" not in html
    assert html.count("ecret") == html.count("ecret draft")


def test_a_link_leads_to_the_article_in_its_language(client):
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


def furnish(count):
    for number in range(count):
        factories.article(f"In {number:02}", tags=[f"t{number % 9}"], body="[[Centre]] [[Far]]")
        links = f"[[In {number:02}]] [[Missing {number}]] [[Centre]]"
        factories.article(f"Out {number:02}", tags=[f"t{number % 9}"], body=links)
    body = " ".join(f"[[Out {number:02}]] [[Wanted {number}]]" for number in range(count))
    factories.article("Far")
    factories.article("Centre", body=body)


def test_every_article_that_leads_here_stands_in_the_neighbourhood(client):
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
def test_a_neighbourhood_is_bounded_and_costs_the_same(client, django_assert_num_queries, count):
    furnish(count)
    with django_assert_num_queries(10):
        html = client.get("/articles/centre/graph/").content.decode()
    assert 5 <= html.count('class="node') <= 60
    small = client.get("/articles/centre/graph/?size=small").content.decode()
    assert small.count('class="node') <= 40
    assert client.get("/articles/centre/graph/").content.decode() == html


# The map


def test_the_map_shows_what_is_linked_to_and_wanted_with_its_tags(client):
    furnish(12)
    html = client.get("/map/").content.decode()
    assert {"Centre", "Far", "In 00", "Out 11"} <= set(titles_of(html))
    assert re.search(r'<g class="node wanted"><title>Missing \d+ \(no article yet\)', html)
    assert '<a href="/map/?tag=t0" dir="auto">t0</a>' in html
    assert "All 26 articles." in html
    centre = re.search(r">Centre</a> <small>(\d+)</small>", html)
    assert centre and centre[1] == "24"


def test_the_map_of_a_tag_shows_its_articles_only(client):
    furnish(12)
    html = client.get("/map/?tag=t3").content.decode()
    assert set(titles_of(html)) == {"In 03", "Out 03"}
    assert '<option value="t3" selected>' in html
    assert '<link rel="canonical" href="http://testserver/map/?tag=t3">' in html
    factories.article("Secret", tags=["secret"], status=Status.DRAFT)
    for tag in ("unknown", "secret", "x%00y"):
        assert client.get(f"/map/?tag={tag}").status_code == 404
    assert Tag.objects.filter(slug="secret").exists()


def test_the_map_says_how_many_are_left_out(client, monkeypatch):
    monkeypatch.setattr("articles.queries.link_map.MAX_ARTICLES", 10)
    furnish(12)
    html = client.get("/map/").content.decode()
    assert len(titles_of(html)) == 10 and "Centre" in titles_of(html)
    assert "The 10 most linked articles." in " ".join(html.split())
    assert "16 others are not shown." in " ".join(html.split())
    monkeypatch.setattr("articles.queries.link_map.MAX_ARTICLES", 1)
    html = client.get("/map/?tag=t3").content.decode()
    assert "1 other is not shown." in " ".join(html.split())


def test_the_map_shows_what_is_wanted_most_and_counts_no_link_to_itself(client, monkeypatch):
    monkeypatch.setattr("articles.queries.link_map.MAX_WANTED", 1)
    factories.article("Often", status=Status.DRAFT)
    factories.article("One", body="[[One]] [[Often]] [[A rare one]]")
    factories.article("Two", body="[[One]] [[Often]]")
    html = client.get("/map/").content.decode()
    assert re.findall(r"<title>(.+) \(no article yet\)", html) == ["Often"]
    assert re.findall(r">(One|Two)</a> <small>(\d+)</small>", html) == [("One", "1"), ("Two", "0")]


@pytest.mark.parametrize("count", [2, 40])
def test_the_map_is_computed_once_a_version(client, django_assert_num_queries, count):
    furnish(count)
    first = client.get("/map/").content
    with django_assert_num_queries(2):
        assert client.get("/map/").content == first
    editing.publish([factories.article("New", status=Status.DRAFT)], None)
    assert "New" in titles_of(client.get("/map/").content.decode())


def test_an_empty_encyclopedia_has_an_empty_map(client):
    assert "There are no articles yet." in client.get("/map/").content.decode()
