"""Atom feeds: content, ids, order, and conditional requests."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
import time_machine
from django.core import serializers
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles import editing, feeds
from articles.feeds import EPOCH, ArticleAtomFeed, valid_xml
from articles.models import Article, Status, Tag
from tests import factories

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def read(client, path="/feed/", **options):
    response = client.get(path, **options)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def titles(client, path="/feed/"):
    return [element.text for element in read(client, path).findall(f"{ATOM}entry/{ATOM}title")]


def ids(client, path="/feed/"):
    entries = read(client, path).findall(f"{ATOM}entry")
    return {entry.find(f"{ATOM}title").text: entry.find(f"{ATOM}id").text for entry in entries}


def links(element):
    return {
        (link.get("rel"), link.get("type")): link.get("href")
        for link in element.findall(f"{ATOM}link")
    }


def test_a_feed_has_the_elements_that_rfc_4287_requires(client):
    factories.article("Peace", tags=["calm"], author="Layla", summary="No war.", language="ar")
    root = read(client)
    assert root.tag == f"{ATOM}feed" and root.get(LANG) == "en"
    for name in ("id", "title", "updated", "author"):
        assert len(root.findall(f"{ATOM}{name}")) == 1
    assert links(root) == {
        ("self", "application/atom+xml"): "http://testserver/feed/",
        ("alternate", "text/html"): "http://testserver/",
    }
    entry = root.find(f"{ATOM}entry")
    assert entry.get(LANG) == "ar"
    for name in ("id", "title", "updated", "published", "content"):
        assert len(entry.findall(f"{ATOM}{name}")) == 1
    assert entry.find(f"{ATOM}author/{ATOM}name").text == "Layla"
    assert entry.find(f"{ATOM}category").attrib == {"term": "calm", "label": "calm"}
    assert links(entry) == {
        ("alternate", "text/html"): "http://testserver/articles/peace/",
        ("alternate", "text/markdown"): "http://testserver/articles/peace.md",
    }
    for moment in (root.find(f"{ATOM}updated"), entry.find(f"{ATOM}updated")):
        assert datetime.fromisoformat(moment.text).tzinfo


def test_an_entry_has_the_full_text_with_absolute_urls(client):
    factories.article("Target", slug="aim")
    body = (
        "A [[target|link]], a [[missing]] one & ![map](/media/map.png)\n\n[down](#end)\n\n## End"
    )
    factories.article("Text", body=body, language="ar")
    content = read(client).find(f"{ATOM}entry/{ATOM}content")
    assert content.get("type") == "html"
    for part in (
        '<div lang="ar" dir="rtl">',
        '<a href="http://testserver/articles/aim/">link</a>',
        '<span class="wanted">missing<span class="visually-hidden" lang="en"> '
        "(no article yet)</span>",
        '<img src="http://testserver/media/map.png" alt="map"',
        '<a href="http://testserver/articles/text/#end">down</a>',
        '<h2 id="end" dir="ltr">End</h2>',
    ):
        assert part in content.text


def test_an_entry_has_the_summary_the_last_change_and_an_untruncated_text(client):
    article = factories.article("Long", summary="No war.", body="Word " * 2000 + "end")
    article.summary = "No wars."
    editing.save(article)
    entry = read(client).find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}summary").text == "No wars."
    assert datetime.fromisoformat(entry.find(f"{ATOM}updated").text) == article.updated
    assert entry.find(f"{ATOM}content").text.count("Word") == 2000


def test_a_feed_has_one_id_on_every_host_and_links_to_itself(client, settings):
    settings.ALLOWED_HOSTS = ["example.org", "testserver"]
    factories.article("Peace", tags=["calm"])
    paths = ("/feed/", "/feed/en/", "/tags/calm/feed/")
    roots = [read(client, path) for path in paths]
    ids_of_feeds = [root.find(f"{ATOM}id").text for root in roots]
    assert len(set(ids_of_feeds)) == len(paths)
    for path, root, feed_id in zip(paths, roots, ids_of_feeds, strict=True):
        assert links(root)["self", "application/atom+xml"] == f"http://testserver{path}"
        on_another_host = read(client, path, headers={"host": "example.org"})
        assert on_another_host.find(f"{ATOM}id").text == feed_id


def test_links_resolve_in_the_language_of_their_article(client):
    for language in ("fr", "en"):
        factories.article("Islam", slug=f"islam-{language}", language=language)
        factories.article(language, body="[[Islam]]", language=language)
    contents = [content.text for content in read(client).iter(f"{ATOM}content")]
    assert sum('lang="fr"' in text and "/islam-fr/" in text for text in contents) == 1
    assert sum('lang="en"' in text and "/islam-en/" in text for text in contents) == 1


def test_an_id_survives_renaming_and_does_not_depend_on_the_host(client, settings):
    settings.ALLOWED_HOSTS = ["example.org", "testserver"]
    article = factories.article("First title", slug="first")
    original_ids = set(ids(client).values())
    factories.rename(article, title="Second title", slug="second")
    factories.rename(article, slug="third")
    assert set(ids(client).values()) == original_ids
    factories.rename(article, slug="first")
    assert set(ids(client).values()) == original_ids
    assert {*ids(client).values()} == {
        entry.find(f"{ATOM}id").text
        for entry in read(client, headers={"host": "example.org"}).findall(f"{ATOM}entry")
    }
    assert "first" not in "".join(original_ids)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("format_name", ["md", "json"])
def test_an_id_survives_loading_into_another_database(client, tmp_path, format_name):
    article = factories.article("First title", slug="first")
    original_ids = set(ids(client).values())
    factories.rename(article, title="Second title", slug="second")
    file = tmp_path / f"all.{format_name}"
    if format_name == "md":
        file.write_text(serializers.serialize("md", Article.objects.all()))
    else:
        names = {"natural_primary": True, "natural_foreign": True}
        call_command("dumpdata", "articles", output=str(file), **names)
    editing.delete(Article.objects.all())
    call_command("loaddata", str(file), verbosity=0)
    assert set(ids(client).values()) == original_ids


def test_two_articles_never_share_an_id(client):
    first = factories.article("One", slug="shared", language="en")
    factories.rename(first, slug="other")
    second = factories.article("Two", slug="shared", language="fr")
    second.language = "de"
    factories.rename(second, slug="another")
    factories.article("Three", slug="shared", language="fr")
    assert len(set(ids(client).values())) == 3


def test_a_feed_has_the_last_changed_articles_up_to_its_limit(client):
    for number in range(feeds.ENTRIES + 5):
        factories.article(f"Article {number}")
    assert titles(client) == [f"Article {number}" for number in range(24, 4, -1)]


def test_a_scheduled_article_comes_first_once_it_is_public(client):
    now = timezone.now()
    factories.article("Scheduled", publish_at=now + timedelta(hours=1))
    for number in range(feeds.ENTRIES):
        factories.article(f"Article {number}")
    assert "Scheduled" not in titles(client)
    with time_machine.travel(now + timedelta(hours=2)):
        assert titles(client)[0] == "Scheduled"
        updated = read(client).find(f"{ATOM}updated").text
        assert datetime.fromisoformat(updated) == now + timedelta(hours=1)


def create_hidden_articles():
    now = timezone.now()
    shared = {"tags": ["shared", "secretive"], "language": "fr"}
    factories.article("Secret draft", status=Status.DRAFT, **shared)
    factories.article("Secret review", status=Status.REVIEW, **shared)
    factories.article("Secret archived", status=Status.ARCHIVED, **shared)
    factories.article("Secret tomorrow", publish_at=now + timedelta(days=1), **shared)
    factories.article("Secret yesterday", expire_at=now - timedelta(days=1), **shared)


def test_feeds_have_public_articles_only(client):
    create_hidden_articles()
    factories.article("Public", tags=["shared"], body="[[Secret draft|words]]")
    for path in ("/feed/", "/feed/en/", "/tags/shared/feed/"):
        assert b"ecret" not in client.get(path).content
        assert titles(client, path) == ["Public"]
    for path in ("/feed/fr/", "/tags/secretive/feed/", "/tags/nothing/feed/", "/feed/x%00/"):
        assert client.get(path).status_code == 404


def test_feeds_of_a_tag_and_of_a_language(client):
    factories.article("Arabic", language="ar", tags=["shared"])
    factories.article("English", tags=["shared", "more"])
    assert titles(client, "/tags/shared/feed/") == ["English", "Arabic"]
    assert titles(client, "/tags/more/feed/") == ["English"]
    assert titles(client, "/feed/ar/") == ["Arabic"]
    assert read(client, "/feed/ar/").get(LANG) == "ar"
    names = {read(client, path).find(f"{ATOM}id").text for path in ("/feed/", "/feed/ar/")}
    assert len(names) == 2


def test_the_feed_of_a_large_tag_has_an_old_article_that_changed_last(client, monkeypatch):
    monkeypatch.setattr(feeds.TagFeed, "newest_candidates", 2)
    old = factories.article("Old", tags=["large"])
    for number in range(4):
        factories.article(f"New {number}", tags=["large"])
    factories.rename(old, title="Renewed")
    assert titles(client, "/tags/large/feed/")[:3] == ["Renewed", "New 3", "New 2"]


def test_synonyms_of_a_tag_redirect_to_its_feed(client):
    factories.article("Peace", tags=["Calm days"])
    editing.save_tag(Tag.objects.get(), ["quiet"])
    for synonym in ("quiet", "CALM_days"):
        response = client.get(f"/tags/{synonym}/feed/")
        assert (response.status_code, response["Location"]) == (301, "/tags/calm-days/feed/")
    factories.article("News", tags=["news/feed"])
    assert client.get("/tags/news/feed/")["Location"] == "/tags/news-feed/"


def test_pages_link_to_their_feeds(client):
    factories.article("Peace", tags=["سلام & x"])
    home, tag = client.get("/").content.decode(), Tag.objects.get()
    page = client.get(tag.get_absolute_url()).content.decode()
    assert (
        '<link rel="alternate" type="application/atom+xml" href="http://testserver/feed/"' in home
    )
    feed_url = f"http://testserver/tags/{quote(tag.slug)}/feed/"
    assert f'type="application/atom+xml" href="{feed_url}" title="Diwan: سلام &amp; x">' in page
    assert client.get(feed_url).status_code == 200


def test_an_article_that_expires_changes_the_feed(client):
    now = timezone.now()
    factories.article("Temporary", expire_at=now + timedelta(hours=1))
    etag = client.get("/feed/")["ETag"]
    with time_machine.travel(now + timedelta(hours=2)):
        response = client.get("/feed/", headers={"If-None-Match": etag})
    assert response.status_code == 200 and b"Temporary" not in response.content


@pytest.mark.parametrize("path", ["/feed/", "/feed/en/", "/tags/all/feed/"])
@pytest.mark.parametrize("count", [1, 25])
def test_the_number_of_queries_is_constant(client, django_assert_num_queries, path, count):
    for number in range(count):
        factories.article(f"Article {number}", tags=["all", f"{number}"], body="[[Article 0]]")
    with django_assert_num_queries({"/feed/": 8, "/feed/en/": 8, "/tags/all/feed/": 10}[path]):
        client.get(path)


def test_an_empty_site_has_an_empty_feed(client):
    assert titles(client) == []
    assert read(client).find(f"{ATOM}updated").text == datetime(1970, 1, 1, tzinfo=UTC).isoformat()


def entry_with(**fields):
    """The only entry of a feed, parsed again after it has been written."""
    feed = ArticleAtomFeed("Feed", "/", None, author_name="Us", xml_lang="en", icon="/icon")
    entry = {
        "title": "Title",
        "link": "/articles/title/",
        "description": "",
        "pubdate": EPOCH,
        "updateddate": EPOCH,
        "author_name": "",
        "unique_id": "urn:x",
        "xml_lang": "en",
        "source_url": "/articles/title.md",
        "tags": [],
        "content": "",
    }
    feed.feed["feed_url"] = "/feed/"
    feed.add_item(**(entry | fields))
    output = BytesIO()
    feed.write(output, "utf-8")
    return ElementTree.fromstring(output.getvalue()).find(f"{ATOM}entry")


@given(st.text(st.characters(codec=None)))
def test_a_feed_is_well_formed_xml_whatever_the_text(text):
    entry = entry_with(
        title=text, description=text, content=text, author_name=f"x{text}", tags=[Tag(name=text)]
    )
    # A parser normalizes line ends (XML 1.0, 2.11), but keeps references in attributes.
    normalized = valid_xml(text).replace("\r\n", "\n").replace("\r", "\n")
    assert (entry.find(f"{ATOM}content").text or "") == normalized
    assert entry.find(f"{ATOM}category").get("label") == valid_xml(text)


@pytest.mark.parametrize(
    "character", ["\x00", "\x08", "\x0c", "\ufffe", "\uffff", "\ud800", "\x1f"]
)
def test_characters_that_xml_cannot_contain_are_left_out(character):
    assert entry_with(title=f"a{character}b").find(f"{ATOM}title").text == "ab"
