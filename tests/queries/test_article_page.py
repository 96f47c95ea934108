"""What the page of an article tells of other articles, and how many queries that takes."""

import pytest
from django.db import connection

from articles.models import Status
from articles.queries.article_page import _articles, article_page
from articles.queries.backlinks import first_backlinks
from articles.queries.links import resolve_links
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 30])
def test_one_query_whatever_the_number_of_links(django_assert_num_queries, count):
    titles = [factories.article(f"Target {number}").title for number in range(count)]
    body = " ".join(f"[[{title}]]" for title in titles)
    article = factories.article("Article", tags=["y", "x"], body=body)
    for number in range(count):
        factories.article(f"Source {number}", tags=["x"], body="[[Article]] [[Target 0]]")
    with django_assert_num_queries(1):
        page = article_page("article")
        assert (page.article, page.article.html) == (article, article.html)
    assert [tag.name for tag in page.tags] == ["x", "y"]
    assert len(page.links.targets) == count
    assert len(page.backlinks) == min(count, 24)
    assert page.related


def test_an_article_without_neighbours_takes_one_query_too(django_assert_num_queries):
    factories.article("Article")
    with django_assert_num_queries(1):
        page = article_page("article")
    assert not any((page.tags, *page.links, page.backlinks, page.related))


def test_the_driver_of_postgresql_keeps_the_statement_parsed():
    article_page("article")
    sql, parameters = _articles.statement("article", site="en")
    limit = 4096 if connection.vendor == "postgresql" else 5000
    assert len(sql) <= limit and len(parameters) <= 50


@pytest.mark.parametrize("slug", ["draft", "nothing", "nul\0"])
def test_only_public_articles_have_a_page(slug):
    factories.article("Draft", status=Status.DRAFT)
    assert article_page(slug) is None


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
def test_links_resolve_as_everywhere_else(language):
    factories.article("Peace", language="en")
    factories.article("سلام", slug="salam", language="ar", translation_of="peace")
    factories.article("War", language="en")
    factories.article("War", slug="war-fr", language="fr")
    factories.article("Amour", language="fr")
    body = "[[Peace]] [[War]] [[Amour]] [[salam]] [[Nothing]] [[Article]]"
    article = factories.article("Article", language=language, body=body)
    assert article_page("article").links == resolve_links(article)


def test_translations_are_found_from_both_sides():
    source = factories.article("Peace", language="en")
    translation = factories.article("سلام", slug="salam", language="ar", translation_of="peace")
    factories.article("Essay", body="[[Peace]] [[Other]]", language="en")
    factories.article("Other")
    for article in (source, translation):
        page = article_page(article.slug)
        assert page.links == resolve_links(article) and len(page.links.translations) == 1
    page = article_page("peace")
    assert [link.slug for link in page.backlinks] == ["essay"]
    assert [(entry.slug, entry.cited) for entry in page.related] == [("other", 1)]


@pytest.mark.parametrize("site", ["en", "fr", "de"])
@pytest.mark.parametrize("language", ["en", "ar", "fr"])
def test_backlinks_are_those_of_the_queryset(settings, site, language):
    settings.LANGUAGE_CODE = site
    names = {"aliases": ["Conflict", "Strife"]}
    factories.article("War", slug="war-en", language="en", aliases=["Conflict"])
    factories.article("War", slug="war-fr", language="fr", aliases=["Strife"])
    factories.article("War", slug="war-de", language="de", status=Status.DRAFT)
    article = factories.article("War", slug="war", language="it", **names)
    for number, source in enumerate(["en", "fr", "de", "it", "ar"]):
        for name in ("War", "Conflict", "Strife", "war-" + language):
            body = f"[[{name}]] and [[War#x]], not [[{name}]]."
            status = Status.DRAFT if number == 2 else Status.PUBLISHED
            factories.article(body=body, language=source, status=status)
    for slug in ("war", "war-en", "war-fr"):
        page = article_page(slug)
        expected = first_backlinks(page.article, [])
        assert [link.pk for link in page.backlinks] == [link.pk for link in expected]
    assert article_page(article.slug).backlinks


def test_the_first_link_of_an_article_is_shown_whichever_name_it_uses():
    factories.article("War", aliases=["Conflict"])
    factories.article("One", body="A [[conflict]]. A [[war]].")
    factories.article("Two", body="A [[war]]. A [[conflict]].")
    assert [link.label for link in article_page("war").backlinks] == ["conflict", "war"]
