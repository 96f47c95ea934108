"""Statistics are cached for one content version."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import editing
from articles.models import Article, Status
from articles.queries import statistics
from articles.queries.maintenance import orphans, untagged, with_wanted_links
from articles.queries.tag_index import tag_index
from tests import factories

pytestmark = pytest.mark.django_db


def test_statistics_are_computed_once_for_each_content_version(django_assert_num_queries):
    article = factories.article(tags=["a"])
    assert len(tag_index().first_page.rows) == 1
    with django_assert_num_queries(1):
        tag_index()
    editing.unpublish([article], None)
    assert tag_index().first_page.rows == []


@pytest.mark.parametrize("gap", [orphans, untagged, with_wanted_links])
def test_articles_with_a_gap_are_looked_for_once_for_each_content_version(gap):
    article = factories.article("Peace", body="[[Nowhere]]")
    articles = Article.objects.order_by("pk")
    assert list(statistics.only_with(gap, articles)) == [article]
    with CaptureQueriesContext(connection) as queries:
        assert list(statistics.only_with(gap, articles)) == [article]
    assert not any("articles_link" in query["sql"] for query in queries)
    assert not any("articles_tagging" in query["sql"] for query in queries)
    article.body = "Nothing."
    factories.article("War", body="[[Peace]]", tags=["a"])
    editing.save(article, ["a"])
    assert article not in statistics.only_with(gap, articles)


def test_too_many_articles_with_a_gap_are_read_by_the_query_itself(monkeypatch):
    monkeypatch.setattr(statistics, "MAX_KEYS", 1)
    articles = [factories.article() for _ in range(3)]
    assert list(statistics.only_with(orphans, Article.objects.order_by("pk"))) == articles


def test_the_letters_of_all_scripts_are_those_of_public_articles():
    for title in (
        "Peace",
        "Pax",
        "zebra",
        "100 years",
        "سلام",
        "\ud7fb",
        "\U00020000",
        "豈",
        "Öl",
    ):
        factories.article(title)
    factories.article("Quiet", status=Status.DRAFT)
    factories.article("Xylophone", publish_at=timezone.now() + timedelta(days=1))
    factories.article("Yes", expire_at=timezone.now() - timedelta(days=1))
    keys = Article.objects.public().values_list("sort_key", flat=True)
    assert statistics.letters() == sorted({key[0] for key in keys})
    assert {"p", "z"} <= set(statistics.letters()) and not {"q", "x", "y"} & set(
        statistics.letters()
    )


def test_a_site_without_articles_has_no_letters():
    assert statistics.letters() == []


@pytest.mark.parametrize("count", [1, 40])
def test_the_letters_take_two_queries(django_assert_num_queries, count):
    for number in range(count):
        factories.article(f"{chr(97 + number % 26)} {number}")
    with django_assert_num_queries(2):
        statistics.letters()
