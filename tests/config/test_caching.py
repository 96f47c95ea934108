"""The page cache of the site: what one process changes, another one serves at once."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import RequestFactory

from articles.models import FailedSearch
from config import caching
from config.page_stores import MemoryStore
from config.pagecache import PageCache
from tests.config.test_server import send, serving


@contextmanager
def database(tmp_path):
    """The URL of an empty database of the engine under test."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/pages.sqlite3"
        return
    server, name = os.environ["DATABASE_URL"].rpartition("/")[0], f"pages_{uuid4().hex}"
    keys = ("host", "port", "user", "password")
    parameters = {key: connection.settings_dict[key.upper()] for key in keys}
    with psycopg.connect(**parameters, dbname="postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield f"{server}/{name}"
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def editor(environment):
    """A function that runs a command of `tests.config.editor` in another process."""
    command = [sys.executable, "-m", "tests.config.editor"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, **pipes) as process:

        def edit(name, **arguments):
            print(json.dumps([name, arguments]), file=process.stdin, flush=True)
            return json.loads(process.stdout.readline())

        yield edit
        process.stdin.close()


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """Environment variables of processes that share a database."""
    with database(tmp_path_factory.mktemp("database")) as url:
        paths = f"{settings.BASE_DIR}:{settings.BASE_DIR}/site"
        environment = {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": paths,
        }
        migrate = [sys.executable, f"{settings.BASE_DIR}/manage.py", "migrate", "--verbosity=0"]
        subprocess.run(migrate, env={**os.environ, **environment}, check=True)
        yield environment


@pytest.fixture(scope="module")
def site(environment, tmp_path_factory):
    """A function that edits in one process, and one that reads from the server in another."""
    folder = tmp_path_factory.mktemp("pages")
    with serving(folder, **environment) as port, editor({**os.environ, **environment}) as edit:

        def read(path, **headers):
            with send(port, "GET", path, **headers) as response:
                return response.status, response.read().decode(), response.headers

        yield edit, read


def test_readers_see_every_change_at_once(site):
    edit, read = site
    edit("create", slug="peace", title="Peace", body="First", status="draft")
    assert read("/articles/peace/")[0] == 404
    edit("publish", slug="peace")
    for _ in range(2):
        assert "First" in read("/articles/peace/")[1]
        assert "Peace" in read("/articles/")[1] and "history" not in read("/tags/")[1]
    edit("change", slug="peace", body="Second")
    assert "Second" in read("/articles/peace/")[1]
    edit("set_tags", slug="peace", tags=["history"])
    assert "history" in read("/articles/peace/")[1] and "history" in read("/tags/")[1]
    edit("change", slug="peace", title="Concord")
    assert "<h1>Concord</h1>" in read("/articles/peace/")[1] and "Concord" in read("/articles/")[1]
    assert "history" in read("/tags/")[1]
    edit("delete_tags")
    assert "history" not in read("/articles/peace/")[1] + read("/tags/")[1]
    edit("delete", slug="peace")
    assert read("/articles/peace/")[0] == 410 and "Concord" not in read("/articles/")[1]
    edit("restore")
    assert read("/articles/peace/")[0] == 200 and "Concord" in read("/articles/")[1]


def test_readers_see_what_is_rebuilt_without_a_restart(site):
    edit, read = site
    edit("create", slug="stale", title="Stale", body="Words")
    edit("store_html_of_earlier_version", slug="stale", html="<p>Earlier</p>")
    for _ in range(2):
        assert "Earlier" in read("/articles/stale/")[1]
    edit("rebuild")
    assert "Earlier" not in read("/articles/stale/")[1] and "Words" in read("/articles/stale/")[1]


def observe(read, path, text, until):
    """Request a page again and again. Return when each request began and ended, and whether the
    page contains the text."""
    observations = []
    while (began := time.time()) < until:
        status, page, _headers = read(path)
        assert status == 200
        observations.append((began, time.time(), text in page))
        time.sleep(0.05)
    return observations


def test_schedules_take_effect_on_the_second(site):
    edit, read = site
    publish_at, expire_at = edit("schedule", slug="soon", title="Soon", publish_in=1, expire_in=2)
    for began, ended, is_listed in observe(read, "/articles/", "Soon", expire_at + 1):
        if ended < publish_at or began >= expire_at:
            assert not is_listed
        elif began >= publish_at and ended < expire_at:
            assert is_listed


def test_a_scheduled_change_takes_effect_on_the_second(site):
    edit, read = site
    edit("create", slug="plan", title="Plan", body="Before")
    publish_at = edit("schedule_change", slug="plan", publish_in=2, body="After")
    for began, ended, is_changed in observe(read, "/articles/plan/", "After", publish_at + 1.5):
        if ended < publish_at:
            assert not is_changed
        elif began >= publish_at + 1:
            assert is_changed


def test_a_cached_page_has_all_headers_of_django(site):
    edit, read = site
    edit("create", slug="cached", title="Cached")
    _status, rendered, first = read("/articles/cached/")
    _status, cached, second = read("/articles/cached/")
    assert rendered == cached
    names = ("Content-Security-Policy", "Permissions-Policy", "X-Content-Type-Options", "ETag")
    assert all(first[name] == second[name] for name in (*names, "Vary", "Content-Type"))
    assert "default-src 'self'" in second["Content-Security-Policy"] and all(
        map(second.get, names)
    )
    assert "Cookie" in first["Vary"] and "Accept-Encoding" in first["Vary"]
    assert read("/articles/cached/", **{"If-None-Match": first["ETag"]})[0] == 304
    theme = read("/articles/cached/", Cookie="theme=dark")
    assert 'data-theme="dark"' in theme[1] and "data-theme" not in read("/articles/cached/")[1]
    assert read("/articles/cached/", Host="evil.example")[0] == 400


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/", {}),
        ("GET", "/admin/login/", {}),
        ("GET", "/admin/articles/article/", {}),
        ("GET", "/api/v1/articles", {}),
        ("GET", "/static/articles/mark.svg", {}),
        ("GET", "/media/x.png", {}),
        ("GET", f"/search/?q={'x' * 2000}", {}),
        ("GET", f"/?{'&'.join(map(str, range(1001)))}", {}),
        ("GET", "/", {"HTTP_COOKIE": "a=b; sessionid=c"}),
    ],
)
def test_other_requests_than_for_public_pages_are_not_cached(method, path, headers):
    environ = RequestFactory(HTTP_HOST="localhost").generic(method, path, **headers).environ
    assert caching.cache_key(environ) is None


