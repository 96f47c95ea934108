"""Articles, their links, backlinks and graphs."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.utils import timezone

from articles import editing
from articles.graph.neighbourhood_layout import MAX_NODES
from articles.models import Status, Tag
from tests import factories
from tests.api.examples import ORIGIN, create_articles

pytestmark = pytest.mark.django_db


def test_an_article_has_its_html_its_markdown_and_its_metadata(get):
    article = create_articles()
    response = get("articles/peace")
    assert response["url"] == f"{ORIGIN}/articles/peace/"
    assert (response["author"], response["aliases"]) == ("Layla", ["Calm"])
    assert response["language"] == "ar"
    assert response["markdown"] == article.body
    assert f'<a href="{ORIGIN}/articles/war/#end">it</a>' in response["html"]
    assert '<span class="wanted">Some day' in response["html"]
    assert response["contents"] == [{"level": 2, "text": "Start", "anchor": "start"}]
    assert response["tags"] == [
        {"slug": "b-c", "name": "B & c"},
        {"slug": "shared", "name": "shared"},
    ]
    assert response["published"].startswith(f"{article.created:%Y-%m-%dT%H:%M}")


def test_published_is_the_scheduled_time(get):
    moment = timezone.now().replace(microsecond=0) - timedelta(minutes=1)
    with time_machine.travel(moment - timedelta(days=2)):
        factories.article("Peace", publish_at=moment)
    for response in (get("articles/peace"), *get("articles")["items"]):
        assert datetime.fromisoformat(response["published"]) == moment


def test_articles_are_filtered_by_the_slug_or_name_of_a_tag(get, client):
    create_articles()
    assert [item["slug"] for item in get("articles?tag=b-c")["items"]] == ["peace"]
    assert get("articles?tag=B+%26+C")["items"] == get("articles?tag=b-c")["items"]
    response = client.get("/api/v1/articles?tag=nothing%00")
    assert response.status_code == 404 and "no tag “nothing”" in response.json()["detail"]


def test_the_fragment_of_a_link_is_the_id_that_it_leads_to(get):
    factories.article("War", body="## Next.js\n\n## A {#own}\n\n### B\n\nText. ^mark")
    body = "[a](War.md#nextjs) [[War#A]] [[War#A#B]] [[War#^mark]] [[War#Gone]]"
    factories.article("Peace", body=body)
    links = get("articles/peace/links")["items"]
    assert [link["fragment"] for link in links] == ["next-js", "own", "b", "mark", "gone"]


def test_links_and_backlinks_have_the_sentence_around_them(get):
    create_articles()
    links = get("articles/peace/links")["items"]
    assert [link["label"] for link in links] == ["it", "Some day"]
    assert (links[0]["before"], links[0]["after"]) == ("So ", " goes on.")
    assert (links[0]["article"]["slug"], links[0]["fragment"]) == ("war", "end")
    assert links[1]["article"] is None
    (backlink,) = get("articles/peace/backlinks")["items"]
    assert (backlink["before"], backlink["label"], backlink["after"]) == (
        "After ",
        "Peace",
        " comes this.",
    )
    assert backlink["article"]["url"] == f"{ORIGIN}/articles/war/"


def test_a_graph_has_the_public_articles_within_two_links(get):
    factories.article("Far", body="[[Farthest]]")
    factories.article("Farthest")
    factories.article("Next", body="[[Far]] [[Centre]]")
    factories.article("Before", body="[[Centre]]")
    factories.article("Draft", body="[[Centre]]", status=Status.DRAFT)
    factories.article("Centre", body="[[Next]] [[Next]] [[Centre]] [[Draft]]")
    response = get("articles/centre/graph")
    assert {node["slug"]: node["distance"] for node in response["nodes"]} == {
        "centre": 0,
        "next": 1,
        "before": 1,
        "far": 2,
    }
    assert sorted((edge["source"], edge["target"]) for edge in response["edges"]) == [
        ("before", "centre"),
        ("centre", "next"),
        ("next", "centre"),
        ("next", "far"),
    ]


def test_a_graph_is_limited_and_deterministic(get):
    for number in range(50):
        factories.article(f"In {number}", body="[[Centre]]")
        factories.article(f"Out {number}")
    factories.article("Centre", body=" ".join(f"[[Out {number}]]" for number in range(50)))
    response = get("articles/centre/graph")
    slugs = {node["slug"] for node in response["nodes"]}
    assert len(response["nodes"]) == len(slugs) <= MAX_NODES
    assert {"in-0", "out-0"} <= slugs
    assert all({edge["source"], edge["target"]} <= slugs for edge in response["edges"])
    caches["default"].clear()
    assert get("articles/centre/graph") == response


def test_a_tag_of_hidden_articles_is_answered_like_one_that_does_not_exist(get):
    factories.article("Public", tags=["shared"])
    factories.hidden_articles(tags=["secretive"])
    editing.save_tag(Tag.objects.get(slug="secretive"), ["covert"])
    answers = {
        get(f"articles?tag={name}", 404)["detail"].replace(name, "?")
        for name in ("secretive", "Secretive", "covert", "nothing")
    }
    assert len(answers) == 1
