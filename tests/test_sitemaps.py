"""Sitemaps and robots.txt."""

from datetime import datetime, timedelta
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
import time_machine
from django.utils import timezone

from articles import editing, sitemaps
from articles.models import Article, Status
from articles.queries import counts
from tests import factories

pytestmark = pytest.mark.django_db

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
ORIGIN = "http://testserver"


def read(client, path="/sitemap.xml"):
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def urls(root):
    return [element.text.removeprefix(ORIGIN) for element in root.iter(f"{MAP}loc")]


def test_a_sitemap_has_every_page_with_its_last_change(client):
    with time_machine.travel(timezone.now() - timedelta(days=3)):
        article = factories.article("سلام & Peace", tags=["calm"])
    article.body = "More."
    editing.save(article)
    root = read(client)
    assert root.tag == f"{MAP}urlset"
    page = f"/articles/{quote(article.slug)}/"
    assert urls(root) == ["/", "/articles/", "/tags/", "/tags/calm/", page]
    lastmod = root.find(f"{MAP}url[last()]/{MAP}lastmod").text
    assert datetime.fromisoformat(lastmod) == article.updated.replace(microsecond=0)
    for url in urls(root):
        assert client.get(url).status_code == 200


def test_a_file_has_at_most_a_thousand_urls_and_an_etag(client):
    assert sitemaps.URLS_PER_FILE == 1_000
    # Primary keys go on where other tests have ended.
    number = (factories.article().pk - 1) // 1_000 + 1
    for path in ("/sitemap.xml", f"/sitemaps/articles-{number}.xml", "/sitemaps/pages-1.xml"):
        headers = {"If-None-Match": client.get(path)["ETag"]}
        assert client.get(path, headers=headers).status_code == 304


def test_hidden_articles_and_their_tags_are_left_out(client):
    now = timezone.now()
    hidden = [{"status": status} for status in (Status.DRAFT, Status.REVIEW, Status.ARCHIVED)]
    hidden += [{"publish_at": now + timedelta(1)}, {"expire_at": now - timedelta(1)}]
    for number, fields in enumerate(hidden):
        factories.article(f"Secret {number}", tags=["secretive"], **fields)
    assert urls(read(client)) == ["/", "/articles/", "/tags/"]
    assert client.get("/sitemaps/articles-1.xml").status_code == 404


@pytest.fixture
def many_articles(monkeypatch):
    monkeypatch.setattr(sitemaps, "URLS_PER_FILE", 4)
    monkeypatch.setattr(counts, "BLOCK", 2)
    return [factories.article(tags=[f"tag {number}"]) for number in range(10)]


def test_a_large_site_has_an_index_of_files_with_every_page_once(client, many_articles):
    editing.delete(many_articles[3:5])
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        factories.rename(many_articles[-1], title="Changed last")
    root = read(client)
    assert root.tag == f"{MAP}sitemapindex"
    last_change = max(file.findtext(f"{MAP}lastmod", "") for file in root)
    assert datetime.fromisoformat(last_change) == many_articles[-1].updated.replace(microsecond=0)
    listed = []
    for file in urls(root):
        urls_in_file = urls(read(client, file))
        assert 0 < len(urls_in_file) <= 4
        listed += urls_in_file
    articles = [article.get_absolute_url() for article in Article.objects.all()]
    tags = [f"/tags/tag-{number}/" for number in range(10) if number not in (3, 4)]
    assert sorted(listed) == sorted(["/", "/articles/", "/tags/", *tags, *articles])


def test_a_file_that_the_index_does_not_list_is_not_found(client, many_articles):
    for name in (
        "articles-0",
        "articles-99",
        "pages-0",
        "pages-2",
        "tags-9",
        "others-1",
        f"pages-{10**30}",
    ):
        assert client.get(f"/sitemaps/{name}.xml").status_code == 404


@pytest.mark.parametrize(("count", "queries"), [(1, 12), (40, 12), (60, 10)])
def test_the_number_of_queries_is_constant(
    client, monkeypatch, django_assert_num_queries, count, queries
):
    monkeypatch.setattr(sitemaps, "URLS_PER_FILE", 50)
    monkeypatch.setattr(counts, "BLOCK", 10)
    for _number in range(count):
        factories.article(tags=["all"])
    with django_assert_num_queries(queries):
        client.get("/sitemap.xml")


def test_robots_txt_has_the_sitemap_and_the_disallowed_paths(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert f"Sitemap: {ORIGIN}/sitemap.xml" in lines
    disallowed = [line for line in lines if line.startswith("Disallow")]
    assert lines[0] == "User-agent: *" and lines[1:4] == disallowed
    assert disallowed == ["Disallow: /admin/", "Disallow: /api/", "Disallow: /search/?"]


def test_articles_with_translations_have_alternates(client):
    factories.article("Peace", language="en")
    factories.article("سلام", slug="سلام", language="ar", translation_of="peace")
    factories.article("Alone", language="en")
    alternates = {
        url.findtext(f"{MAP}loc"): [link.attrib for link in url.iter(LINK)]
        for url in read(client).iter(f"{MAP}url")
    }
    english, arabic = f"{ORIGIN}/articles/peace/", f"{ORIGIN}/articles/{quote('سلام')}/"
    versions = [
        {"rel": "alternate", "hreflang": "en", "href": english},
        {"rel": "alternate", "hreflang": "ar", "href": arabic},
    ]
    assert alternates.pop(english) == versions
    assert alternates.pop(arabic) == versions[::-1]
    assert not any(alternates.values())
