"""The documentation of the API."""

import pytest

pytestmark = pytest.mark.django_db


def test_the_documentation_is_a_page_of_the_site(client):
    response = client.get("/api/v1/docs")
    html = response.content.decode()
    for part in ("/api/v1/articles/{name}/backlinks", "300 requests per minute", "openapi.json"):
        assert part in html
    assert client.get("/api/v1/")["Location"] == "/api/v1/docs"


def test_the_documentation_is_in_the_language_of_the_interface(client):
    html = client.get("/api/v1/docs", headers={"Accept-Language": "ar"}).content.decode()
    assert '<html lang="ar" dir="rtl">' in html


def test_every_schema_is_linked_to_its_description(client):
    html = client.get("/api/v1/docs").content.decode()
    for name in ("articlelist", "articledetail", "backlinklist", "searchresultlist"):
        assert f'href="#{name}"' in html and f'id="{name}"' in html
