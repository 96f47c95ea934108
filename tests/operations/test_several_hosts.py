"""Several hosts with one database and one Redis, behind nginx; one of them runs other code."""

import pickle
import shutil
import threading
import time
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
import redis

from tests.operations import servers
from tests.operations.content import PASSWORD, USERNAMES
from tests.operations.editors import Editor, Form, wait_for_saves, working
from tests.operations.servers import ROOT, Client
from tests.operations.services import RedisService, SiteService
from tests.operations.test_shared_cache import configuration

API_RATE = 30
LOGIN_ATTEMPTS = 6
# What the pages of the other version have, and those of this one don't.
OTHER = "<!-- another version -->"

NEW_FILE = "/static/new.0123456789ab.css"


class Hosts(NamedTuple):
    first: SiteService
    second: SiteService
    other: SiteService
    redis: Any

    @property
    def sites(self):
        return self.first, self.second, self.other


class RoamingEditor(Editor):
    """An editor whose requests go to one host after the other: each form comes from another one
    than it is posted to."""

    def __init__(self, hosts, *arguments):
        super().__init__(hosts[0], *arguments)
        self.ports = cycle([host.port for host in hosts])

    def request(self, *arguments):
        self.client.port = next(self.ports)
        return super().request(*arguments)


@pytest.fixture(scope="module")
def other_checkout(tmp_path_factory):
    """A copy of what a host needs, with another template and another static file."""
    checkout = tmp_path_factory.mktemp("other")
    for folder in ("articles", "site", "templates"):
        shutil.copytree(ROOT / folder, checkout / folder)
    with (checkout / "templates/articles/base.html").open("a") as file:
        file.write(OTHER)
    (checkout / "staticfiles").mkdir()
    (checkout / "staticfiles" / "new.0123456789ab.css").write_text("p {}")
    return checkout


def run_code_of(host, root):
    """Let the host run the code of a checkout when it starts again."""
    host.root = root
    host.environment["PYTHONPATH"] = f"{root}:{root}/site:{ROOT}"


@pytest.fixture(scope="module")
def hosts(postgresql, other_checkout, tmp_path_factory):
    store = RedisService(tmp_path_factory.mktemp("redis"))
    url = postgresql.create_database()
    options = {"CACHE_URL": store.url, "API_RATE": API_RATE, "LOGIN_ATTEMPTS": LOGIN_ATTEMPTS}
    environment = {name: str(value) for name, value in options.items()}
    first, second, other = (
        SiteService(tmp_path_factory.mktemp(name), url, **environment)
        for name in ("first", "second", "other")
    )
    run_code_of(other, other_checkout)
    with store.running(), first.running(), second.running(), other.running():
        yield Hosts(first, second, other, redis.Redis.from_url(store.url))


def page(host, path):
    response = Client(host.port).get(path)
    assert response.status == 200
    assert (OTHER in response.text) is (host.root != ROOT)
    return response.text


def test_what_one_host_saves_is_read_from_the_others_at_once(hosts):
    editor = RoamingEditor(hosts.sites, USERNAMES[0], 1)
    editor.log_in()
    for number in range(12):
        editor.save()
        assert len(editor.acknowledged) == number + 1
        # The second time, a page comes from a cache.
        for host in hosts.sites * 2:
            assert editor.acknowledged[-1] in page(host, f"/articles/{USERNAMES[0]}/")
            assert USERNAMES[0].title() in page(host, "/articles/")


def test_a_session_and_its_forms_are_valid_on_each_host(hosts):
    user = Client(hosts.first.port)
    form = Form(user.get("/admin/login/").text, "login-form").values
    form |= {"username": USERNAMES[1], "password": PASSWORD}
    assert user.post("/admin/login/", form, port=hosts.second.port).status == 302
    for host in hosts.sites:
        assert user.get("/admin/", port=host.port).status == 200
    token = {"csrfmiddlewaretoken": user.token("/admin/")}
    assert user.post("/admin/logout/", token, port=hosts.other.port).status in (200, 302)
    assert user.get("/admin/", port=hosts.second.port).status == 302


def test_hosts_share_pages_in_redis_but_not_with_other_code(hosts):
    for host in (hosts.other, hosts.first):
        for _ in range(3):
            page(host, "/tags/")
    before = hosts.redis.info("stats")["keyspace_hits"]
    page(hosts.second, "/tags/")
    assert hosts.redis.info("stats")["keyspace_hits"] > before
    # All of them are still those of their own version.
    for host in hosts.sites * 2:
        page(host, "/tags/")


