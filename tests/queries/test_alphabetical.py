"""Pages of articles in alphabetical order."""

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Article, Tag, Tagging
from articles.queries import alphabetical, home
from articles.queries.alphabetical import (
    COLUMNS,
    article_position,
    articles_page,
    tagged_page,
)
from articles.queries.home import featured_articles, recent_articles
from articles.sql import CompiledQuery
from tests import factories
from tests.plans import plan_of_large_site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch):
    monkeypatch.setattr(alphabetical, "PAGE_SIZE", 2)
    for name in ("_articles", "_tagged"):
        monkeypatch.setattr(alphabetical, name, CompiledQuery(getattr(alphabetical, name).build))


def all_pages(page_from):
    """The rows of all pages, which are the same backwards."""
    forwards, position = [], None
    while True:
        page = page_from(position)
        forwards.append(page.rows)
        if not page.has_next:
            break
        position = article_position(page.rows[-1].slug, backwards=False)
    backwards = [page]
    while backwards[0].has_previous:
        position = article_position(backwards[0].rows[0].slug, backwards=True)
        backwards.insert(0, page_from(position))
    assert [page.rows for page in backwards] == forwards
    return [row for rows in forwards for row in rows]


@pytest.mark.parametrize("letter", ["", "m", "q"])
def test_pages_have_all_public_articles_in_order(letter):
    for number, title in enumerate(["mango", "Moon", "moon!", "Éclair", "Apple", "سلام", "Mint"]):
        factories.article(title, slug=f"slug-{number}", summary=title)
    factories.article("Minor", status="draft")
    expected = list(Article.objects.public().a_to_z(letter).values_list(*COLUMNS))
    assert all_pages(lambda position: articles_page(letter, position)) == expected


def test_pages_of_a_tag_have_all_its_public_articles_in_order():
    for number, title in enumerate(["mango", "Moon", "moon!", "Apple", "Mint"]):
        factories.article(title, slug=f"slug-{number}", tags=["fruit"])
    factories.article("Minor", status="draft", tags=["fruit"])
    factories.article("Other", tags=["other"])
    tag = Tag.objects.get(name="fruit")
    rows = Tagging.objects.filter(tag=tag, content_object__status="published")
    ordered = rows.order_by("sort_key", "content_object")
    expected = list(ordered.values_list(*(f"content_object__{column}" for column in COLUMNS)))
    assert all_pages(lambda position: tagged_page(tag.pk, position)) == expected


def test_there_is_no_position_at_a_hidden_article():
    factories.article("Hidden", status="draft")
    assert article_position("hidden", backwards=False) is None


def test_home_lists_six_featured_articles_and_the_five_newest():
    for number in range(8):
        factories.article(f"{8 - number}", featured=number > 0)
    factories.article("Draft", featured=True, status="draft")
    assert [row.title for row in featured_articles()] == ["1", "2", "3", "4", "5", "6"]
    recent = Article.objects.public().recent()[:5]
    assert [(row.slug, row.changed) for row in recent_articles()] == [
        (article.slug, article.last_visible_change) for article in recent
    ]


def test_featured_articles_are_read_from_their_own_index_if_there_are_none_on_a_large_site():
    plan = plan_of_large_site(home._featured.build(at=timezone.now()))
    assert "article_featured" in plan


def test_featured_articles_are_read_in_order_from_their_own_index():
    """However few there are: the index of all articles would be read to its end."""
    for number in range(20):
        factories.article(f"{number}", featured=number == 0)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = home._featured.build(at=timezone.now()).explain()
    assert "article_featured" in plan
    assert "SORT" not in plan.upper().replace("SORT_KEY", "") and "B-TREE" not in plan
