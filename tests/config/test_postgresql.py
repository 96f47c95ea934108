"""The site while its PostgreSQL server is frozen, stopped, slow, and when it is back."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from config import postgresql
from config.database_status import DatabaseStatus, probe
from tests.config.test_server import listening, send, serving
from tests.operations.servers import PostgreSQL, wait_until
from tests.tools import postgres

# Seconds after which the next request tries to reach the server again.
RETRY_INTERVAL = 1.1
# Requests of which one must be fast enough.
ATTEMPTS = 4
# How many times all pages are requested while the server is stopped.
ROUNDS = 5
USER = f"sessionid={'a' * 32}"
# Pages of the cache, of Django, the API, and a page of a user.
CACHED = "/articles/"
REQUESTS = [
    ("/none/", ""),
    ("/articles/peace/", ""),
    ("/search/?q=peace", ""),
    ("/api/v1/articles", ""),
    ("/tags/", USER),
    ("/admin/", USER),
]


@pytest.fixture(scope="module")
def server():
    if not (binaries := postgres.binaries()):
        pytest.skip("PostgreSQL is not installed")
    with postgres.cluster(binaries) as url:
        server = PostgreSQL(url)
        server.manage("migrate", "--verbosity=0")
        yield server


def read(port, path, cookie=""):
    """Return the status, Retry-After, the type of the content, and how many seconds it took."""
    start = time.monotonic()
    headers = {"Cookie": cookie} if cookie else {}
    with send(port, "GET", path, Host="localhost", **headers) as response:
        response.read()
        values = response.headers["Retry-After"], response.headers["Content-Type"]
        return response.status, *values, time.monotonic() - start


def read_within(limit, port, path, cookie=""):
    """Return what `read` does but the time, which is less than `limit` seconds for one of a few
    requests: a busy machine delays some."""
    for _attempt in range(ATTEMPTS):
        *values, seconds = read(port, path, cookie)
        if seconds < limit:
            return values
        time.sleep(RETRY_INTERVAL)
    raise AssertionError(f"{path} took {seconds:.2f} s, more than {limit} s.")


def verify_unavailable(port):
    """Verify that a page that is stored is served, and that others are answered with 503."""
    with send(port, "GET", CACHED, Host="localhost") as response:
        assert response.status == 200
        assert "ttl=-1" in response.headers["Cache-Status"]
    assert read_within(0.5, port, "/healthz")[0] == 200
    assert read_within(1.5, port, "/healthz?deep=1")[:2] == [503, "5"]
    assert read_within(2, port, "/readyz")[0] == 503
    for path, cookie in REQUESTS:
        for _ in range(2):
            status, retry_after, content_type = read_within(1.5, port, path, cookie)
            assert (status, retry_after) == (503, "5"), path
            assert content_type.startswith("application/json" if "/api/" in path else "text/html")
        time.sleep(RETRY_INTERVAL)


def verify_available(port):
    for path, cookie in REQUESTS:
        assert read(port, path, cookie)[0] in (200, 302, 404), path
    with send(port, "GET", CACHED, Host="localhost") as response:
        assert (response.status, response.headers["Cache-Status"]) == (200, None)


def test_a_frozen_server_gives_503_within_a_second_until_it_continues(server, tmp_path):
    with serving(tmp_path, **server.environment) as port:
        verify_available(port)
        with server.frozen():
            verify_unavailable(port)
        time.sleep(RETRY_INTERVAL)
        verify_available(port)


def test_a_server_that_continues_is_used_again_however_many_requests_there_are(server, tmp_path):
    with serving(tmp_path, **server.environment) as port:
        verify_available(port)
        with server.frozen():
            assert read(port, "/none/")[0] == 503
        wait_until(lambda: read(port, "/none/")[0] == 404)


@contextmanager
def started_again(binaries, server):
    account = postgres.run_as(postgres.owner(), server.folder)
    process = postgres.start(binaries, server.folder, account)
    postgres.wait(binaries, server.folder)
    yield
    process.communicate()


def verify_log(folder, port, length):
    """Verify that the log, which had so many lines before the server was stopped, says once that
    it is not available, however many requests there are."""
    for _ in range(ROUNDS):
        for path, cookie in [(CACHED, ""), *REQUESTS]:
            read(port, path, cookie)
    lines = (folder / "server.log").read_text().splitlines()[length:]
    assert len([line for line in lines if "database is not available" in line]) == 1
    # The pool writes two lines each ten seconds.
    assert len(lines) < ROUNDS * len(REQUESTS) / 2, "\n".join(lines)


def test_a_stopped_server_gives_503_within_a_second_and_the_site_is_back_at_once(tmp_path):
    if not (binaries := postgres.binaries()):
        pytest.skip("PostgreSQL is not installed")
    with postgres.cluster(binaries) as url, ExitStack() as stack:
        server = PostgreSQL(url)
        server.manage("migrate", "--verbosity=0")
        ports = {}
        for page_cache in ("64", "0"):
            folder = tmp_path / page_cache
            folder.mkdir()
            environment = {**server.environment, "PAGE_CACHE_MB": page_cache}
            ports[folder] = stack.enter_context(serving(folder, **environment))
            verify_available(ports[folder])
        lengths = {
            folder: len((folder / "server.log").read_text().splitlines()) for folder in ports
        }
        os.kill(server.pid, signal.SIGINT)
        wait_until(lambda: not (server.folder / "data" / "postmaster.pid").exists())
        for folder, port in ports.items():
            verify_log(folder, port, lengths[folder])
        verify_unavailable(ports[tmp_path / "64"])
        with started_again(binaries, server):
            for folder, port in ports.items():
                wait_until(lambda port=port: read(port, "/none/")[0] == 404, timeout=10)
                time.sleep(1)
                verify_available(port)
                assert "database is available again" in (folder / "server.log").read_text()


def test_lost_connections_are_replaced_without_an_error(server, tmp_path):
    with serving(tmp_path, **server.environment) as port:
        verify_available(port)
        with psycopg.connect(f"host={server.folder} user=tests dbname=postgres") as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid != pg_backend_pid()"
            )
        verify_available(port)


def limited_connection(server):
    parameters = {"host": str(server.folder), "user": "tests", "dbname": "postgres"}
    return postgresql.LimitedConnection.connect(**parameters, autocommit=True)


def test_the_pool_does_not_ask_a_server_that_has_just_responded(server, monkeypatch):
    with limited_connection(server) as connection:
        connection.execute("SELECT 1")
        last_response = connection.last_response
        ConnectionPool.check_connection(connection)
        assert connection.last_response == last_response
        monkeypatch.setattr(postgresql, "FRESH", 0)
        ConnectionPool.check_connection(connection)
        assert connection.last_response > last_response


def test_a_connection_that_the_server_has_just_closed_fails_the_check(server):
    with limited_connection(server) as connection, limited_connection(server) as other:
        connection.execute("SELECT 1")
        pid = connection.info.backend_pid
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        with pytest.raises(psycopg.OperationalError):
            ConnectionPool.check_connection(connection)


def test_a_slow_statement_is_waited_for(server):
    with limited_connection(server) as connection:
        assert connection.execute("SELECT 'done' FROM pg_sleep(1)").fetchone() == ("done",)


def test_a_frozen_backend_of_a_running_server_is_given_up(server, monkeypatch):
    monkeypatch.setattr("config.postgresql.WAIT_TIMEOUT", 0.5)
    connection = limited_connection(server)
    with pytest.raises(psycopg.OperationalError, match="does not respond"):
        connection.execute("SELECT pg_sleep(5)")
    assert connection.closed


def test_a_server_that_is_read_only_may_be_writable_later(server):
    with limited_connection(server) as connection:
        connection.execute("SET default_transaction_read_only = on")
        with pytest.raises(psycopg.OperationalError, match="read-only transaction"):
            connection.execute("CREATE TABLE new ()")


LIMIT = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SHOW statement_timeout")
    print(cursor.fetchone()[0])
"""


