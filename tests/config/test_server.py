"""The server of `make serve`: gunicorn with the configuration of site/config/gunicorn.py."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from django.conf import settings

from tests.operations.servers import listens, wait_until

SLOW_CLIENTS = 24
# Seconds that a test waits for a response. Only a server that is broken lets it wait so long.
TIMEOUT = 120


@contextmanager
def listening() -> Iterator[int]:
    """Yield the number of a port that is in use, and free it afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@contextmanager
def serving(tmp_path: Path, **environment: str) -> Iterator[int]:
    """Start a server with one worker, outside the folder of the project, and yield its port."""
    with running(tmp_path, Path(settings.BASE_DIR), **environment) as (_server, port):
        yield port


@contextmanager
def running(
    tmp_path: Path, root: Path, **environment: str
) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """Start a server with one worker for a checkout, and yield its process and its port."""
    with listening() as port:
        pass
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        **environment,
    }
    config = root / "site" / "config" / "gunicorn.py"
    command = [sys.executable, "-m", "gunicorn", "--config", str(config), "config.wsgi"]
    with (
        (tmp_path / "server.log").open("w") as log,
        subprocess.Popen(command, cwd=tmp_path, env=environ, stderr=log) as server,
    ):
        try:
            wait_until(lambda: listens(port), TIMEOUT)
            yield server, port
        finally:
            server.terminate()


def send(port: int, method: str, path: str = "/", **headers: str) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    connection.request(method, path, headers={"Connection": "close", **headers})
    return connection.getresponse()


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    """The port of a server that clients connect to."""
    with serving(tmp_path_factory.mktemp("public")) as port:
        yield port


@pytest.fixture(scope="module")
def behind_proxy(tmp_path_factory):
    """The port of a server behind a proxy."""
    with serving(tmp_path_factory.mktemp("behind-proxy"), BEHIND_PROXY="on") as port:
        yield port


def test_incomplete_requests_do_not_block_others(public):
    with ExitStack() as slow:
        for _ in range(SLOW_CLIENTS):
            client = slow.enter_context(socket.create_connection(("127.0.0.1", public)))
            client.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        with send(public, "TRACE") as response:
            assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")


def test_x_forwarded_proto_is_trusted_behind_a_proxy_only(public, behind_proxy):
    claim = {"X-Forwarded-Proto": "https"}
    with send(public, "GET", "/healthz", **claim) as response:
        assert "Strict-Transport-Security" not in response.headers
    with send(behind_proxy, "GET", "/healthz", **claim) as response:
        assert "Strict-Transport-Security" in response.headers
    with send(behind_proxy, "GET", "/tags/", Host="localhost") as response:
        assert response.status == 301
        assert response.headers["Location"].startswith("https://")


def test_no_other_header_is_trusted_behind_a_proxy(behind_proxy):
    claims = {
        "SCRIPT_NAME": "/articles",
        "PATH_INFO": "/tags/",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Prefix": "/articles",
        "X-Forwarded-SSL": "on",
        "X-Forwarded-Protocol": "ssl",
        "X-Script-Name": "/articles",
        "X-Original-URL": "/tags/",
        "X-Rewrite-URL": "/tags/",
        "Forwarded": "host=evil.example;proto=https",
        "Script-URL": "/articles",
    }
    for name, value in claims.items():
        headers = {"Host": "localhost", name: value}
        with send(behind_proxy, "GET", "/articles/x/", **headers) as response:
            assert response.status == 301, name
            assert response.headers["Location"] == "https://localhost/articles/x/", name


@pytest.fixture
def checkout(tmp_path):
    """A copy of what the server needs."""
    for folder in ("articles", "site", "templates"):
        shutil.copytree(Path(settings.BASE_DIR) / folder, tmp_path / "checkout" / folder)
    return tmp_path / "checkout"


def accepts(port: int, host: str) -> bool:
    """Whether the site is served under the name of a host."""
    with send(port, "GET", "/none", Host=host) as response:
        return response.status != 400


def test_hup_reloads_the_settings_and_the_code(tmp_path, checkout, monkeypatch):
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    (checkout / ".env").write_text("ALLOWED_HOSTS=one.example\n")
    with running(tmp_path, checkout) as (server, port):
        assert accepts(port, "one.example") and not accepts(port, "two.example")
        (checkout / ".env").write_text("ALLOWED_HOSTS=two.example\n")
        server.send_signal(signal.SIGHUP)
        wait_until(lambda: accepts(port, "two.example"), TIMEOUT)
        with (checkout / "site/config/settings.py").open("a") as file:
            file.write("ALLOWED_HOSTS.append('three.example')\n")
        server.send_signal(signal.SIGHUP)
        wait_until(lambda: accepts(port, "three.example"), TIMEOUT)
        assert not accepts(port, "one.example")


def test_no_worker_keeps_the_port_if_the_master_is_killed(tmp_path):
    with running(tmp_path, Path(settings.BASE_DIR)) as (server, port):
        server.kill()
        server.wait()

        def is_free() -> bool:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) != 0

        wait_until(is_free, TIMEOUT)


def status_of(pid: int | str, name: str) -> str:
    """Return a line of what the system knows of a process or a thread."""
    status = Path(f"/proc/{pid}/status").read_text()
    (value,) = re.findall(rf"^{name}:\s*(\w+)", status, re.MULTILINE)
    return str(value)


def is_stopped(pid: int) -> bool:
    """Whether no thread of a process runs. Until then, a signal may come before SIGSTOP."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return {status_of(thread.name, "State") for thread in threads} == {"T"}


def has_pending(pid: int, number: int) -> bool:
    """Whether a process that is stopped will receive a signal once it continues."""
    return bool(int(status_of(pid, "ShdPnd"), 16) & 1 << number - 1)


def test_a_server_that_stops_answers_the_requests_that_wait(tmp_path):
    with running(tmp_path, Path(settings.BASE_DIR)) as (server, port), ExitStack() as clients:
        # The port is open before there is a worker.
        send(port, "TRACE").close()
        worker = int(Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text())
        os.kill(worker, signal.SIGSTOP)
        wait_until(lambda: is_stopped(worker), TIMEOUT)
        connections = [HTTPConnection("127.0.0.1", port, timeout=TIMEOUT) for _ in range(5)]
        for connection in connections:
            clients.callback(connection.close)
            connection.request("TRACE", "/")
        server.terminate()
        wait_until(lambda: has_pending(worker, signal.SIGTERM), TIMEOUT)
        os.kill(worker, signal.SIGCONT)
        assert [connection.getresponse().status for connection in connections] == [405] * 5
