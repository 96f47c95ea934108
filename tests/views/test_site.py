"""The home page, a random article, error pages, and what servers and browsers request."""

from urllib.parse import quote

import html5lib
import pytest
from django.db import OperationalError, connection
from django.test import RequestFactory

from articles import VERSION, editing, views
from articles.models import Tag
from tests import factories


@pytest.mark.django_db
def test_home_shows_featured_and_recent_articles_and_tags(client):
    factories.article("Beginning", featured=True, summary="Where it starts.", tags=["first"])
    factories.article("News")
    html = client.get("/").content.decode()
    for part in (
        "Featured articles",
        "Where it starts.",
        "Recently updated",
        "News",
        "/tags/first/",
    ):
        assert part in html


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/articles/", "/tags/", "/map/"])
def test_the_navigation_marks_the_current_page(client, path):
    html = client.get(path).content.decode()
    assert f'<a href="{path}" aria-current="page">' in html.partition("<main")[0]
    assert html.partition("<main")[0].count("aria-current") == 1


@pytest.mark.django_db
def test_the_footer_links_to_feeds_and_source_and_shows_the_version(client):
    factories.article("Peace")
    foot = client.get("/articles/peace/").content.decode().partition("<footer")[2]
    for part in ('href="/feed/"', 'href="/articles/peace.md"', VERSION, "BSD 3-Clause"):
        assert part in foot


@pytest.mark.django_db
def test_an_empty_site_says_so(client):
    for path, words in (
        ("/", "There are no articles yet."),
        ("/articles/", "There are no articles yet."),
        ("/tags/", "There are no tags yet."),
    ):
        response = client.get(path)
        assert response.status_code == 200
        assert words in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("count", [3, 60])
def test_home_is_read_once_per_content_version(client, django_assert_num_queries, count):
    for number in range(count):
        factories.article(tags=[f"tag {number}"], featured=True)
    client.get("/")
    with django_assert_num_queries(1):
        client.get("/")
    factories.article("Newest")
    assert "Newest" in client.get("/").content.decode()


def away(*_arguments: object) -> None:
    raise OperationalError("away")


def test_favicon_redirects_to_the_icon(client):
    response = client.get("/favicon.ico")
    assert response["Location"] == "/static/articles/favicon.svg"


@pytest.mark.django_db
def test_an_unknown_url_has_a_404_page(client):
    response = client.get("/nothing/<i>here/")
    html = response.content.decode()
    assert response.status_code == 404
    assert "“<bdi>/nothing/&lt;i&gt;here/</bdi>”" in html and "/articles/" in html


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["articles", "tags", "feed", "unknown"])
def test_a_page_that_does_not_exist_is_answered_in_time(client, elapsed, prefix):
    marks = quote("\u0301" * 40_000 + "\u0316" * 40_000)
    with elapsed(2):
        response = client.get(f"/{prefix}/a{marks}/")
    assert response.status_code == 404


def test_the_500_page_needs_no_database_and_no_context():
    response = views.server_error(RequestFactory().get("/", HTTP_HOST="not a host"))
    assert response.status_code == 500
    assert b"Something went wrong" in response.content


@pytest.mark.django_db
def test_a_database_that_is_away_is_answered_with_the_503_page(client):
    client.raise_request_exception = False
    with connection.execute_wrapper(away):
        response = client.get("/")
    assert response.status_code == 503
    assert b"Temporarily unavailable" in response.content


@pytest.mark.django_db
def test_content_is_escaped(client):
    evil = '<plugin>evil</plugin>" onfocus="evil" \'x'
    fields = {"summary": evil, "author": evil, "featured": True, "tags": [evil, "shared"]}
    factories.article(f"One {evil}", slug="one", body=f"{evil} [[Two {evil}]]", **fields)
    factories.article(f"Two {evil}", slug="two", body=f"[[one|{evil}]] [[None {evil}]]", **fields)
    tag = Tag.objects.get(name=evil)
    tag.description = evil
    editing.save_tag(tag, [f"synonym {evil}"])
    for path in (
        "/",
        "/articles/",
        "/search/?q=on",
        f"/search/?q={evil}",
        "/articles/one/",
        "/articles/two/",
        "/articles/two/links/",
        f"/articles/{evil}/",
        "/tags/",
        tag.get_absolute_url(),
    ):
        html = client.get(path).content.decode()
        assert "evil" in html
        elements = list(html5lib.parse(html, namespaceHTMLElements=False).iter())
        assert not [e for e in elements if e.tag == "plugin" or "onfocus" in e.attrib], path


@pytest.mark.parametrize("name", ["x" * 300, "%00", "..%2f..%2fmanage.py", "no.png", ""])
def test_a_path_that_cannot_be_a_file_is_not_found(client, name):
    assert client.get(f"/media/{name}").status_code == 404


@pytest.mark.django_db
def test_random_redirects_to_any_public_article_and_to_no_other(client):
    factories.hidden_articles()
    for number in range(4):
        factories.article(f"Public {number}")
    locations = {client.get("/random/")["Location"] for _ in range(80)}
    assert locations == {f"/articles/public-{number}/" for number in range(4)}


@pytest.mark.django_db
def test_random_is_not_cached_and_takes_at_most_five_queries(
    client, django_assert_max_num_queries
):
    assert client.get("/random/")["Location"] == "/articles/"
    factories.hidden_articles()
    assert client.get("/random/")["Location"] == "/articles/"
    factories.article("A")
    with django_assert_max_num_queries(5):
        response = client.get("/random/")
    assert response.status_code == 302
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "is_displayed"),
    [
        ("a.png", True),
        ("a.jpg", True),
        ("a.webp", True),
        ("a.gif", True),
        ("a.mp4", True),
        ("a.mp3", True),
        ("a.svg", False),
        ("a.SVG", False),
        ("a.svgz", False),
        ("a.html", False),
        ("a.htm", False),
        ("a.xhtml", False),
        ("a.xml", False),
        ("a.xsl", False),
        ("a.shtml", False),
        ("a.mht", False),
        ("a.js", False),
        ("a.pdf", False),
        ("a.txt", False),
        ("a", False),
        ("a.png.html", False),
    ],
)
def test_no_script_of_an_uploaded_file_runs_on_our_origin(
    client, settings, tmp_path, name, is_displayed
):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / name).write_text("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    response = client.get(f"/media/{name}")
    assert b"".join(response.streaming_content) and response.status_code == 200
    assert response.get("Content-Disposition") == (
        f'inline; filename="{name}"' if is_displayed else "attachment"
    )
    assert response["Content-Security-Policy"].endswith("sandbox")
    assert response["X-Content-Type-Options"] == "nosniff"
