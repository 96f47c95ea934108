"""A site whose readers' pages come from a streaming replica: which one is read, and what happens
while the replica lags behind, fails, or is the only one that is left."""

import json
import os
import random
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from tests.config.test_caching import editor
from tests.operations import servers
from tests.operations.servers import Client, wait_until

PAGES = [
    *("/", "/articles/", "/articles/peace/", "/articles/peace/links/", "/articles/peace/graph/"),
    *("/articles/peace.md", "/articles/PEACE/", "/articles/peace/preview/", "/tags/", "/map/"),
    *("/tags/law/", "/tags/law/feed/", "/feed/", "/search/?q=peace", "/search/suggest?q=pea"),
    *("/sitemap.xml", "/sitemaps/articles-1.xml", "/api/v1/articles", "/api/v1/search?q=peace"),
    *("/nowhere/", "/random/"),
]
# What the primary is asked for each page: its content version, and each second for due drafts.
PER_PAGE = ("articles_contentversion", 'FROM "articles_draft"')
# Requests of which one must be fast enough: a busy machine delays some.
ATTEMPTS = 5


class Site(NamedTuple):
    primary: servers.PostgreSQL
    replica: servers.Replica
    client: Client
    log: Path
    edit: object


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    with servers.site_database() as primary:
        primary.query("ALTER ROLE tests SET log_statement = 'all'")
        with servers.streaming_replica(primary) as replica:
            environment = {
                **primary.environment,
                "DATABASE_REPLICA_URL": replica.url,
                "CDN_MAX_AGE": "60",
                "MONITORING_ALLOWED": "127.0.0.1",
            }
            with (
                servers.application_host(folder, **environment) as host,
                editor({**os.environ, **primary.environment}) as edit,
            ):
                edit("create", slug="peace", title="Peace", body="Zero [[Treaty]]")
                edit("set_tags", slug="peace", tags=["law"])
                replica.wait_until_current()
                yield Site(primary, replica, Client(host.port), host.log, edit)


@pytest.fixture(autouse=True)
def current_replica(site):
    """Let each test begin with a replica that is used."""
    site.replica.wait_until_current()
    wait_until(lambda: reads_replica(site))


def statements(server, run):
    """Run a function, and return the lines of statements that a server logs meanwhile, without
    those that begin a connection, which a pool may open at any time."""
    log = server.folder / "log"
    start = log.stat().st_size
    run()
    with log.open("rb") as file:
        file.seek(start)
        lines = file.read().decode().splitlines()
    return [
        line
        for line in lines
        if any(verb in line for verb in ("SELECT", "INSERT", "UPDATE"))
        and "set_config('TimeZone'" not in line
    ]


def reads_replica(site):
    return bool(statements(site.replica, lambda: site.client.get(f"/none-{time.monotonic()}/")))


def logged(site):
    return [line for line in site.log.read_text().splitlines() if "The replica of" in line]


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_readers_are_read_from_the_replica(site, path):
    def run():
        assert site.client.get(path).status < 500

    # So that the page cache does not have the page.
    site.edit("change", slug="peace", summary=path)
    site.replica.wait_until_current()
    on_replica = []
    on_primary = statements(site.primary, lambda: on_replica.extend(statements(site.replica, run)))
    assert [line for line in on_primary if not any(part in line for part in PER_PAGE)] == []
    assert on_replica != []


@pytest.mark.parametrize("path", ["/healthz", "/shared/x/", "/admin/login/", "/healthz?deep=1"])
def test_drafts_the_admin_and_the_health_check_use_the_primary(site, path):
    assert statements(site.replica, lambda: site.client.get(path)) == []


def test_sessions_use_the_primary(site):
    user = Client(site.client.port)
    assert statements(site.replica, user.log_in) == []
    for path in PAGES:
        assert statements(site.replica, lambda path=path: user.get(path)) == [], path


def test_failed_searches_are_counted_in_the_primary(site):
    for _ in range(2):
        assert site.client.get("/search/?q=zebras+nowhere").status == 200
    rows = site.primary.query("SELECT count FROM articles_failedsearch WHERE query LIKE 'zebras%'")
    assert rows == [(2,)]


def test_a_change_is_published_on_time(site):
    site.edit("create", slug="plan", title="Plan", body="Before")
    assert "Before" in site.client.get("/articles/plan/").text
    site.edit("schedule_change", slug="plan", publish_in=2, body="After")
    assert "Before" in site.client.get("/articles/plan/").text
    wait_until(lambda: "After" in site.client.get("/articles/plan/").text, 4)


def test_no_reader_sees_older_content_while_the_replica_lags_at_random(site):
    stop = threading.Event()

    def lag():
        while not stop.wait(random.random() / 10):
            site.replica.pause()
            time.sleep(random.random() / 10)
            site.replica.resume()

    thread = threading.Thread(target=lag)
    thread.start()
    try:
        for number in range(100):
            site.edit("change", slug="peace", body=f"State {number}.")
            for path in ("/articles/peace/", "/api/v1/articles/peace"):
                assert f"State {number}." in site.client.get(path).text, (number, path)
    finally:
        stop.set()
        thread.join()
    assert not [line for line in logged(site) if "lags behind" in line]


def test_a_replica_that_lags_is_not_used_and_is_logged_once(site):
    before = len(logged(site))
    site.replica.pause()
    try:
        site.edit("change", slug="peace", body="Newest.")
        start = time.monotonic()
        while time.monotonic() < start + 6:
            assert "Newest." in site.client.get("/api/v1/articles/peace").text
            time.sleep(0.1)
        verify_readiness(site, "It lags behind: 1 change(s) of content are missing")
    finally:
        site.replica.resume()
    verify_recovery(site, before, "lags behind")


