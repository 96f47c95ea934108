"""The admin of searches with no results."""

import pytest

from articles.models import FailedSearch
from tests import factories
from tests.admin.utils import html

pytestmark = pytest.mark.django_db

FAILED_SEARCHES = "/admin/articles/failedsearch/"


def test_failed_searches_need_the_permission_to_view_articles_and_are_read_only(client):
    FailedSearch.objects.record("nowhere")
    client.force_login(factories.user("", "view_article"))
    page = html(client.get(FAILED_SEARCHES))
    assert "nowhere" in page and f"{FAILED_SEARCHES}add/" not in page
    url = f"{FAILED_SEARCHES}{FailedSearch.objects.get().pk}/"
    assert client.post(f"{url}change/", {}).status_code == 403
    assert client.post(f"{url}delete/", {}).status_code == 403
    client.force_login(factories.user())
    assert client.get(FAILED_SEARCHES).status_code == 403


def test_the_most_frequent_failed_searches_come_first(client):
    for query in ("a seldom", "often", "often", "seldom"):
        FailedSearch.objects.record(query)
    client.force_login(factories.user("", "view_article"))
    page = html(client.get(FAILED_SEARCHES))
    assert page.index(">often<") < page.index(">a seldom<") < page.index(">seldom<")


def test_the_former_url_of_the_list_redirects(client):
    response = client.get("/admin/articles/miss/?q=war")
    assert response.status_code == 301
    assert response["Location"] == f"{FAILED_SEARCHES}?q=war"
