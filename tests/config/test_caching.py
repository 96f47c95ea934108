"""Kept pages of the real site: what one process changes, readers of another see at once."""

import os
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
from config.pagecache import Memory, PageCache
from tests.config.test_server import ask, serving

WRITER = """
import django, sys
django.setup()
from datetime import timedelta
from django.utils import timezone
from articles import editing
from articles.models import *
def article(slug): return Article.objects.get(slug=slug)
for line in sys.stdin:
    exec(line)
    print("done", flush=True)
"""


@contextmanager
def database(tmp_path):
    """The address of an empty database of the engine under test."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/pages.sqlite3"
        return
    server, name = os.environ["DATABASE_URL"].rpartition("/")[0], f"pages_{uuid4().hex}"
    keys = ("host", "port", "user", "password")
    told = {key: connection.settings_dict[key.upper()] for key in keys}
    with psycopg.connect(**told, dbname="postgres", autocommit=True) as administrator:
        administrator.execute(f"CREATE DATABASE {name}")
        yield f"{server}/{name}"
        administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def writing(environment):
    """A process that does what it is told, a line at a time."""
    command = [sys.executable, "-c", WRITER]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=environment, **pipes) as process:

        def write(line):
            process.stdin.write(f"{line}\n")
            process.stdin.flush()
            assert process.stdout.readline() == "done\n"

        yield write
        process.stdin.close()


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The environment of processes that have a database together."""
    with database(tmp_path_factory.mktemp("database")) as url:
        paths = f"{settings.BASE_DIR}:{settings.BASE_DIR}/site"
        told = {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": paths,
        }
        migrate = [sys.executable, f"{settings.BASE_DIR}/manage.py", "migrate", "--verbosity=0"]
        subprocess.run(migrate, env={**os.environ, **told}, check=True)
        yield told


@pytest.fixture(scope="module")
def site(told, tmp_path_factory):
    """What one process writes, and what another one answers."""
    folder = tmp_path_factory.mktemp("pages")
    with serving(folder, **told) as port, writing({**os.environ, **told}) as write:

        def read(path, **headers):
            with ask(port, "GET", path, **headers) as answer:
                return answer.status, answer.read().decode(), answer.headers

        yield write, read


def test_readers_see_every_change_at_once(site):
    write, read = site
    write("editing.save(Article(title='Peace', slug='peace', body='First', status='draft'), [])")
    assert read("/articles/peace/")[0] == 404
    write("editing.publish([article('peace')], None)")
    for _ in range(2):
        assert "First" in read("/articles/peace/")[1]
        assert "Peace" in read("/articles/")[1] and "history" not in read("/tags/")[1]
    write("a = article('peace'); a.body = 'Second'; editing.save(a)")
    assert "Second" in read("/articles/peace/")[1]
    write("editing.save(article('peace'), ['history'])")
    assert "history" in read("/articles/peace/")[1] and "history" in read("/tags/")[1]
    write("a = article('peace'); a.title = 'Concord'; editing.save(a)")
    assert "<h1>Concord</h1>" in read("/articles/peace/")[1] and "Concord" in read("/articles/")[1]
    assert "history" in read("/tags/")[1]
    write("editing.delete_tags(Tag.objects.all())")
    assert "history" not in read("/articles/peace/")[1] + read("/tags/")[1]
    write("editing.delete([article('peace')])")
    assert read("/articles/peace/")[0] == 404 and "Concord" not in read("/articles/")[1]


def test_the_clock_publishes_and_withdraws_on_the_second(site):
    write, read = site
    write(
        "now = timezone.now(); editing.save(Article(title='Soon', slug='soon', status='published',"
        " publish_at=now + timedelta(seconds=1), expire_at=now + timedelta(seconds=3)), [])"
    )
    seen, began = [], time.monotonic()
    while time.monotonic() < began + 4:
        listed = "Soon" in read("/articles/")[1]
        seen.append((round(time.monotonic() - began, 1), listed))
        time.sleep(0.1)
    changes = [at for (at, now), (_, before) in zip(seen[1:], seen, strict=False) if now != before]
    assert len(changes) == 2
    assert 0.7 < changes[0] < 1.5 and 2.7 < changes[1] < 3.5


def test_a_kept_page_has_all_that_django_sent_with_it(site):
    write, read = site
    write("editing.save(Article(title='Kept', slug='kept', status='published'), [])")
    _status, made, first = read("/articles/kept/")
    _status, kept, second = read("/articles/kept/")
    assert made == kept
    names = ("Content-Security-Policy", "Permissions-Policy", "X-Content-Type-Options", "ETag")
    assert all(first[name] == second[name] for name in (*names, "Vary", "Content-Type"))
    assert "default-src 'self'" in second["Content-Security-Policy"] and all(
        map(second.get, names)
    )
    assert "Cookie" in first["Vary"] and "Accept-Encoding" in first["Vary"]
    assert read("/articles/kept/", **{"If-None-Match": first["ETag"]})[0] == 304
    theme = read("/articles/kept/", Cookie="theme=dark")
    assert 'data-theme="dark"' in theme[1] and "data-theme" not in read("/articles/kept/")[1]
    assert read("/articles/kept/", Host="evil.example")[0] == 400


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/", {}),
        ("GET", "/admin/login/", {}),
        ("GET", "/admin/articles/article/", {}),
        ("GET", "/api/v1/articles", {}),
        ("GET", "/static/articles/mark.svg", {}),
        ("GET", "/media/x.png", {}),
        ("GET", f"/?q={'x' * 2000}", {}),
        ("GET", "/", {"HTTP_COOKIE": "a=b; sessionid=c"}),
    ],
)
def test_what_is_not_a_page_for_everybody_goes_on_to_django(method, path, headers):
    environ = RequestFactory().generic(method, path, **headers).environ
    assert caching.variant(environ) is None


