"""Conditional GET by content version, of feeds and sitemaps."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from articles import decorators, editing
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_conditional_request_gets_304_until_content_changes(client, django_assert_num_queries):
    with time_machine.travel(timezone.now() - timedelta(minutes=1), tick=False):
        article = factories.article("Peace")
        assert "Last-Modified" not in client.get("/feed/"), "the second of the change is not over"
    first = client.get("/feed/")
    assert first["Cache-Control"] == "public, no-cache"
    for header in (
        {"If-None-Match": first["ETag"]},
        {"If-None-Match": f"W/{first['ETag']}"},
        {"If-Modified-Since": first["Last-Modified"]},
    ):
        with django_assert_num_queries(1):
            response = client.get("/feed/", headers=header)
        assert (response.status_code, response.content) == (304, b"")
        assert response["ETag"] == first["ETag"]
    with time_machine.travel(timezone.now() + timedelta(seconds=2)):
        editing.unpublish([article], None)
        for name, header in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
            assert client.get("/feed/", headers={name: first[header]}).status_code == 200


def test_each_url_has_its_own_etag(client):
    factories.article("Peace", tags=["calm"])
    paths = ("/feed/", "/feed/en/", "/tags/calm/feed/", "/articles/peace.md", "/sitemap.xml")
    assert len({client.get(path)["ETag"] for path in paths}) == len(paths)
    assert (
        client.get("/feed/", headers={"host": "localhost"})["ETag"] != client.get("/feed/")["ETag"]
    )


def test_the_etag_depends_on_the_version_and_the_name_of_the_site(client, monkeypatch, settings):
    etags = [client.get("/feed/")["ETag"]]
    settings.SITE_NAME = "Another"
    etags.append(client.get("/feed/")["ETag"])
    monkeypatch.setattr(decorators, "VERSION", "99")
    etags.append(client.get("/feed/")["ETag"])
    assert len(set(etags)) == 3


@pytest.mark.parametrize("path", ["/feed/", "/sitemap.xml", "/robots.txt"])
def test_conditional_views_are_read_only(client, path):
    assert client.post(path).status_code == 405
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
