"""What `make` promises a newcomer: on a fresh checkout, in a folder with blanks; and again."""

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
from urllib.error import HTTPError, URLError
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
    """The project somewhere else, with a `.venv` in which everything is installed already."""
    folder = tmp_path / "a folder, with blanks"
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
    """`make target` until it answers, then Ctrl-C; gives its port and the file of its output."""
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
        wait_until_it_answers(port, make, output)
        yield port, output
    finally:
        if make.poll() is None:
            os.killpg(make.pid, signal.SIGINT)
            make.wait(60)
        # Where the tests run in the background, nobody hears a Ctrl-C.
        with suppress(ProcessLookupError):
            os.killpg(make.pid, signal.SIGKILL)


def wait_until_it_answers(port: int, make: "subprocess.Popen[bytes]", output: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and make.poll() is None:
        try:
            urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            return
        except (URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError(output.read_text())


def read(port: int, path: str) -> str:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
        return str(response.read().decode())


def test_make_run_is_ready_to_read_and_edit_twice_in_a_row(checkout):
    twice(checkout, "run", look=find_arabic)


def test_make_serve_does_so_without_debug_and_with_hashed_and_compressed_files(checkout):
    twice(checkout, "serve", look=find_production)


def twice(checkout: Path, target: str, look: Callable[[int], None]) -> None:
    """Start a new site, look at it, and start it again as a site in use."""
    with started(checkout, target) as (port, output):
        assert "Counter-Terrorism Cooperation" in read(port, "/articles/")
        assert re.search(r"password +\S+", output.read_text())
        look(port)
    secret = (checkout / ".env").read_text()
    assert len(secret) > environment.SECRET_LENGTH
    assert stat.S_IMODE((checkout / ".env").stat().st_mode) == 0o600
    with started(checkout, target) as (port, output):
        assert "Counter-Terrorism Cooperation" in read(port, "/articles/")
        assert "password" not in output.read_text()
    assert (checkout / ".env").read_text() == secret


def find_arabic(port: int) -> None:
    ask = Request(f"http://127.0.0.1:{port}/", headers={"Accept-Language": "ar"})
    with urlopen(ask, timeout=10) as response:
        assert '<html lang="ar" dir="rtl">' in response.read().decode()


def find_production(port: int) -> None:
    find_arabic(port)
    style = re.search(r'href="(/static/articles/[^"]+\.[0-9a-f]{12}\.css)"', read(port, "/"))
    assert style
    ask = Request(f"http://127.0.0.1:{port}{style[1]}", headers={"Accept-Encoding": "br"})
    with urlopen(ask, timeout=10) as response:
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers["Content-Encoding"] == "br"
    with pytest.raises(HTTPError) as missing:
        read(port, "/articles/no-such-article/")
    assert missing.value.code == 404
    assert b"DEBUG" not in missing.value.read()


def test_an_old_python_is_refused_in_one_line(checkout):
    old = checkout / "old python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    shutil.rmtree(checkout / ".venv")
    command = ["make", "run", "PYTHON=./old\\ python"]
    done = subprocess.run(command, cwd=checkout, env=MACHINE, capture_output=True, text=True)
    assert done.returncode
    assert "Diwan needs Python 3.11 or later" in done.stderr.splitlines()[0]


def test_a_port_that_is_taken_is_said_in_one_line(checkout):
    with listening() as port:
        command = ["make", "run", f"PORT={port}"]
        done = subprocess.run(command, cwd=checkout, env=MACHINE, capture_output=True, text=True)
    assert done.returncode
    assert f"Port {port} of 127.0.0.1 is in use" in done.stderr.splitlines()[0]