def key(path="/", **environ):
    return caching.cache_key(RequestFactory(HTTP_HOST="localhost").get(path, **environ).environ)


def test_pages_differ_by_url_host_scheme_theme_and_language():
    keys = [
        key(),
        key("/articles/?letter=a"),
        key("/articles/?letter=b"),
        key("/articles/?after=a"),
        key("/tags/"),
        key(HTTP_HOST="other"),
        key(**{"wsgi.url_scheme": "https"}),
        key(HTTP_COOKIE="theme=dark"),
        key(HTTP_COOKIE="theme=light"),
        key(HTTP_ACCEPT_LANGUAGE="ar"),
        key("/b/", SCRIPT_NAME="/a"),
        key("/a/b/"),
    ]
    assert None not in keys and len(set(keys)) == len(keys)
    assert key(HTTP_COOKIE="theme=x; other=y") == key()
    assert key(HTTP_COOKIE="language=ar") == key(HTTP_ACCEPT_LANGUAGE="ar")


@pytest.mark.parametrize(
    "header", ["https", "https, http", " https", "http", "http, https", "HTTPS", ""]
)
@pytest.mark.parametrize("wsgi_scheme", ["http", "https"])
def test_the_scheme_is_the_one_that_django_reads(settings, header, wsgi_scheme):
    environ = {"HTTP_X_FORWARDED_PROTO": header, "wsgi.url_scheme": wsgi_scheme}
    for trusted in (None, ("HTTP_X_FORWARDED_PROTO", "https")):
        settings.SECURE_PROXY_SSL_HEADER = trusted
        assert key(**environ)[0] == RequestFactory().get("/", **environ).scheme


@pytest.mark.parametrize("space", ["\u00a0", "\u2003", "\u3000", "\x1f", "\x85", "\t"])
def test_a_cookie_has_the_name_that_django_reads(space):
    def cookie(text):
        return {"HTTP_COOKIE": text.encode().decode("latin-1")}

    assert key(**cookie(f"a=b;{space}language=ar")) == key(HTTP_ACCEPT_LANGUAGE="ar")
    assert key(**cookie(f"{space}language{space}={space}ar{space}")) == key(
        HTTP_ACCEPT_LANGUAGE="ar"
    )
    assert key(**cookie(f"a=b;{space}theme=dark")) == key(HTTP_COOKIE="theme=dark")
    assert key(**cookie(f"a=b;{space}sessionid=c")) is None
    assert key(**cookie(f"{space}sessionid=c")) is None


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/", "utm_source=x&letter=a"),
        ("/articles/peace/", "v=2&page=7&q=x"),
        ("/articles/", f"x={'y' * 3000}"),
        ("/nowhere", "a=b"),
    ],
)
def test_parameters_that_a_page_does_not_read_make_no_difference(path, query):
    assert key(f"{path}?{query}") == key(path)


def test_the_order_of_parameters_makes_no_difference():
    assert key("/search/?q=a&utm=1&tag=b") == key("/search/?tag=b&q=a") != key("/search/?tag=b")


def test_the_last_one_of_repeated_parameters_counts():
    assert key("/search/?q=a&q=b") == key("/search/?q=b") != key("/search/?q=a")


