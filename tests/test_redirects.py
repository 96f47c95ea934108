"""Redirects: what readers learn from them, and how long clients may keep them."""

import pytest
from django.contrib.contenttypes.models import ContentType

from articles import editing
from articles.models import Status, Tag
from tests import factories

pytestmark = pytest.mark.django_db

# A URL of every kind of redirect. The article was called Peace, its tag has a synonym.
REDIRECTS = [
    "/articles/peace/",
    "/articles/PEACE/",
    "/articles/peace",
    "/articles/Concord/",
    "/articles/peace/links/",
    "/articles/peace/graph/",
    "/articles/peace/graph/?size=small",
    "/articles/peace/preview/",
    "/articles/peace.md",
    "/articles/?q=peace",
    "/articles",
    "/tags/quiet/",
    "/tags/CALM/",
    "/tags/calm",
    "/tags/quiet/feed/",
    "/tags/quiet/feed",
    "/feed",
    "/feed/en",
    "/search?q=peace",
    "/map",
    "/random/",
    "/favicon.ico",
    "/api/v1/",
    "/api/v1/articles/peace",
    "/api/v1/articles/Peace/links",
    "/api/v1/articles/peace/backlinks",
    "/api/v1/articles/peace/graph",
    "/api/v1/tags/quiet",
    "/admin",
    "/admin/",
    "/admin/articles/miss/",
    "/admin/articles/article",
]


@pytest.fixture
def concord():
    article = factories.article("Peace", tags=["calm"])
    editing.save_tag(Tag.objects.get(), ["quiet"])
    factories.rename(article, title="Concord", slug="concord")
    return article


class Browser:
    """A client that keeps permanent redirects unless their headers forbid it (RFC 9111)."""

    def __init__(self, client):
        self.client = client
        self.kept = {}

    def visit(self, url):
        for _redirect in range(5):
            location = self.kept.get(url)
            if not location:
                response = self.client.get(url)
                if "Location" not in response:
                    return url, response.status_code
                location = response["Location"]
                if response.status_code in (301, 308) and not limits(response):
                    self.kept[url] = location
            url = location
        return url, "a loop"


def limits(response):
    directives = {item.strip() for item in response.get("Cache-Control", "").split(",")}
    return bool(directives & {"no-cache", "no-store", "max-age=0"})


@pytest.mark.parametrize("url", REDIRECTS)
@pytest.mark.parametrize("session", [False, True])
def test_every_redirect_says_how_long_it_may_be_kept(client, admin_client, concord, url, session):
    response = (admin_client if session else client).get(url)
    if session and url == "/admin/":
        assert response.status_code == 200
        return
    assert response.status_code in (301, 302), url
    assert limits(response) or "max-age=86400" in response["Cache-Control"]


def test_the_redirect_to_the_page_of_the_language_form_is_not_kept(client):
    headers = {"Sec-Fetch-Site": "same-origin", "Referer": "http://testserver/map/"}
    response = client.post("/language/", {"language": "ar"}, headers=headers)
    assert response.status_code == 303 and limits(response)


def test_the_redirect_to_https_is_not_kept(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    response = client.get("/map/")
    assert response.status_code == 301 and limits(response)


@pytest.mark.parametrize(
    "url",
    [
        "/articles/{}/",
        "/articles/{}/links/",
        "/articles/{}/graph/",
        "/articles/{}/preview/",
        "/articles/{}.md",
        "/api/v1/articles/{}",
    ],
)
def test_renaming_there_and_back_makes_no_loop(client, url):
    article = factories.article("Alpha")
    browser = Browser(client)
    assert browser.visit(url.format("alpha")) == (url.format("alpha"), 200)
    factories.rename(article, title="Beta", slug="beta")
    assert browser.visit(url.format("alpha")) == (url.format("beta"), 200)
    factories.rename(article, title="Alpha", slug="alpha")
    for name in ("alpha", "beta"):
        assert browser.visit(url.format(name)) == (url.format("alpha"), 200)


def test_renaming_a_tag_there_and_back_makes_no_loop(client):
    factories.article("Peace", tags=["alpha"])
    tag = Tag.objects.get()
    browser = Browser(client)
    for slug in ("beta", "alpha"):
        tag.name = tag.slug = slug
        editing.save_tag(tag)
        for name in ("alpha", "beta"):
            for url in ("/tags/{}/", "/tags/{}/feed/", "/api/v1/tags/{}"):
                assert browser.visit(url.format(name)) == (url.format(slug), 200)


@pytest.mark.parametrize("url", ["/articles/peace/", "/api/v1/articles/peace"])
def test_a_redirect_is_the_same_if_a_hidden_article_has_the_name_too(client, url):
    factories.article("السلام", language="ar", aliases=["Peace"])
    without = client.get(url)
    factories.article("Peace", status=Status.DRAFT)
    response = client.get(url)
    assert (response.status_code, response.headers) == (without.status_code, without.headers)


def test_the_admin_redirects_to_no_object_by_its_primary_key(client, admin_client, concord):
    type_ = ContentType.objects.get_for_model(concord)
    for reader in (client, admin_client):
        response = reader.get(f"/admin/r/{type_.pk}/{concord.pk}/")
        assert response.status_code == 404
        assert "concord" not in response.text
