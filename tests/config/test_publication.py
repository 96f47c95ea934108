"""Scheduled changes of published articles: every surface shows them from their second on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection

from articles import editing
from articles.models import Article, Draft, Revision
from config.publication import publication
from tests import factories
from tests.threads import locked

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("publication_on_time", "one_sitemap_file"),
]

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
SURFACES = (
    "/",
    "/articles/",
    "/articles/concord/",
    "/articles/concord.md",
    "/articles/concord/preview/",
    "/articles/concord/links/",
    "/articles/war/",
    "/tags/calm/",
    "/tags/calm/feed/",
    "/feed/",
    "/feed/en/",
    "/sitemaps/articles-1.xml",
    "/search/?q=concord",
    "/search/suggest?q=conc",
    "/map/",
    "/api/v1/articles",
    "/api/v1/articles/concord",
    "/api/v1/search?q=concord",
    "/api/v1/articles?tag=calm",
)


def schedule(at=NOON, **fields):
    with time_machine.travel(at - timedelta(hours=9), tick=False):
        article = factories.article("Peace", body="Words.")
        factories.article("War", body="See [[Concord]].")
        fields = {"title": "Concord", "slug": "concord", "body": "New [[War]].", **fields}
        for name, value in fields.items():
            setattr(article, name, value)
        editing.schedule(article, at, tags=["calm"])
        return article


def shows(client, url):
    caches["rates"].clear()
    # As if this were the first request to another process.
    publication.next_check = 0.0
    response = client.get(url)
    return response.status_code == 200 and b"concord" in response.content.lower()


def publish_due(_number):
    try:
        return editing.publish_due()
    finally:
        connection.close()


@pytest.mark.parametrize("url", SURFACES)
def test_every_surface_shows_a_change_from_its_second_on(client, url):
    schedule()
    with time_machine.travel(NOON - timedelta(seconds=1), tick=False):
        # The page names the title that it looked for.
        before = client.get(url).content
    with time_machine.travel(NOON, tick=False):
        assert shows(client, url)
        assert client.get(url).content != before
        assert Article.objects.get(slug="concord").updated == NOON


@pytest.mark.parametrize("day", [datetime(2026, 3, 29), datetime(2026, 10, 25)])
def test_a_change_is_published_on_time_when_clocks_are_changed(client, day):
    at = day.replace(hour=9, tzinfo=ZoneInfo("Europe/Berlin"))
    schedule(at.astimezone(UTC))
    with time_machine.travel(at.astimezone(UTC) - timedelta(seconds=1), tick=False):
        assert client.get("/articles/concord/").status_code == 404
    with time_machine.travel(at.astimezone(UTC), tick=False):
        assert shows(client, "/articles/concord/")


def test_without_a_schedule_requests_take_one_query_a_second(client, django_assert_num_queries):
    factories.article("Peace")
    with django_assert_num_queries(1):
        publication.publish_due()
        publication.publish_due()


def test_feeds_have_another_etag_and_a_later_date_after_a_scheduled_change(client):
    schedule()
    with time_machine.travel(NOON - timedelta(seconds=2), tick=False):
        before = client.get("/feed/")
    with time_machine.travel(NOON + timedelta(seconds=5), tick=False):
        after = client.get("/feed/", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200 and after["ETag"] != before["ETag"]


def test_one_draft_that_fails_keeps_no_reader_from_the_site(client, monkeypatch, caplog):
    schedule()
    monkeypatch.setattr(editing, "publish_due", lambda: 1 / 0)
    with time_machine.travel(NOON, tick=False):
        assert client.get("/articles/peace/").status_code == 200
        assert "could not be published" in caplog.text
        assert not publication.is_possible()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("separate_connections")
def test_readers_are_served_while_another_transaction_delays_the_publication(client, monkeypatch):
    article = schedule()
    monkeypatch.setattr("articles.editing.workflow.MAX_WAIT", 50)
    with time_machine.travel(NOON, tick=False):
        with locked(article):
            assert client.get("/articles/peace/").status_code == 200
            assert client.get("/articles/concord/").status_code == 404
        publication.retry_at = 0.0
        assert shows(client, "/articles/concord/")


@pytest.mark.django_db(transaction=True)
def test_readers_are_served_by_a_read_only_database(client):
    schedule()
    is_sqlite = connection.vendor == "sqlite"
    setting = "PRAGMA query_only" if is_sqlite else "SET default_transaction_read_only"
    with connection.cursor() as cursor:
        cursor.execute(f"{setting} = ON")
        try:
            with time_machine.travel(NOON, tick=False):
                assert client.get("/articles/peace/").status_code == 200
                assert not publication.is_possible()
        finally:
            cursor.execute(f"{setting} = OFF")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("separate_connections")
def test_of_several_processes_one_publishes_a_change():
    article = schedule()
    with time_machine.travel(NOON, tick=False), ThreadPoolExecutor(4) as threads:
        results = list(threads.map(publish_due, range(4)))
    assert sorted(results) == [0, 0, 0, 1]
    assert Revision.objects.filter(article=article.pk).count() == 3
    assert not Draft.objects.exists()