def test_a_url_with_other_parameters_has_the_same_page_with_its_canonical_url(site):
    edit, read = site
    edit("create", slug="canon", title="Canon")
    edit("set_tags", slug="canon", tags=["law"])
    for path in ("/", "/articles/canon/", "/articles/", "/tags/law/", "/search/", "/map/"):
        first, second = read(path), read(f"{path}?utm_source=x&v=2")
        assert first[1] == second[1] and first[2]["ETag"] == second[2]["ETag"]
        assert re.search(rf'<link rel="canonical" href="http://[\w.:]+{path}">', second[1])


def test_a_request_without_a_host_is_not_cached():
    assert caching.cache_key(RequestFactory().get("/").environ) is None


def test_no_cookie_makes_other_readers_get_another_page(site):
    edit, read = site
    edit("create", slug="poison", title="Poison")
    for number, cookie in enumerate(["\xc2\xa0language=ar", "a=b;\xe2\x80\x83language=ar"]):
        path = f"/articles/poison/?{number}"
        assert '<html lang="ar"' in read(path, Cookie=cookie)[1]
        assert '<html lang="en"' in read(path)[1]
    read("/tags/", Cookie="\xc2\xa0sessionid=x")
    assert "private" not in read("/tags/")[2]["Cache-Control"]


def test_the_cache_has_the_configured_size_and_is_off_in_development(settings):
    application = object()
    settings.CACHES = {"default": settings.CACHES["default"]}
    settings.DEBUG, settings.PAGE_CACHE_MB = False, 3
    assert caching.with_page_cache(application).store.limit == 3_000_000
    settings.PAGE_CACHE_MB = 0
    assert caching.with_page_cache(application) is application
    settings.DEBUG, settings.PAGE_CACHE_MB = True, 3
    assert caching.with_page_cache(application) is application


def test_deployments_with_other_settings_or_sources_share_no_pages(
    settings, tmp_path, monkeypatch
):
    digests = [caching.deployment_digest()]
    settings.SITE_NAME = "Another"
    digests.append(caching.deployment_digest())
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", "another")
    digests.append(caching.deployment_digest())
    settings.BASE_DIR = tmp_path
    digests.append(caching.deployment_digest())
    assert len(set(digests)) == 4


def start_response(status, headers):
    """Ignore status and headers, which a server would send."""


@pytest.mark.django_db(transaction=True)
def test_every_failed_search_is_counted():
    site = PageCache(WSGIHandler(), MemoryStore(100_000), lambda: "1", caching.cache_key)
    for _ in range(2):
        body = site(
            RequestFactory(HTTP_HOST="localhost").get("/search/?q=nowhere").environ, start_response
        )
        getattr(body, "close", lambda: None)()
    assert FailedSearch.objects.get().count == 2


@pytest.mark.django_db(transaction=True)
def test_a_head_request_counts_as_no_search():
    site = PageCache(WSGIHandler(), MemoryStore(1000), lambda: "1", caching.cache_key)
    for method, counted in (("HEAD", 0), ("GET", 1)):
        environ = (
            RequestFactory(HTTP_HOST="localhost").generic(method, "/search/?q=nowhere").environ
        )
        body = site(environ, start_response)
        getattr(body, "close", lambda: None)()
        assert FailedSearch.objects.count() == counted


class FakeRedis(StreamRequestHandler):
    """The part of Redis that the page cache needs: GET, SET, and OK to everything else."""

    def handle(self):
        while (count := self.rfile.readline()) and not self.server.is_down:
            words = [self.read_word() for _ in range(int(count[1:]))]
            self.wfile.write(self.reply(words[0].upper(), words[1:]))

    def read_word(self):
        length = int(self.rfile.readline()[1:])
        return self.rfile.read(length + 2)[:-2]

    def reply(self, command, arguments):
        values = self.server.values
        if command == b"HELLO":
            return b"%1\r\n+proto\r\n:3\r\n"
        if command == b"SET":
            values[arguments[0]] = arguments[1]
        if command == b"GET":
            value = values.get(arguments[0])
            return b"$%d\r\n%s\r\n" % (len(value), value) if value else b"_\r\n"
        return b"+OK\r\n"


@pytest.fixture
def redis():
    with ThreadingTCPServer(("127.0.0.1", 0), FakeRedis) as server:
        server.daemon_threads, server.values, server.is_down = True, {}, False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_processes_share_pages_and_work_without_redis_when_it_is_down(
    environment, tmp_path, redis
):
    environment = {**environment, "CACHE_URL": f"redis://127.0.0.1:{redis.server_address[1]}/0"}

    def read(port, path):
        with send(port, "GET", path, Host="localhost") as response:
            return response.status, response.read()

    with serving(tmp_path, **environment) as port:
        rendered = read(port, "/articles/")
        assert not redis.values, "a page is shared once it is requested again"
        assert read(port, "/articles/") == rendered
    shared = dict(redis.values)
    assert len(shared) == 1 and rendered[0] == 200
    with serving(tmp_path, **environment) as port:
        assert read(port, "/articles/") == rendered
        assert redis.values == shared, "the page was not rendered again"
        redis.is_down = True
        redis.shutdown()
        redis.server_close()
        assert read(port, "/articles/") == rendered
        assert read(port, "/tags/")[0] == 200