def test_statements_of_requests_are_limited_and_those_of_commands_are_not(server):
    assert server.manage("shell", "--no-imports", "-c", LIMIT).split()[-1] == "0"
    command = [sys.executable, "-c", f"import config.wsgi\n{LIMIT}"]
    environment = {**os.environ, **server.environment}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["20s"]


def test_options_of_the_url_are_kept():
    pool = {"min_size": 1, "max_size": 8}
    database = {"OPTIONS": {"options": "-c search_path=diwan", "pool": pool}}
    postgresql.limit_waiting(database)
    options = database["OPTIONS"]
    assert options["options"] == "-c statement_timeout=20s -c search_path=diwan"
    assert (options["pool"]["min_size"], options["pool"]["max_size"]) == (1, 8)


def test_a_server_that_accepts_connections_but_says_nothing_is_down(monkeypatch):
    monkeypatch.setattr("config.database_status.PROBE_TIMEOUT", 0.1)
    with listening() as port:
        assert not probe("127.0.0.1", port)
    assert not probe("127.0.0.1", port)
    assert not probe("/no/such/folder", 5432)


def test_a_server_that_responds_is_up_and_is_probed_once_a_second():
    probes = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def respond():
            client, _address = listener.accept()
            probes.append(client.recv(8))
            client.sendall(b"N")
            client.close()

        threading.Thread(target=respond).start()
        status, (host, port) = DatabaseStatus(), listener.getsockname()
        assert [status.responds(host, port) for _ in range(3)] == [True] * 3
    assert probes == [b"\0\0\0\x08\x04\xd2\x16\x2f"]
    status.report_down()
    assert status.is_down() and not status.responds(host, port)
