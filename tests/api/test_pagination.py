"""Keyset pagination by cursors."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from articles.models import Article
from tests import factories
from tests.api.examples import ORIGIN
from tests.plans import plan_of_large_site

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "add_row"),
    [
        ("articles", lambda number: factories.article(f"New {number}")),
        ("articles?tag=all", lambda number: factories.article(f"New {number}", tags=["all"])),
        ("tags", lambda number: factories.article(tags=[f"0 new {number}"])),
        (
            "articles/centre/backlinks",
            lambda number: factories.article(f"New {number}", body="[[Centre]]"),
        ),
        ("articles/centre/links", lambda number: factories.article(f"New {number}")),
    ],
)
def test_pages_have_every_row_once_while_rows_are_added(get, path, add_row):
    for number in range(7):
        body = "[[Centre]] twice [[Centre]]"
        factories.article(f"Old {number}", tags=["all", f"tag {number}"], body=body)
    factories.article("Centre", body=" ".join(f"[[Old {number}]]" for number in range(7)))
    all_items = get(path)["items"]
    items, next_path, number = [], f"{path}{'&' if '?' in path else '?'}limit=2", 0
    while next_path:
        response = get(next_path.removeprefix(f"{ORIGIN}/api/v1/"))
        assert 0 < len(response["items"]) <= 2
        items += response["items"]
        next_path, number = response["next"], number + 1
        if number < 4:
            add_row(number)
            factories.rename(Article.objects.get(slug=f"old-{number}"), title=f"Z {number}")
    identities = [identity(item) for item in items]
    expected = [identity(item) for item in all_items]
    assert identities[: len(expected)] == expected
    assert len(set(identities)) == len(identities)


def identity(item):
    article = item.get("article")
    slug = article.get("slug") if isinstance(article, dict) else ""
    return json.dumps([item.get("slug"), item.get("before"), slug])


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=LTE=", "cursor=" + "9" * 99]
)
def test_an_invalid_parameter_is_an_error_that_names_it(get, query):
    error = get(f"articles?{query}", 400)
    assert error["status"] == 400 and error["title"] == "Bad Request"
    assert error["detail"].startswith(query.partition("=")[0])


def cursor_of(get, path):
    return parse_qs(urlsplit(get(path)["next"]).query)["cursor"][0]


@pytest.mark.parametrize("position", [0, 7])
def test_articles_are_listed_from_an_index_without_sorting_all_of_them(position):
    factories.article("Peace")
    rows = Article.objects.public().filter(pk__gt=position).only("slug").order_by("pk")
    plan = plan_of_large_site(rows[:3])
    assert "article_by_id" in plan or "articles_article_pkey" in plan
    assert "Sort" not in plan and "B-TREE" not in plan


def test_a_cursor_tells_no_primary_key(get):
    for number in range(3):
        factories.article(f"Article {number}")
    cursors = [cursor_of(get, f"articles?limit={limit}") for limit in (1, 2)]
    decoded = [urlsafe_b64decode(cursor) for cursor in cursors]
    # Neighbouring positions differ in one bit or two, their cursors in almost all bytes.
    assert sum(a == b for a, b in zip(*decoded, strict=True)) < 8
    assert cursor_of(get, "articles?limit=1") == cursors[0]


def test_a_cursor_that_the_site_did_not_make_is_refused(get, settings):
    for number in range(3):
        factories.article(tags=[f"tag {number}"], body="[[Article]] [[Other]]")
    cursor = cursor_of(get, "articles?limit=1")
    forged = bytearray(urlsafe_b64decode(cursor))
    forged[-1] ^= 1
    others = [
        urlsafe_b64encode(forged).decode(),
        urlsafe_b64encode(b"1").decode(),
        urlsafe_b64encode(bytes(24)).decode(),
        cursor[:-4],
        cursor_of(get, f"articles/{Article.objects.first().slug}/links?limit=1"),
        "é",
    ]
    for other in others:
        assert get(f"articles?cursor={quote(other)}", 400)["detail"].startswith("cursor")
    settings.SECRET_KEY = "x" * 50
    get(f"articles?cursor={cursor}", 400)
