"""What search engines are told."""

import re
from datetime import datetime, timedelta
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
import time_machine
from django.utils import timezone

from articles import editing, sitemaps
from articles.models import Article, Status
from tests import factories

pytestmark = pytest.mark.django_db

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ORIGIN = "http://testserver"


def read(client, path="/sitemap.xml"):
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def addresses(root):
    return [element.text.removeprefix(ORIGIN) for element in root.iter(f"{MAP}loc")]


def test_every_page_is_named_with_its_last_change(client):
    with time_machine.travel(timezone.now() - timedelta(days=3)):
        article = factories.article("سلام & Peace", tags=["calm"])
    article.body = "More."
    editing.save(article)
    root = read(client)
    assert root.tag == f"{MAP}urlset"
    page = f"/articles/{quote(article.slug)}/"
    assert addresses(root) == ["/", "/articles/", "/tags/", "/tags/calm/", page]
    changed = root.find(f"{MAP}url[last()]/{MAP}lastmod").text
    assert datetime.fromisoformat(changed) == article.updated.replace(microsecond=0)
    for address in addresses(root):
        assert client.get(address).status_code == 200


def test_a_file_holds_ten_thousand_addresses_and_is_sent_once(client):
    assert sitemaps.LIMIT == 10_000
    factories.article()
    for path in ("/sitemap.xml", "/sitemaps/articles-1.xml", "/sitemaps/pages-1.xml"):
        known = {"If-None-Match": client.get(path)["ETag"]}
        assert client.get(path, headers=known).status_code == 304


def test_nothing_is_named_that_readers_may_not_see(client):
    now = timezone.now()
    hidden = [{"status": status} for status in (Status.DRAFT, Status.REVIEW, Status.ARCHIVED)]
    hidden += [{"publish_at": now + timedelta(1)}, {"expire_at": now - timedelta(1)}]
    for number, fields in enumerate(hidden):
        factories.article(f"Secret {number}", tags=["secretive"], **fields)
    assert addresses(read(client)) == ["/", "/articles/", "/tags/"]
    assert client.get("/sitemaps/articles-1.xml").status_code == 404


@pytest.fixture
def many(monkeypatch):
    monkeypatch.setattr(sitemaps, "LIMIT", 4)
    return [factories.article(tags=[f"tag {number}"]) for number in range(10)]


def test_beyond_the_limit_there_is_an_index_of_files_that_name_each_page_once(client, many):
    editing.delete(many[3:5])
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        factories.rename(many[-1], title="Changed last")
    root = read(client)
    assert root.tag == f"{MAP}sitemapindex"
    last = max(file.findtext(f"{MAP}lastmod", "") for file in root)
    assert datetime.fromisoformat(last) == many[-1].updated.replace(microsecond=0)
    named = []
    for file in addresses(root):
        found = addresses(read(client, file))
        assert 0 < len(found) <= 4
        named += found
    articles = [article.get_absolute_url() for article in Article.objects.all()]
    tags = [f"/tags/tag-{number}/" for number in range(10) if number not in (3, 4)]
    assert sorted(named) == sorted(["/", "/articles/", "/tags/", *tags, *articles])


def test_a_file_that_the_index_does_not_name_is_not_there(client, many):
    for name in ("articles-0", "articles-99", "pages-0", "pages-9", "others-1", f"pages-{10**30}"):
        assert client.get(f"/sitemaps/{name}.xml").status_code == 404


@pytest.mark.parametrize(("count", "queries"), [(1, 10), (40, 10), (60, 7)])
def test_it_costs_the_same_at_any_length(
    client, monkeypatch, django_assert_num_queries, count, queries
):
    monkeypatch.setattr(sitemaps, "LIMIT", 50)
    for _number in range(count):
        factories.article(tags=["all"])
    with django_assert_num_queries(queries):
        client.get("/sitemap.xml")


def test_translations_are_named_where_there_are_any(client, monkeypatch):
    article = factories.article("Peace")
    others = {article.pk: [("en", "/articles/peace/"), ("ar", "/articles/%D8%B3/")]}
    monkeypatch.setattr(sitemaps, "alternates", lambda articles: others)
    link = "{http://www.w3.org/1999/xhtml}link"
    assert [found.attrib for found in read(client).iter(link)] == [
        {"rel": "alternate", "hreflang": "en", "href": f"{ORIGIN}/articles/peace/"},
        {"rel": "alternate", "hreflang": "ar", "href": f"{ORIGIN}/articles/%D8%B3/"},
    ]


def test_robots_are_told_where_the_sitemap_is_and_what_to_leave(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert f"Sitemap: {ORIGIN}/sitemap.xml" in lines
    refused = [line for line in lines if line.startswith("Disallow")]
    assert lines[0] == "User-agent: *" and lines[1:4] == refused
    assert refused == ["Disallow: /admin/", "Disallow: /api/", "Disallow: /search/?"]


def test_the_same_in_other_languages_is_named(client):
    factories.article("Peace", language="en")
    factories.article("سلام", slug="سلام", language="ar", translation_of="peace")
    factories.article("Alone", language="en")
    text = client.get("/sitemap.xml").content.decode()
    alternates = re.findall(r'hreflang="(\w+)" href="http://testserver([^"]+)"', text)
    address = "/articles/%D8%B3%D9%84%D8%A7%D9%85/"
    assert sorted(alternates) == [("ar", address)] * 2 + [("en", "/articles/peace/")] * 2
