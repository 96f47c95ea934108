"""Links to the previous and the next article with a tag."""

import re

import pytest

from articles import editing
from articles.models import Article, Status, Tag
from articles.queries.tag_navigation import tag_navigation
from tests import factories

pytestmark = pytest.mark.django_db


def tagged_articles():
    for title in ("Alpha", "Beta", "Gamma", "Delta"):
        factories.article(title, tags=["peace", "other"])
    factories.article("Bread", tags=["other"])


def navigation_of(html):
    links = re.findall(r'<a rel="(prev|next)" href="([^"]*)"', html)
    return dict(links)


def test_links_of_a_tag_page_keep_the_tag(client):
    tagged_articles()
    page = client.get("/tags/peace/").content.decode()
    assert 'href="/articles/beta/?tag=peace"' in page
    html = client.get("/articles/beta/?tag=peace").content.decode()
    assert navigation_of(html) == {
        "prev": "/articles/alpha/?tag=peace",
        "next": "/articles/delta/?tag=peace",
    }
    assert '<link rel="canonical" href="http://testserver/articles/beta/">' in html
    assert navigation_of(client.get("/articles/alpha/?tag=peace").content.decode()).keys() == {
        "next"
    }
    assert navigation_of(client.get("/articles/gamma/?tag=peace").content.decode()).keys() == {
        "prev"
    }


def test_hidden_articles_are_skipped(client):
    tagged_articles()
    article = Article.objects.get(slug="delta")
    editing.unpublish([article], None)
    html = client.get("/articles/beta/?tag=peace").content.decode()
    assert navigation_of(html)["next"] == "/articles/gamma/?tag=peace"


@pytest.mark.parametrize("tag", ["", "unknown", "secret", "%00", "x" * 3000])
def test_a_tag_that_the_article_does_not_have_is_ignored(client, tag):
    tagged_articles()
    factories.article("Secret", tags=["secret"], status=Status.DRAFT)
    html = client.get(f"/articles/beta/?tag={tag}").content.decode()
    assert navigation_of(html) == {} and "Secret" not in html


@pytest.mark.parametrize(("side", "first"), [("next", "b"), ("prev", "c")])
def test_articles_with_equal_titles_follow_one_another(client, side, first):
    for slug in ("b", "a", "c"):
        factories.article("Same", slug=slug, language=f"x{slug}"[1:] * 2, tags=["t"])
    visited, url = [], f"/articles/{first}/?tag=t"
    while url:
        visited.append(url)
        url = navigation_of(client.get(url).content.decode()).get(side)
    assert len(visited) == 3 == len(set(visited))


@pytest.mark.parametrize("count", [2, 30])
def test_tag_navigation_takes_one_more_query(client, django_assert_num_queries, count):
    for number in range(count):
        factories.article(f"Article {number:02}", tags=["t", f"u{number}"], body="[[Article 00]]")
    with django_assert_num_queries(2):
        client.get("/articles/article-00/?tag=t")


def test_a_deleted_tag_has_no_navigation():
    tagged_articles()
    tag = Tag.objects.get(slug="peace")
    Tag.objects.all().delete()
    assert tag_navigation(Article.objects.get(slug="beta"), tag) is None
