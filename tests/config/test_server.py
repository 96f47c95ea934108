"""The server of `make serve`: gunicorn with the configuration of site/config/gunicorn.py."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

from django.conf import settings

SLOW_CLIENTS = 24


@contextmanager
def listening() -> Iterator[int]:
    """Yield the number of a port that is in use, and free it afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@contextmanager
def serving(tmp_path: Path, **environment: str) -> Iterator[int]:
    """Start a server with one worker, outside the folder of the project, and yield its port."""
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
    config = Path(settings.BASE_DIR) / "site" / "config" / "gunicorn.py"
    command = [sys.executable, "-m", "gunicorn", "--config", str(config), "config.wsgi"]
    with (
        (tmp_path / "server.log").open("w") as log,
        subprocess.Popen(command, cwd=tmp_path, env=environ, stderr=log) as server,
    ):
        try:
            wait_for(port)
            yield port
        finally:
            server.terminate()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("The server did not start")


def send(port: int, method: str, path: str = "/", **headers: str) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, headers={"Connection": "close", **headers})
    return connection.getresponse()


def test_incomplete_requests_do_not_block_others(tmp_path):
    with serving(tmp_path) as port, ExitStack() as slow:
        for _ in range(SLOW_CLIENTS):
            client = slow.enter_context(socket.create_connection(("127.0.0.1", port)))
            client.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        time.sleep(0.5)
        with send(port, "TRACE") as response:
            assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")


def test_x_forwarded_proto_is_trusted_behind_a_proxy_only(tmp_path):
    claim = {"X-Forwarded-Proto": "https"}
    with serving(tmp_path) as port, send(port, "GET", "/healthz", **claim) as response:
        assert "Strict-Transport-Security" not in response.headers
    with serving(tmp_path, BEHIND_PROXY="on") as port:
        with send(port, "GET", "/healthz", **claim) as response:
            assert "Strict-Transport-Security" in response.headers
        with send(port, "GET", "/healthz") as response:
            assert response.status == 301
            assert response.headers["Location"].startswith("https://")


def test_no_other_header_is_trusted_behind_a_proxy(tmp_path):
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
    with serving(tmp_path, BEHIND_PROXY="on") as port:
        for name, value in claims.items():
            with send(port, "GET", "/articles/x/", Host="localhost", **{name: value}) as response:
                assert response.status == 301, name
                assert response.headers["Location"] == "https://localhost/articles/x/", name
