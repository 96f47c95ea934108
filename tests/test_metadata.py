"""OpenGraph and JSON-LD in the head of pages."""

import json

import html5lib
import pytest
from django.contrib.staticfiles import finders

from articles import editing
from articles.models import Tag
from tests import factories

pytestmark = pytest.mark.django_db

ORIGIN = "http://testserver"
CARD = f"{ORIGIN}/static/articles/card.png"


def head(client, path):
    root = html5lib.parse(client.get(path).content, namespaceHTMLElements=False)
    return root.find("head")


def properties(elements):
    metadata = {}
    for meta in elements.iter("meta"):
        name = meta.get("property") or meta.get("name")
        metadata.setdefault(name, []).append(meta.get("content"))
    return {name: values[0] if len(values) == 1 else values for name, values in metadata.items()}


def facts(elements):
    (script,) = [
        each for each in elements.iter("script") if each.get("type") == "application/ld+json"
    ]
    data = json.loads(script.text)
    assert data["@context"] == "https://schema.org"
    return {thing["@type"]: thing for thing in data["@graph"]}


def test_an_article_has_opengraph_properties(client):
    article = factories.article(
        "Peace & “quiet”",
        slug="peace",
        summary="No <war>.",
        author="Layla",
        tags=["b", "a"],
        language="pt-BR",
    )
    article.body = "More."
    editing.save(article)
    metadata = properties(head(client, "/articles/peace/"))
    assert metadata["og:type"] == "article"
    assert metadata["og:title"] == "Peace & “quiet”"
    assert metadata["og:description"] == "No <war>."
    assert metadata["og:url"] == f"{ORIGIN}/articles/peace/"
    assert metadata["og:site_name"] == "Diwan"
    assert metadata["og:locale"] == "pt_BR"
    assert metadata["og:image"] == CARD
    assert (metadata["og:image:width"], metadata["og:image:height"]) == ("1200", "630")
    assert b'<meta name="twitter:card" content="summary_large_image">' in (
        client.get("/articles/peace/").content
    )
    assert metadata["article:author"] == "Layla"
    assert metadata["article:modified_time"] == article.updated.isoformat()
    assert metadata["article:tag"] == ["a", "b"]
    assert metadata["article:published_time"] == article.published.isoformat()


def test_the_first_uploaded_image_represents_an_article(client):
    body = "![far](https://elsewhere.example/x.png) ![a & b](/media/a%20b&c.png) ![](/media/2.png)"
    factories.article("Peace", body=body)
    elements = head(client, "/articles/peace/")
    metadata = properties(elements)
    assert (
        metadata["og:image"]
        == f"{ORIGIN}/media/a%20b&c.png"
        == facts(elements)["Article"]["image"]
    )
    assert metadata["og:image:alt"] == "a & b"
    assert "og:image:width" not in metadata


def test_the_image_of_the_site_has_the_stated_size(client):
    with open(finders.find("articles/card.png"), "rb") as file:
        start = file.read()
    assert start[:8] == b"\x89PNG\r\n\x1a\n" and len(start) < 30_000
    assert [int.from_bytes(start[at : at + 4]) for at in (16, 20)] == [1200, 630]


def test_an_article_is_described_in_json_ld(client):
    article = factories.article(
        "Peace", summary="No war.", tags=["calm"], author="Layla", body="A b"
    )
    things = facts(head(client, "/articles/peace/"))
    assert things["Article"] == {
        "@type": "Article",
        "@id": f"{ORIGIN}/articles/peace/",
        "url": f"{ORIGIN}/articles/peace/",
        "mainEntityOfPage": f"{ORIGIN}/articles/peace/",
        "headline": "Peace",
        "description": "No war.",
        "inLanguage": "en",
        "datePublished": article.published.isoformat(),
        "dateModified": article.updated.isoformat(),
        "author": {"@type": "Person", "name": "Layla"},
        "publisher": {"@type": "Organization", "name": "Diwan"},
        "image": CARD,
        "keywords": ["calm"],
        "wordCount": 2,
    }
    steps = things["BreadcrumbList"]["itemListElement"]
    assert [(step["position"], step["name"], step["item"]) for step in steps] == [
        (1, "Diwan", f"{ORIGIN}/"),
        (2, "Articles", f"{ORIGIN}/articles/"),
        (3, "Peace", f"{ORIGIN}/articles/peace/"),
    ]


def test_the_home_page_has_a_search_action(client):
    elements = head(client, "/")
    site = facts(elements)["WebSite"]
    assert (site["name"], site["url"]) == ("Diwan", f"{ORIGIN}/")
    action = site["potentialAction"]
    assert action["@type"] == "SearchAction"
    assert action["target"]["urlTemplate"] == f"{ORIGIN}/search/?q={{search_term_string}}"
    assert action["query-input"] == "required name=search_term_string"
    assert properties(elements)["og:image"] == CARD


def test_a_tag_has_a_description_and_breadcrumbs(client):
    factories.article("Peace", tags=["Calm days"])
    tag = Tag.objects.get()
    tag.description = "When nothing happens."
    editing.save_tag(tag)
    elements = head(client, "/tags/calm-days/")
    assert properties(elements)["og:description"] == "When nothing happens."
    steps = facts(elements)["BreadcrumbList"]["itemListElement"]
    assert [step["name"] for step in steps] == ["Diwan", "Tags", "Calm days"]


def test_content_cannot_end_the_json_ld_block(client):
    evil = "</script><!--<script>&amp;\" ' \u2028 x"
    factories.article(f"E {evil}", slug="evil", summary=evil, author=evil, tags=[evil])
    for path in ("/articles/evil/", Tag.objects.get().get_absolute_url()):
        elements = head(client, path)
        assert evil.partition("\u2028")[0] in json.dumps(facts(elements)).replace('\\"', '"')
    text = client.get("/articles/evil/").content.decode()
    data = text.partition('ld+json">')[2].partition("</script>")[0]
    assert not set("<>&\u2028") & set(data)


@pytest.mark.parametrize("path", ["/", "/articles/peace/", "/tags/calm/", "/articles/", "/tags/"])
def test_every_page_has_one_canonical_url(client, path):
    factories.article("Peace", tags=["calm"])
    links = head(client, f"{path}?from=elsewhere").iter("link")
    assert [link.get("href") for link in links if link.get("rel") == "canonical"] == [
        ORIGIN + path
    ]
