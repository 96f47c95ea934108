"""Errors as JSON, and redirects to the canonical URL."""

import pytest

from articles import editing
from articles.models import Tag
from tests import factories
from tests.api.examples import create_articles

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    ["articles/none", "articles/%00", "tags/none", "tags/%00", "nothing", "articles/", "a/b/c"],
)
def test_not_found_is_json(get, path):
    assert get(path, 404).keys() == {"title", "status", "detail"}


def test_every_name_redirects_to_the_canonical_url(client):
    article = create_articles()
    factories.rename(article, slug="quiet")
    editing.save_tag(Tag.objects.get(slug="shared"), ["links/links"])
    for path, canonical in {
        "articles/peace": "articles/quiet",
        "articles/CALM/links?limit=2": "articles/quiet/links?limit=2",
        "articles/peace/graph": "articles/quiet/graph",
        "tags/Links/Links": "tags/shared",
        "tags/SHARED": "tags/shared",
    }.items():
        response = client.get(f"/api/v1/{path}")
        assert (response.status_code, response["Location"]) == (301, f"/api/v1/{canonical}")
        assert response["Access-Control-Allow-Origin"] == "*"
