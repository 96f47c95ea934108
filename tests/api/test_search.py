"""Search in the API."""

from urllib.parse import quote

import pytest

from tests import factories
from tests.api.examples import create_articles

pytestmark = pytest.mark.django_db


def test_exact_names_come_first(get):
    create_articles()
    factories.article("Peacekeeping")
    results = get("search?q=PEACE")["items"]
    assert [item["slug"] for item in results][:2] == ["peace", "peacekeeping"]
    assert [item["slug"] for item in get("search?q=calm")["items"]] == ["peace"]
    assert get("search?q=peacekepping")["did_you_mean"] == "peacekeeping"
    assert len(get("search?q=peace&limit=1")["items"]) == 1


@pytest.mark.parametrize("query", ["%00", "---", "%20", quote("؟"), "zzzzzz"])
def test_a_query_without_terms_or_matches_has_no_results(get, query):
    create_articles()
    assert get(f"search?q={query}")["items"] == []


@pytest.mark.parametrize("path", ["search", "search?q=", "search?q=" + "x" * 201])
def test_a_search_requires_a_query_of_limited_length(get, path):
    assert get(path, 400)["detail"].startswith("q: ")
