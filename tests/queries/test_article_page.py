"""What the page of an article tells of other articles, and how many queries that takes."""

import pytest

from articles.queries.article_page import neighbours
from articles.queries.links import resolve_links
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 30])
def test_three_queries_whatever_the_number_of_links(django_assert_num_queries, count):
    titles = [factories.article(f"Target {number}").title for number in range(count)]
    body = " ".join(f"[[{title}]]" for title in titles)
    article = factories.article("Article", tags=["x", "y"], body=body)
    tags = list(article.tags.all())
    for number in range(count):
        factories.article(f"Source {number}", tags=["x"], body="[[Article]] [[Target 0]]")
    with django_assert_num_queries(3):
        result = neighbours(article, tags)
    assert len(result.links.targets) == count
    assert len(result.backlinks) == min(count, 24)
    assert result.related


def test_an_article_without_neighbours_takes_two_queries(django_assert_num_queries):
    article = factories.article("Article")
    with django_assert_num_queries(2):
        result = neighbours(article, [])
    assert not any((*result.links, result.backlinks, result.related))


@pytest.mark.parametrize("language", ["en", "ar", "fr"])
def test_links_resolve_as_everywhere_else(language):
    factories.article("Peace", language="en")
    factories.article("سلام", slug="salam", language="ar", translation_of="peace")
    factories.article("War", language="en")
    factories.article("War", slug="war-fr", language="fr")
    factories.article("Amour", language="fr")
    body = "[[Peace]] [[War]] [[Amour]] [[salam]] [[Nothing]] [[Article]]"
    article = factories.article("Article", language=language, body=body)
    assert neighbours(article, []).links == resolve_links(article)


def test_translations_are_found_from_both_sides():
    source = factories.article("Peace", language="en")
    translation = factories.article("سلام", slug="salam", language="ar", translation_of="peace")
    for article in (source, translation):
        links = neighbours(article, []).links
        assert links == resolve_links(article) and len(links.translations) == 1
