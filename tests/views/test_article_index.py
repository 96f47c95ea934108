"""The index from A to Z and its pages."""

import pytest

from articles.models import Status
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def many():
    for number in range(120):
        factories.article(f"Article {number:03}", summary=f"Summary {number}")


def titles(html):
    return [f"{number:03}" for number in range(120) if f"/articles/article-{number:03}/" in html]


def numbers(first, last):
    return [f"{number:03}" for number in range(first, last + 1)]


def test_the_index_is_in_order_with_summaries(client):
    for title in ("Zebra", "«Quoted»", "Élan"):
        factories.article(title, summary=f"About {title}.")
    html = client.get("/articles/").content.decode()
    assert html.index("Élan") < html.index("«Quoted»") < html.index("Zebra")
    assert "About Élan." in html


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(
    ("query", "first", "last", "before", "after"),
    [
        ("", 0, 49, "", "049"),
        ("after=article-049", 50, 99, "050", "099"),
        ("after=article-099", 100, 119, "100", ""),
        ("before=article-100", 50, 99, "050", "099"),
        ("before=article-050", 0, 49, "", "049"),
        ("after=article-119", 0, 49, "", "049"),
        ("after=unknown", 0, 49, "", "049"),
        ("after=%00&before=", 0, 49, "", "049"),
        ("after=", 0, 49, "", "049"),
    ],
)
def test_pages_start_after_an_article_or_end_before_it(client, query, first, last, before, after):
    html = client.get(f"/articles/?{query}").content.decode()
    assert titles(html) == numbers(first, last)
    assert (f'href="?before=article-{before}"' in html) is bool(before)
    assert (f'href="?after=article-{after}"' in html) is bool(after)


def test_a_hidden_article_is_no_position(client):
    for title, status in (("A", Status.PUBLISHED), ("M", Status.DRAFT), ("Z", Status.PUBLISHED)):
        factories.article(title, status=status)
    assert 'href="/articles/a/"' in client.get("/articles/?after=m").content.decode()


@pytest.mark.usefixtures("many")
def test_the_pages_of_a_letter_keep_the_letter(client):
    factories.article("Zebra")
    html = client.get("/articles/?letter=A").content.decode()
    assert "?letter=a&amp;after=article-049" in html and "Zebra" not in html
    html = client.get("/articles/?letter=z").content.decode()
    assert "Zebra" in html and "/articles/article-" not in html


def test_letters_without_an_article_are_muted(client):
    for title in ("Eel", "1984", "سلام"):
        factories.article(title)
    html = client.get("/articles/?letter=E").content.decode()
    for part in (
        '<a href="?letter=%23">#</a>',
        '<a href="?letter=e" aria-current="page">E</a>',
        "<span>A</span>",
        '<a href="?letter=%D8%B3">س</a>',
    ):
        assert part in html


@pytest.mark.parametrize("letter", ["q", "%00", "%F4%8F%BF%BF", "%ED%9F%BB", "zz", "'", "%25"])
def test_a_letter_without_articles_is_no_error(client, letter):
    factories.article("Eel")
    response = client.get(f"/articles/?letter={letter}")
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("query", "queries"), [("", 1), ("?after=article-001", 3), ("?letter=a", 2)]
)
@pytest.mark.parametrize("count", [3, 60])
def test_the_index_takes_a_constant_number_of_queries(
    client, django_assert_num_queries, count, query, queries
):
    for number in range(count):
        factories.article(f"Article {number:03}")
    client.get("/articles/")
    with django_assert_num_queries(queries):
        client.get(f"/articles/{query}")


def test_a_query_redirects_to_the_search_page(client):
    response = client.get("/articles/", {"q": " budget of & DEFENSE "})
    assert response.status_code == 301
    assert response["Location"] == "/search/?q=budget+of+%26+DEFENSE"


def test_the_first_page_shows_a_new_article_at_once(client):
    factories.article("Eel")
    client.get("/articles/")
    factories.article("Cod")
    assert "Cod" in client.get("/articles/").content.decode()