class Exploit:
    def __init__(self, file):
        self.file = file

    def __reduce__(self):
        return Path.touch, (self.file,)


def test_whoever_writes_to_redis_can_neither_change_pages_nor_run_code(hosts, tmp_path):
    path = f"/articles/{USERNAMES[2]}/"
    for _ in range(3):
        expected, _other = page(hosts.first, path), page(hosts.first, "/map/")
    keys = hosts.redis.keys("*pages*")
    assert len(keys) > 1
    values = [hosts.redis.get(key) for key in keys]
    assert any(b"Unchanged" in value for value in values)
    for forgeries in (
        [pickle.dumps(Exploit(tmp_path / "executed"))] * len(keys),
        [*values[1:], values[0]],
        [value.replace(b"Unchanged", b"Defaced!!") for value in values],
    ):
        for key, value in zip(keys, forgeries, strict=True):
            hosts.redis.set(key, value)
        hosts.second.restart()
        assert page(hosts.second, path) == expected
    assert not (tmp_path / "executed").exists()


def start_of_a_window():
    """Wait until enough of a minute, in which the API counts requests, is left."""
    if (second := time.time() % 60) > 40:
        time.sleep(60 - second)


def test_hosts_count_the_requests_of_a_client_together(hosts, tmp_path):
    start_of_a_window()
    statuses = [
        Client(host.port).get("/api/v1/tags").status
        for host in (hosts.first, hosts.second) * API_RATE
    ]
    assert statuses == [200] * API_RATE + [429] * API_RATE
    for key in hosts.redis.keys("*rates*"):
        hosts.redis.set(key, pickle.dumps(Exploit(tmp_path / "executed")))
    assert {Client(host.port).get("/api/v1/tags").status for host in hosts.sites} <= {200, 429}
    assert not (tmp_path / "executed").exists()


def test_hosts_count_failed_logins_together(hosts):
    name = USERNAMES[3]
    for number in range(LOGIN_ATTEMPTS):
        port = hosts.sites[number % 3].port
        response = Client(port).log_in(name, "wrong")
        assert response.status == (200 if number < LOGIN_ATTEMPTS - 1 else 429)
    for host in hosts.sites:
        assert Client(host.port).log_in(name, PASSWORD).status == 429


def test_static_files_of_one_version_are_served_whichever_host_is_asked(hosts, tmp_path):
    port = servers.free_port()
    http = configuration(tmp_path, port, hosts.first.port, hosts.other.port)
    statuses = [Client(host.port).get(NEW_FILE).status for host in (hosts.first, hosts.other)]
    assert statuses == [404, 200]
    with servers.nginx(tmp_path, port, http):
        for number in range(6):
            assert Client(port).get(f"{NEW_FILE}?{number}").status == 200
            assert Client(port).get(f"/static/missing.css?{number}").status == 404


def test_a_rolling_update_behind_nginx_loses_nothing(hosts, other_checkout, tmp_path):
    port = servers.free_port()
    pair = (hosts.first, hosts.second)
    for host in pair:
        run_code_of(host, other_checkout)
        host.restart()
    proxy = SimpleNamespace(port=port)
    editors = [Editor(proxy, USERNAMES[number - 1], number) for number in (5, 6)]
    reader = Reader(port, USERNAMES[4])
    http = configuration(tmp_path, port, *(host.port for host in pair))
    with servers.nginx(tmp_path, port, http), working(editors):
        reader.start()
        for host in pair:
            wait_for_saves(editors, 4)
            host.stop()
            wait_for_saves(editors, 4)
            run_code_of(host, ROOT)
            host.start()
            wait_for_saves(editors, 4)
        reader.is_done.set()
        reader.join()
    assert reader.statuses == {200} and reader.numbers == sorted(reader.numbers)
    assert reader.numbers[-1] > reader.numbers[0]
    for editor in editors:
        assert set(editor.answers) == {302}
        for host in pair:
            assert editor.acknowledged[-1] in page(host, f"/articles/{editor.username}/")


class Reader(threading.Thread):
    """Reads an article and a list again and again; `numbers` are those of the article's states."""

    def __init__(self, port, username):
        super().__init__(daemon=True)
        self.client = Client(port)
        self.username = username
        self.is_done = threading.Event()
        self.statuses = set()
        self.numbers = []

    def run(self):
        while not self.is_done.wait(0.02):
            article = self.client.get(f"/articles/{self.username}/")
            self.statuses |= {article.status, self.client.get("/articles/").status}
            if article.status == 200:
                number = article.text.partition(f"{self.username} saved ")[2].partition(".")[0]
                self.numbers.append(int(number))
