"""Keyset pagination by cursors."""

import json

import pytest

from articles.models import Article
from tests import factories
from tests.api.examples import ORIGIN

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
