"""`make run` and `make serve` in a new checkout, in a folder with spaces in its name."""

import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.conf import settings

from config import environment
from tests.config.test_server import listening
from tests.settings import CONFIGURATION

ROOT = Path(settings.BASE_DIR)
FILES = ("Makefile", "manage.py", "requirements.txt", "requirements-dev.txt")
IGNORED = shutil.ignore_patterns("__pycache__")
FOLDERS = ("articles", "fixtures", "site", "templates")
MACHINE = {
    name: value
    for name, value in os.environ.items()
    if name not in (*CONFIGURATION, "DATABASE_URL", "DJANGO_SETTINGS_MODULE")
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the project with a `.venv` that has all requirements."""
    folder = tmp_path / "a folder, with spaces"
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=IGNORED)
    for name in FILES:
        shutil.copy2(ROOT / name, folder)
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (folder / ".venv" / "run.stamp").touch()
    return folder


@contextmanager
def started(checkout: Path, target: str) -> Iterator[tuple[int, Path]]:
    """Run `make target`; yield its port and the file of its output once it responds."""
    output = checkout / "output"
    with listening() as port:
        pass
    with output.open("w") as out:
        make = subprocess.Popen(
            ["make", target, f"PORT={port}"],
            cwd=checkout,
            env=MACHINE,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_it_responds(port, make, output)
        yield port, output
    finally:
        if make.poll() is None:
            os.killpg(make.pid, signal.SIGINT)
            make.wait(60)
        # Processes in the background ignore SIGINT.
        with suppress(ProcessLookupError):
            os.killpg(make.pid, signal.SIGKILL)


def wait_until_it_responds(port: int, make: "subprocess.Popen[bytes]", output: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and make.poll() is None:
        try:
            urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(output.read_text())


def read(port: int, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
        return str(response.read().decode())


def test_make_run_starts_a_new_site_and_an_existing_one(checkout):
    start_twice(checkout, "run", verify=verify_arabic)


def test_make_serve_starts_them_without_debug_and_with_hashed_and_compressed_files(checkout):
    start_twice(checkout, "serve", verify=verify_production)


def start_twice(checkout: Path, target: str, verify: Callable[[int], None]) -> None:
    """Start a new site, verify it, and start it again with its existing data."""
    with started(checkout, target) as (port, output):
        assert "Counter-Terrorism Cooperation" in read(port, "/articles/")
        assert re.search(r"password +\S+", output.read_text())
        verify(port)
    secret = (checkout / ".env").read_text()
    assert len(secret) > environment.SECRET_LENGTH
    for name in (".env", "db.sqlite3"):
        assert stat.S_IMODE((checkout / name).stat().st_mode) == 0o600
        (checkout / name).chmod(0o644)
    with started(checkout, target) as (port, output):
        assert "Counter-Terrorism Cooperation" in read(port, "/articles/")
        assert "password" not in output.read_text()
    assert (checkout / ".env").read_text() == secret
    assert stat.S_IMODE((checkout / "db.sqlite3").stat().st_mode) == 0o600


def verify_arabic(port: int) -> None:
    request = Request(f"http://127.0.0.1:{port}/", headers={"Accept-Language": "ar"})
    with urlopen(request, timeout=10) as response:
        assert '<html lang="ar" dir="rtl">' in response.read().decode()


def verify_production(port: int) -> None:
    verify_arabic(port)
    style = re.search(r'href="(/static/articles/[^"]+\.[0-9a-f]{12}\.css)"', read(port, "/"))
    assert style
    request = Request(f"http://127.0.0.1:{port}{style[1]}", headers={"Accept-Encoding": "br"})
    with urlopen(request, timeout=10) as response:
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers["Content-Encoding"] == "br"
    with pytest.raises(HTTPError) as missing:
        read(port, "/articles/no-such-article/")
    assert missing.value.code == 404
    assert b"DEBUG" not in missing.value.read()


def run(command: list[str], checkout: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=checkout, env=MACHINE, capture_output=True, text=True)


def test_an_old_python_is_reported_in_one_line(checkout):
    old = checkout / "old python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    shutil.rmtree(checkout / ".venv")
    command = ["make", "run", "PYTHON=./old\\ python"]
    completed = run(command, checkout)
    assert completed.returncode
    assert "Diwan needs Python 3.11 or later" in completed.stderr.splitlines()[0]


def test_a_port_in_use_is_reported_in_one_line(checkout):
    with listening() as port:
        command = ["make", "run", f"PORT={port}"]
        completed = run(command, checkout)
    assert completed.returncode
    assert f"Port {port} of 127.0.0.1 is in use" in completed.stderr.splitlines()[0]
