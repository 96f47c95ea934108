"""The list of tags, the page of a tag, and redirects from synonyms."""

from urllib.parse import quote

import pytest

from articles import editing
from articles.models import Status, Tag
from tests import factories

pytestmark = pytest.mark.django_db


def test_tags_are_listed_with_the_number_of_public_articles(client):
    factories.article(tags=["peace", "war"])
    factories.article(tags=["peace"])
    factories.article(tags=["peace", "secret"], status=Status.DRAFT)
    html = client.get("/tags/").content.decode()
    assert '<a href="/tags/peace/" dir="auto">peace</a> <small>2</small>' in html
    assert '<a href="/tags/war/" dir="auto">war</a> <small>1</small>' in html
    assert "secret" not in html


def test_a_tag_shows_its_description_synonyms_and_related_tags(client):
    factories.article("Helmets", tags=["peacekeeping", "blue"])
    tag = Tag.objects.get(key="peacekeeping")
    tag.description = "Operations that keep peace."
    editing.save_tag(tag, ["peace operations"])
    html = client.get("/tags/peacekeeping/").content.decode()
    for part in (
        "<title>peacekeeping · Diwan</title>",
        "Operations that keep peace.",
        "<bdi>peace operations</bdi>",
        '<a href="/tags/blue/" dir="auto">blue</a> <small>1</small>',
        'href="/articles/helmets/?tag=peacekeeping"',
    ):
        assert part in html


@pytest.mark.parametrize(
    "word", ["Peacekeeping", "PEACE_operations", "old-word", "Old word", "C++"]
)
def test_synonyms_redirect_to_their_tag(client, word):
    factories.article(tags=["Old word"])
    factories.article(tags=["C++"])
    tag = Tag.objects.get(slug="old-word")
    tag.name, tag.slug = "Peacekeeping", "peacekeeping"
    editing.save_tag(tag, ["peace operations"])
    response = client.get(f"/tags/{quote(word)}/?page=x")
    slug = "c-plus-plus" if word[0] in "Cc" else "peacekeeping"
    assert (response.status_code, response["Location"]) == (301, f"/tags/{slug}/?page=x")


def test_a_tag_without_a_public_article_is_not_found(client):
    factories.article(tags=["secret"], status=Status.DRAFT)
    for word in ("secret", "SECRET", "unknown", "%00", "%FF"):
        assert client.get(f"/tags/{word}/").status_code == 404


def test_the_articles_of_a_tag_are_paginated_in_order(client):
    for number in range(60):
        factories.article(f"Article {number:02}", tags=["all"])
    factories.article("Article 30b", status=Status.DRAFT, tags=["all"])
    first = client.get("/tags/all/").content.decode()
    positions = [first.index(f"/articles/article-{number:02}/") for number in range(50)]
    assert positions == sorted(positions)
    assert 'href="?after=article-49"' in first and 'href="?before=' not in first
    second = client.get("/tags/all/?after=article-49").content.decode()
    assert second.count("/articles/article-") == 10 and 'href="?before=article-50"' in second
    back = client.get("/tags/all/?before=article-50").content.decode()
    assert back.count("/articles/article-") == 50 and 'href="?before=' not in back


def test_articles_with_equal_sort_keys_are_not_lost_between_pages(client):
    languages = [f"{a}{b}" for a in "abcde" for b in "abcdefghijklm"]
    for number in range(55):
        factories.article("Same", slug=f"same-{number}", language=languages[number], tags=["all"])
    first = client.get("/tags/all/").content.decode()
    query = first.partition('rel="next" href="')[2].partition('"')[0]
    rest = client.get(f"/tags/all/{query}").content.decode()
    assert first.count('"/articles/same-') + rest.count('"/articles/same-') == 55


@pytest.mark.parametrize("count", [3, 60])
def test_a_tag_takes_a_constant_number_of_queries(client, django_assert_num_queries, count):
    for number in range(count):
        factories.article(f"Article {number:02}", tags=["all", f"tag {number}"])
    with django_assert_num_queries(5):
        client.get("/tags/all/")
    with django_assert_num_queries(5):
        client.get("/tags/all/?after=article-01")
    client.get("/tags/")
    with django_assert_num_queries(1):
        client.get("/tags/")


def test_many_tags_have_pages_and_letters(client):
    factories.article(tags=[f"{letter}{number:02}" for letter in "acس" for number in range(70)])
    first = client.get("/tags/").content.decode()
    assert first.count('href="/tags/') - first.partition("<h1>")[0].count('href="/tags/') >= 200
    assert 'href="?letter=%D8%B3"' in first and 'href="?after=' in first
    letter = client.get("/tags/?letter=س").content.decode()
    assert 'href="/tags/%D8%B300/"' in letter and 'href="/tags/a00/"' not in letter
    assert '<link rel="canonical" href="http://testserver/tags/?letter=%D8%B3">' in letter
    last = client.get("/tags/?after=س68").content.decode()
    assert 'href="/tags/%D8%B369/"' in last and 'href="?before=' in last


@pytest.mark.parametrize("query", ["letter=%00", "letter=%F4%8F%BF%BF", "after=%00", "letter='"])
def test_hostile_values_of_the_list_of_tags_are_no_error(client, query):
    factories.article(tags=["peace"])
    assert client.get(f"/tags/?{query}").status_code == 200
