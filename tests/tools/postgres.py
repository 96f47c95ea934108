"""A throw-away PostgreSQL: made in a temporary folder, reached by a socket in it, then removed."""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
# Nothing of it shall outlive the tests, so it need not wait for the disk.
CAREFREE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")
SECONDS_TO_START = 30
# However the tests end, killed too, their end of the pipe is closed then, and all of it goes.
UNTIL_THE_PIPE_IS_CLOSED = """
"$@" & server=$!
read -r line
kill -INT $server; wait $server; rm -rf "$0"
"""


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL server here, or None."""
    found = [folder for place in PLACES for folder in Path("/").glob(place[1:])]
    if program := shutil.which("initdb"):
        found.append(Path(program).resolve().parent)
    complete = [folder for folder in found if (folder / "postgres").exists()]
    return max(complete, key=version, default=None)


def version(folder: Path) -> int:
    printed = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    number = re.search(r"\d+", printed.stdout)
    return int(number[0]) if number else 0


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Run a server of its own from the programs in `folder`; give the address of a database."""
    user = owner()
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp" if user else None))
    try:
        if user:
            shutil.chown(home, user)
        account = run_as(user, home)
        make(folder, home, version(folder), account)
        server = start(folder, home, account)
        try:
            wait(folder, home)
            yield f"postgres://tests@/{quote(str(home))}/postgres"
        finally:
            server.communicate()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def owner() -> str | None:
    """Who the server runs as: it refuses to be root."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def run_as(user: str | None, home: Path) -> dict[str, Any]:
    """What subprocess needs to run a program as `user` in `home`, away from our Ctrl-C."""
    common = {
        "cwd": home,
        "env": {"PATH": os.defpath, "LC_ALL": "C", "HOME": str(home)},
        "start_new_session": True,
    }
    if not user:
        return common
    group = pwd.getpwnam(user).pw_gid
    return {**common, "user": user, "group": group, "extra_groups": []}


def make(folder: Path, home: Path, release: int, account: dict[str, Any]) -> None:
    # Where it can, it sorts as people do, like the databases that sites have: not by code points.
    locale = ["--locale-provider=icu", "--icu-locale=en-US"] if release >= 15 else []
    command = [folder / "initdb", "-D", home / "data", "-U", "tests", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*command, *locale], check=True, stdout=subprocess.DEVNULL, **account)


def start(folder: Path, home: Path, account: dict[str, Any]) -> "subprocess.Popen[bytes]":
    options = [part for option in CAREFREE for part in ("-c", option)]
    program = [folder / "postgres", "-D", home / "data", "-k", home, *options]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(
            ["sh", "-c", UNTIL_THE_PIPE_IS_CLOSED, home, *program],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            **account,
        )


def wait(folder: Path, home: Path) -> None:
    """Return when the server answers; raise with its log when it does not."""
    ready = [folder / "pg_isready", "-q", "-h", home]
    for _ in range(SECONDS_TO_START * 10):
        if subprocess.run(ready).returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL did not start:\n{(home / 'log').read_text()}")