def test_pages_differ_by_address_host_scheme_and_colours():
    def key(path="/", **environ):
        return caching.variant(RequestFactory().get(path, **environ).environ)

    keys = [
        key(),
        key("/?letter=a"),
        key("/tags/"),
        key(HTTP_HOST="other"),
        key(**{"wsgi.url_scheme": "https"}),
        key(HTTP_COOKIE="theme=dark"),
        key(HTTP_COOKIE="theme=light"),
        key(HTTP_ACCEPT_LANGUAGE="ar"),
    ]
    assert None not in keys and len(set(keys)) == len(keys)
    assert key(HTTP_COOKIE="theme=x; other=y") == key()
    assert key(HTTP_COOKIE="language=ar") == key(HTTP_ACCEPT_LANGUAGE="ar")


def test_the_scheme_is_what_a_trusted_proxy_says(settings):
    environ = RequestFactory().get("/", HTTP_X_FORWARDED_PROTO="https").environ
    settings.SECURE_PROXY_SSL_HEADER = None
    assert caching.scheme(environ) == "http"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert caching.scheme(environ) == "https"


def test_as_much_is_kept_as_is_said_and_nothing_while_the_code_changes(settings):
    application = object()
    settings.CACHES = {"default": settings.CACHES["default"]}
    settings.DEBUG, settings.PAGE_CACHE_MB = False, 3
    assert caching.kept(application).store.limit == 3_000_000
    settings.PAGE_CACHE_MB = 0
    assert caching.kept(application) is application
    settings.DEBUG, settings.PAGE_CACHE_MB = True, 3
    assert caching.kept(application) is application


def test_sites_that_make_other_pages_share_none(settings, tmp_path):
    builds = [caching.build()]
    settings.SITE_NAME = "Another"
    builds.append(caching.build())
    settings.BASE_DIR = tmp_path
    builds.append(caching.build())
    assert len(set(builds)) == 3


@pytest.mark.django_db(transaction=True)
def test_every_search_in_vain_is_counted_and_none_is_kept():
    site = PageCache(WSGIHandler(), Memory(100_000), lambda: "1", caching.variant)
    for _ in range(2):
        answer = site(RequestFactory().get("/search/?q=nowhere").environ, lambda *_told: None)
        getattr(answer, "close", lambda: None)()
    assert FailedSearch.objects.get().count == 2


@pytest.mark.django_db(transaction=True)
def test_who_looks_only_at_the_head_looks_for_nothing_in_vain():
    site = PageCache(WSGIHandler(), Memory(1000), lambda: "1", caching.variant)
    for method, counted in (("HEAD", 0), ("GET", 1)):
        environ = RequestFactory().generic(method, "/search/?q=nowhere").environ
        answer = site(environ, lambda *_told: None)
        getattr(answer, "close", lambda: None)()
        assert FailedSearch.objects.count() == counted


class Remembering(StreamRequestHandler):
    """As much of Redis as keeps pages: GET, SET, and yes to all that is said besides."""

    def handle(self):
        while (count := self.rfile.readline()) and not self.server.down:
            words = [self.word() for _ in range(int(count[1:]))]
            self.wfile.write(self.answer(words[0].upper(), words[1:]))

    def word(self):
        length = int(self.rfile.readline()[1:])
        return self.rfile.read(length + 2)[:-2]

    def answer(self, command, rest):
        kept = self.server.kept
        if command == b"HELLO":
            return b"%1\r\n+proto\r\n:3\r\n"
        if command == b"SET":
            kept[rest[0]] = rest[1]
        if command == b"GET":
            value = kept.get(rest[0])
            return b"$%d\r\n%s\r\n" % (len(value), value) if value else b"_\r\n"
        return b"+OK\r\n"


@pytest.fixture
def remembering():
    with ThreadingTCPServer(("127.0.0.1", 0), Remembering) as server:
        server.daemon_threads, server.kept, server.down = True, {}, False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_processes_share_pages_and_do_without_when_they_cannot(told, tmp_path, remembering):
    told = {**told, "CACHE_URL": f"redis://127.0.0.1:{remembering.server_address[1]}/0"}

    def read(port, path):
        with ask(port, "GET", path, Host="localhost") as answer:
            return answer.status, answer.read()

    with serving(tmp_path, **told) as port:
        made = read(port, "/articles/")
    kept = dict(remembering.kept)
    assert len(kept) == 1 and made[0] == 200
    with serving(tmp_path, **told) as port:
        assert read(port, "/articles/") == made
        assert remembering.kept == kept, "nothing was made again"
        remembering.down = True
        remembering.shutdown()
        remembering.server_close()
        assert read(port, "/articles/") == made
        assert read(port, "/tags/")[0] == 200
