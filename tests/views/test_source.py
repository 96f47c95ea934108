"""An article as a Markdown document with front matter."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from articles import editing
from articles.models import Article, Status
from articles.serializers import documents
from articles.text import frontmatter
from tests import factories

pytestmark = pytest.mark.django_db

BODY = "See [[War|the other]].\n\n| a | b |\n|---|---|\n\ttab & <b>ß سلام\n"


def test_the_source_is_a_document_that_loads_again(client):
    fields = {"summary": "No war.", "aliases": ["Calm"], "author": "Layla", "language": "ar"}
    article = factories.article("Peace: a start", body=BODY, tags=["b c", "a"], **fields)
    response = client.get("/articles/peace-a-start.md")
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert response["Link"] == '<http://testserver/articles/peace-a-start/>; rel="canonical"'
    text = response.content.decode()
    assert text.endswith(Article.objects.get().body)
    parsed = documents.parse(documents.DocumentText("peace.md", 1, text))
    assert parsed.tags == ["a", "b c"]
    assert parsed.article.authored() == {**article.authored(), "body": parsed.article.body}
    assert parsed.article.created == article.created


def test_the_front_matter_has_only_public_fields(client):
    now = timezone.now()
    article = factories.article(
        "Secret name",
        slug="secret",
        featured=True,
        publish_at=now - timedelta(days=1),
        expire_at=now + timedelta(days=1),
        created=now - timedelta(days=9),
    )
    factories.rename(article, title="Peace", slug="peace")
    text = client.get("/articles/peace.md").content.decode()
    fields = frontmatter.split(text).fields
    assert set(fields) == {"slug", "title", "language", "status", "created", "updated"}
    assert fields["created"] == (now - timedelta(days=1)).isoformat()
    assert "ecret" not in text


@pytest.mark.parametrize("status", [Status.DRAFT, Status.REVIEW, Status.ARCHIVED])
def test_hidden_articles_have_no_source(client, status):
    factories.article("Peace", status=status)
    assert client.get("/articles/peace.md").status_code == 404


def test_every_name_redirects_to_the_source(client):
    article = factories.article("TCP/IP", slug="tcp", aliases=["README.md", "مُحَمَّد"])
    factories.rename(article, slug="tcp-ip")
    for name in ("tcp", "TCP/IP", "محمد", "Tcp_Ip"):
        response = client.get(f"/articles/{quote(name)}.md")
        assert (response.status_code, response["Location"]) == (301, "/articles/tcp-ip.md")
    assert client.get("/articles/README.md")["Location"] == "/articles/tcp-ip/"
    assert client.get("/articles/nothing.md").status_code == 404
    assert client.get("/articles/%00.md").status_code == 404


def test_the_source_is_not_sent_again_until_content_changes(client, django_assert_num_queries):
    article = factories.article("Peace", body="Old.")
    with django_assert_num_queries(3):
        etag = client.get("/articles/peace.md")["ETag"]
    with django_assert_num_queries(1):
        again = client.get("/articles/peace.md", headers={"If-None-Match": etag})
    assert again.status_code == 304
    article.body = "New."
    editing.save(article, [])
    assert b"New." in client.get("/articles/peace.md", headers={"If-None-Match": etag}).content


def test_the_page_links_to_its_source(client):
    factories.article("Peace")
    html = client.get("/articles/peace/").content.decode()
    href = "http://testserver/articles/peace.md"
    assert f'<link rel="alternate" type="text/markdown" href="{href}">' in html
