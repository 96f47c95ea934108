"""The list of the articles that link to an article."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Link
from articles.models.link import LinkTarget
from articles.queries import alphabetical, backlinks
from articles.queries.alphabetical import article_position
from articles.queries.backlinks import excerpts, sources_page
from articles.queries.translations import translations
from tests import factories

pytestmark = pytest.mark.django_db


def pages(article):
    """All pages of the list, forwards and then backwards, as titles."""
    versions = translations(article.pk, article.language)
    forwards, position = [], None
    while True:
        page = sources_page(article, versions, position)
        forwards.append(page)
        if not page.has_next:
            break
        position = article_position(page.rows[-1].slug, backwards=False)
    backwards = [forwards[-1]]
    while backwards[0].has_previous:
        position = article_position(backwards[0].rows[0].slug, backwards=True)
        backwards.insert(0, sources_page(article, versions, position))
    assert [page.rows for page in backwards] == [page.rows for page in forwards]
    return [[row.title for row in page.rows] for page in forwards]


def test_the_list_has_the_sources_of_all_links_by_primary_key(monkeypatch):
    monkeypatch.setattr(backlinks, "PAGE_SIZE", 2)
    monkeypatch.setattr(backlinks, "_sources", _uncompiled(backlinks._sources))
    target = factories.article("Peace", aliases=["Calm", "Quiet"])
    factories.article("Paix", language="fr", translation_of="peace")
    for number, name in enumerate(["Peace", "Calm", "Quiet", "Paix", "Peace"]):
        factories.article(f"{9 - number}", body=f"[[{name}]] and [[Calm]]")
    factories.article("Neuf", language="fr", body="[[Calm]]")
    factories.article("Hidden", body="[[Peace]]", status="draft")
    sources = Link.objects.to(target).public().values("source")
    listed = list(Article.objects.filter(pk__in=sources).order_by("pk"))
    assert pages(target) == [["9", "8"], ["7", "6"], ["5"]]
    assert [article.title for article in listed] == ["9", "8", "7", "6", "5"]
    page = sources_page(target, translations(target.pk, "en"), None)
    links = excerpts(target, translations(target.pk, "en"), page.rows)
    assert [[link.label for link in links[row.pk]] for row in page.rows] == [
        ["Peace", "Calm"],
        ["Calm", "Calm"],
    ]


def _uncompiled(query):
    """A query whose page size is read again."""
    return type(query)(query.build)


def test_a_page_reads_no_more_links_however_many_there_are():
    target = factories.article("Peace")
    for number in range(3):
        factories.article(f"{number}", body="[[Peace]]")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        sources_page(target, [], None)
    (query,) = captured.captured_queries
    assert f"LIMIT {alphabetical.PAGE_SIZE + 1}" in query["sql"].split("FROM", 2)[2]


def test_links_by_several_names_are_read_by_key_even_without_statistics():
    article = factories.article("Centre", aliases=["Middle"])
    target = LinkTarget.from_article(article)
    sql = str(Link.objects.public().first_to(target, 9).values("pk").query)
    assert sql.partition(" WHERE ")[2].startswith('"articles_link"."id" IN')


@pytest.mark.parametrize("names_per_query", [1, 50])
def test_only_links_in_the_next_sources_are_read_in_order(monkeypatch, names_per_query):
    """A client that lists all links by pages would otherwise order all of them for each page."""
    monkeypatch.setattr(backlinks, "NAMES_PER_QUERY", names_per_query)
    target = factories.article("Peace", aliases=["Calm"])
    bodies = ["[[Calm]] [[Peace]]", "[[War]]", "[[Peace]]", "[[calm]]", "[[Peace]]"]
    sources = [factories.article(body=body).pk for body in bodies]
    links = backlinks.links_from(LinkTarget.from_article(target), sources[0] + 1, 2)
    assert sorted(links.values_list("source", flat=True)) == [sources[2], sources[3]]
    links = backlinks.links_from(LinkTarget.from_article(target), sources[0], 2)
    assert sorted(links.values_list("source", flat=True)) == [sources[0], sources[0], sources[2]]