def verify_readers_are_served(site, seconds=1.2):
    for path in PAGES * 2:
        assert any(seconds_of_response(site, path) < seconds for _ in range(ATTEMPTS)), path


def seconds_of_response(site, path):
    start = time.monotonic()
    assert site.client.get(f"{path}{'&' if '?' in path else '?'}x={start}").status < 500
    return time.monotonic() - start


def verify_readiness(site, reason):
    """Verify that the host stays in use, whatever the replica does, and that monitoring gets to
    know."""

    def reported():
        response = site.client.get("/readyz")
        assert response.status == 200
        return reason in json.loads(response.text)["checks"]["replica"]["reason"]

    wait_until(reported)


def verify_recovery(site, before, problem="can't be read"):
    wait_until(lambda: reads_replica(site) and len(logged(site)) >= before + 2)
    first, second = logged(site)[before:]
    assert problem in first and "is used again" in second


def test_a_frozen_replica_is_not_used_until_it_continues(site):
    before = len(logged(site))
    with site.replica.frozen():
        site.edit("change", slug="peace", body="While frozen.")
        verify_readers_are_served(site)
        assert "While frozen." in site.client.get("/articles/peace/").text
        verify_readiness(site, "It does not respond.")
    verify_recovery(site, before)
    verify_readiness(site, "It is current.")


def test_a_stopped_replica_is_not_used_until_it_is_back(site):
    before = len(logged(site))
    site.replica.stop()
    site.edit("change", slug="peace", body="While stopped.")
    verify_readers_are_served(site)
    assert "While stopped." in site.client.get("/articles/peace/").text
    verify_readiness(site, "It does not respond.")
    site.replica.start()
    site.replica.wait_until_current()
    verify_recovery(site, before)


def test_no_reader_notices_that_the_replica_ends_connections(site):
    stop = threading.Event()
    end = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid != pg_backend_pid()"
    )

    def end_connections():
        while not stop.wait(0.02):
            with suppress(psycopg.Error):
                site.replica.query(end)

    thread = threading.Thread(target=end_connections)
    thread.start()
    try:
        statuses = [site.client.get(f"/search/?q=peace+{n}").status for n in range(60)]
    finally:
        stop.set()
        thread.join()
    assert set(statuses) == {200}


def test_a_page_that_the_replica_fails_to_finish_is_read_from_the_primary(site):
    parameters = f"host={site.primary.folder} user=tests dbname=postgres"
    waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    pages = []
    site.edit("change", slug="peace", summary="Not in any cache.")
    site.replica.wait_until_current()
    reader = threading.Thread(target=lambda: pages.append(site.client.get("/tags/")))
    with psycopg.connect(parameters) as connection:
        connection.execute("LOCK TABLE articles_tag IN ACCESS EXCLUSIVE MODE")
        # Any other transaction, so that the lock is replicated.
        site.primary.query("SELECT txid_current()")
        site.replica.wait_until_current()
        reader.start()
        wait_until(lambda: site.replica.query(waiting))
        for (pid,) in site.replica.query(waiting):
            site.replica.query(f"SELECT pg_terminate_backend({pid})")
    reader.join()
    assert pages[0].status == 200 and "law" in pages[0].text


def test_readers_get_current_pages_from_the_replica_while_the_primary_is_frozen(site):
    site.edit("change", slug="peace", body="Last state.")
    assert "Last state." in site.client.get("/articles/peace/").text
    site.replica.wait_until_current()
    with site.primary.frozen():
        verify_readers_are_served(site)
        assert "Last state." in site.client.get("/articles/peace/?y").text
        assert "Last state." in site.client.get("/api/v1/articles/peace").text
        for path in ("/articles/", "/map/", "/articles/peace/"):
            assert "s-maxage" not in site.client.get(path).headers["Cache-Control"], path
        assert site.client.get("/admin/login/", Cookie="sessionid=x").status == 503
    time.sleep(1.1)
    assert site.client.get("/admin/login/").status == 200


def test_older_pages_are_not_read_from_a_replica_that_lags_while_the_primary_is_frozen(site):
    site.replica.pause()
    site.edit("change", slug="peace", body="Not replicated.")
    assert "Not replicated." in site.client.get("/articles/peace/").text
    with site.primary.frozen():
        assert "Not replicated." in site.client.get("/articles/peace/").text
        assert site.client.get("/tags/").status == 503
    site.replica.resume()
    time.sleep(1.1)


def with_replica(site, replica):
    """Return the primary, whose commands are told of a replica."""
    server = servers.PostgreSQL(site.primary.url)
    server.environment["DATABASE_REPLICA_URL"] = replica.url
    return server


def test_the_replica_cannot_be_written_to(site):
    code = (
        "from articles.models import Tag\nfrom articles.routing import on_replica\n"
        "with on_replica():\n    Tag.objects.create(name='x')"
    )
    # Not even if it is another primary.
    server = with_replica(site, site.primary)
    with pytest.raises(AssertionError, match="read-only transaction"):
        server.manage("shell", "--no-imports", "-c", code)


def test_commands_use_the_primary(site):
    server = with_replica(site, site.replica)
    for command in ("migrate", "check", "rebuild"):
        assert statements(site.replica, lambda command=command: server.manage(command)) == []
