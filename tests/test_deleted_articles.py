"""What readers get at the URLs of deleted articles: 410 for the names that they knew."""

import pytest

from articles import editing
from articles.models import Status, TrashedArticle
from tests import factories
from tests.test_redirects import Browser

pytestmark = pytest.mark.django_db

URLS = [
    "/articles/{}/",
    "/articles/{}",
    "/articles/{}.md",
    "/articles/{}/links/",
    "/articles/{}/graph/",
    "/articles/{}/preview/",
    "/api/v1/articles/{}",
    "/api/v1/articles/{}/links",
    "/api/v1/articles/{}/backlinks",
    "/api/v1/articles/{}/graph",
]


@pytest.fixture
def concord():
    """An article that was called Peace before."""
    article = factories.article("Peace", aliases=["Calm"])
    factories.rename(article, title="Concord", slug="concord")
    return article


@pytest.mark.parametrize("url", URLS)
def test_all_names_of_a_deleted_article_are_gone(client, concord, url):
    editing.delete([concord])
    for name in ("concord", "Concord", "peace", "Calm"):
        for method in (client.get, client.head):
            assert method(url.format(name)).status_code == 410, name
    editing.restore_from_trash(TrashedArticle.objects.all())
    assert Browser(client).visit(url.format("peace"))[1] == 200


@pytest.mark.parametrize("url", URLS)
def test_names_that_readers_never_knew_are_not_gone(client, url):
    draft = factories.article("Draft", status=Status.DRAFT)
    renamed = factories.article("Secret", status=Status.DRAFT)
    factories.rename(renamed, title="Public", slug="public")
    editing.publish([renamed], None)
    editing.delete([draft, renamed])
    statuses = {name: client.get(url.format(name)).status_code for name in ("draft", "secret")}
    assert statuses == {"draft": 404, "secret": 404}
    assert client.get(url.format("public")).status_code == 410


def test_an_article_that_was_public_once_is_gone(client, concord):
    editing.unpublish([concord], None)
    assert client.get("/articles/concord/").status_code == 404
    editing.delete([concord])
    assert client.get("/articles/concord/").status_code == 410


def test_a_public_article_that_takes_the_name_is_shown_and_a_hidden_one_changes_nothing(
    client, concord
):
    editing.delete([concord])
    gone = client.get("/articles/concord/")
    new = factories.article("Concord", status=Status.DRAFT)
    response = client.get("/articles/concord/")
    assert (response.status_code, response.content) == (410, gone.content)
    editing.publish([new], None)
    assert client.get("/articles/concord/").status_code == 200
    assert client.get("/articles/peace/").status_code == 410


def test_the_page_names_what_is_near(client, concord):
    factories.article("Concorde")
    factories.article("War", body="Not [[Calm]].")
    factories.article("Draft", body="[[Calm]]", status=Status.DRAFT)
    editing.delete([concord])
    page = client.get("/articles/concord/").text
    assert "/articles/concorde/" in page and "/articles/war/" in page
    assert "Draft" not in page and 'content="noindex"' in page


def test_a_deleted_article_is_cached_like_a_missing_one(client, concord):
    missing = {url: client.get(url.format("concord-2")) for url in URLS}
    editing.delete([concord])
    for url, expected in missing.items():
        response = client.get(url.format("concord"))
        varying = {"ETag": "", "Content-Length": ""}
        assert {**response.headers, **varying} == {**expected.headers, **varying}, url
        assert ("ETag" in response) == ("ETag" in expected)


def test_an_emptied_trash_is_forgotten(client, concord):
    editing.delete([concord])
    editing.empty_trash(TrashedArticle.objects.all())
    assert client.get("/articles/concord/").status_code == 404


def test_editors_can_create_a_deleted_article_again(admin_client, concord):
    editing.delete([concord])
    assert "/add/?title=concord" in admin_client.get("/articles/concord/").text
