"""The site behind docs/deploy/nginx-cache.conf, as behind any CDN: how old pages get, and for whom
they are stored."""

import os
import re
import subprocess
import time
from typing import Any, NamedTuple

import pytest

from tests.config.test_caching import editor
from tests.operations import servers
from tests.operations.servers import ROOT, Client

CONFIGURATION = ROOT / "docs" / "deploy" / "nginx-cache.conf"
MAX_AGE = 2
PAGES = ["/", "/articles/peace/", "/articles/", "/feed/", "/search/?q=peace", "/sitemap.xml"]


class Site(NamedTuple):
    client: Client
    environment: dict[str, str]
    edit: Any


def configuration(folder, port, *hosts):
    """Return the configuration with these hosts, without TLS."""
    text = CONFIGURATION.read_text()
    text = re.sub(r"server \{\n    listen 80;.*?\n\}\n", "", text, flags=re.DOTALL)
    text = re.sub(r"^ *(listen \[::\]|ssl_|server 10\.).*\n", "", text, flags=re.MULTILINE)
    upstreams = "".join(f"    server 127.0.0.1:{host} fail_timeout=1s;\n" for host in hosts)
    replacements = {
        "upstream diwan {\n": f"upstream diwan {{\n{upstreams}",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port};",
        "encyclopedia.example.org": "localhost",
        "/var/cache/nginx/diwan": f"{folder}/cache",
    }
    for old, new in replacements.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    with servers.site_database() as database:
        environment = {**database.environment, "CDN_MAX_AGE": str(MAX_AGE)}
        port = servers.free_port()
        with (
            servers.application_host(folder, **environment) as host,
            servers.nginx(folder, port, configuration(folder, port, host.port)),
            editor({**os.environ, **environment}) as edit,
        ):
            edit("create", slug="peace", title="Peace", body="Zero")
            edit("create", slug="draft", title="Secret", body="Secret", status="draft")
            yield Site(Client(port), environment, edit)


def cache_status(response):
    return response.headers["X-Cache-Status"]


def test_the_configuration_is_valid(tmp_path):
    subject = ["-subj", "/CN=test", "-keyout", "key.pem", "-out", "certificate.pem"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *subject]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    text = CONFIGURATION.read_text().replace("/var/cache/nginx/diwan", f"{tmp_path}/cache")
    text = text.replace("/etc/ssl/encyclopedia.pem", f"{tmp_path}/certificate.pem")
    text = text.replace("/etc/ssl/encyclopedia.key", f"{tmp_path}/key.pem")
    # Only root may listen on the ports below 1024, as nginx tries to.
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"(?<=listen )(80|443)", lambda _: f"127.0.0.1:{servers.free_port()}", text)
    (tmp_path / "nginx.conf").write_text(servers.nginx_configuration(tmp_path, text))
    command = ["nginx", "-t", "-c", f"{tmp_path}/nginx.conf", "-p", tmp_path]
    path = f"{os.environ['PATH']}:/usr/sbin"
    done = subprocess.run(command, env={"PATH": path}, capture_output=True, text=True)
    assert (done.returncode, "[warn]" in done.stderr) == (0, False), done.stderr


def test_pages_are_stored_and_then_revalidated(site):
    site.edit("change", slug="peace", summary="Any.")
    time.sleep(MAX_AGE + 1)
    for path in PAGES:
        site.client.get(path)
        response = site.client.get(path)
        assert cache_status(response) == "HIT", path
        headers = {"If-None-Match": response.headers["ETag"]}
        assert site.client.get(path, **headers).status == 304
    time.sleep(MAX_AGE + 1)
    assert [cache_status(site.client.get(path)) for path in PAGES] == ["REVALIDATED"] * len(PAGES)


def test_no_page_is_older_than_the_configured_seconds(site):
    paths = ["/articles/peace/", "/feed/", "/articles/peace.md"]
    for number in range(3):
        site.edit("change", slug="peace", body=f"State {number}.")
        published, outdated = time.monotonic(), paths
        while outdated:
            time.sleep(0.05)
            requested, state = time.monotonic(), f"State {number}."
            outdated = [path for path in paths if state not in site.client.get(path).text]
            # nginx counts whole seconds.
            assert not outdated or requested - published < MAX_AGE + 1, outdated
        time.sleep(number * 0.7)


def test_an_article_that_did_not_exist_is_there_at_once(site):
    assert site.client.get("/articles/new/").status == 404
    site.edit("create", slug="new", title="New")
    assert site.client.get("/articles/new/").status == 200
    site.edit("create", slug="renamed", title="Renamed")
    assert site.client.get("/articles/Renamed").status == 301
    assert cache_status(site.client.get("/articles/Renamed")) == "MISS"


def test_pages_of_a_user_are_neither_stored_nor_taken_from_the_cache(site):
    user = Client(site.client.port)
    assert user.log_in().status == 302
    for path in ("/", "/articles/peace/", "/tags/", "/api/v1/articles"):
        for _ in range(2):
            response = user.get(path)
            assert cache_status(response) == "BYPASS"
            assert {"private", "no-store"} <= set(response.headers["Cache-Control"].split(", "))
        page = site.client.get(path)
        assert "/admin/logout/" not in page.text and "private" not in page.headers["Cache-Control"]
        assert "Set-Cookie" not in page.headers


def test_drafts_are_not_stored(site):
    user = Client(site.client.port)
    user.log_in()
    assert user.get("/articles/draft/").status == 404
    (link,) = set(
        re.findall(
            r"/admin/articles/article/(\d+)/change/",
            user.get("/admin/articles/article/?q=Secret").text,
        )
    )
    share = f"/admin/articles/article/{link}/share/"
    form = {"csrfmiddlewaretoken": user.token(share), "until": time.strftime("%Y-%m-%d")}
    shared = re.search(r"/shared/[^\s\"<]+", user.post(share, form).text)
    assert shared
    for client in (user, site.client):
        for _ in range(2):
            response = client.get(shared[0])
            assert response.status == 200 and "Secret" in response.text
            assert cache_status(response) in ("MISS", "BYPASS")
            assert "no-store" in response.headers["Cache-Control"]
    assert site.client.get("/articles/draft/").status == 404


def test_responses_that_set_a_cookie_are_not_stored(site):
    for path in ("/admin/login/", "/admin/"):
        for _ in range(2):
            response = Client(site.client.port).get(path)
            assert "no-store" in response.headers["Cache-Control"]
            assert cache_status(response) is None
    reader = Client(site.client.port)
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert reader.post("/language/", {"language": "ar"}, **headers).status == 303
    assert '<html lang="ar"' in reader.get("/map/").text
    assert '<html lang="en"' in site.client.get("/map/").text


@pytest.mark.parametrize("path", ["/", "/articles/peace/", "/articles/", "/search/?q=peace"])
def test_languages_are_never_mixed(site, path):
    languages = [
        ({"Cookie": "language=ar"}, "ar"),
        ({}, "en"),
        ({"Accept-Language": "ar"}, "ar"),
        ({"Accept-Language": "ar;q=0.1,en;q=0.5"}, "en"),
        ({"Accept-Language": "en;q=0.1,ar;q=0.5"}, "ar"),
        ({"Cookie": "language=en", "Accept-Language": "ar"}, "en"),
        ({"Cookie": "language=en; language=ar"}, "en"),
        ({"Cookie": "theme=dark; language=ar; other=x"}, "ar"),
        ({"Cookie": "other=x; language=en"}, "en"),
    ]
    for _ in range(2):
        for headers, language in languages:
            page = site.client.get(path, **headers)
            assert f'<html lang="{language}"' in page.text, headers
            assert ('data-theme="dark"' in page.text) is ("dark" in headers.get("Cookie", ""))


def test_a_host_name_with_a_port_makes_no_other_reader_get_its_links(site):
    site.client.get("/articles/peace/?canonical", Host="localhost:1234")
    assert "localhost:1234" not in site.client.get("/articles/peace/?canonical").text


def test_readers_get_pages_of_the_cache_while_the_site_is_stopped(site, tmp_path):
    port = servers.free_port()
    with (
        servers.application_host(tmp_path, **site.environment) as host,
        servers.nginx(tmp_path, port, configuration(tmp_path, port, host.port)),
    ):
        reader = Client(port)
        assert cache_status(reader.get("/articles/peace/")) == "MISS"
        host.process.terminate()
        host.process.wait()
        time.sleep(MAX_AGE + 1)
        for _ in range(3):
            response = reader.get("/articles/peace/")
            assert (response.status, cache_status(response)) == (200, "STALE")
        assert reader.get("/articles/").status == 502
