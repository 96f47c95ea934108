"""A temporary PostgreSQL server, with its data and its socket in a temporary folder."""

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

LOCATIONS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
# The data is only needed during the tests, so writes don't wait for the disk.
# Compiling a query takes longer than running it on a few rows.
OPTIONS = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "jit=off"),
    *("max_wal_size=4GB", "checkpoint_timeout=1h", "listen_addresses="),
)
START_TIMEOUT = 30
# When the tests end, even if they are killed, their end of the pipe is closed. The script then
# stops the server and removes its folder.
UNTIL_PIPE_IS_CLOSED = """
"$@" & server=$!
read -r line
kill -INT $server; wait $server; rm -rf "$0"
"""


def binaries() -> Path | None:
    """Return the folder of the newest installed PostgreSQL server, or None."""
    folders = [folder for pattern in LOCATIONS for folder in Path("/").glob(pattern[1:])]
    if program := shutil.which("initdb"):
        folders.append(Path(program).resolve().parent)
    complete = [folder for folder in folders if (folder / "postgres").exists()]
    return max(complete, key=version, default=None)


def version(folder: Path) -> int:
    printed = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    number = re.search(r"\d+", printed.stdout)
    return int(number[0]) if number else 0


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Run a server with the programs in `folder`, and yield the URL of a database."""
    user = owner()
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp" if user else None))
    try:
        if user:
            shutil.chown(home, user)
        account = run_as(user, home)
        initialize(folder, home, version(folder), account)
        server = start(folder, home, account)
        try:
            wait(folder, home)
            yield f"postgres://tests@/{quote(str(home))}/postgres"
        finally:
            server.communicate()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def owner() -> str | None:
    """Return the user that the server runs as, because it refuses to run as root."""
    if os.geteuid():
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def run_as(user: str | None, home: Path) -> dict[str, Any]:
    """Return arguments for subprocess: run as `user` in `home`, in a session of its own, which
    gets no Ctrl-C."""
    common = {
        "cwd": home,
        "env": {"PATH": os.defpath, "LC_ALL": "C", "HOME": str(home)},
        "start_new_session": True,
    }
    if not user:
        return common
    group = pwd.getpwnam(user).pw_gid
    return {**common, "user": user, "group": group, "extra_groups": []}


def initialize(folder: Path, home: Path, release: int, account: dict[str, Any]) -> None:
    # Sort by a language, as the databases of sites do, and not by code points.
    locale = ["--locale-provider=icu", "--icu-locale=en-US"] if release >= 15 else []
    command = [folder / "initdb", "-D", home / "data", "-U", "tests", "-A", "trust", "-E", "UTF8"]
    subprocess.run([*command, *locale], check=True, stdout=subprocess.DEVNULL, **account)


def start(folder: Path, home: Path, account: dict[str, Any]) -> "subprocess.Popen[bytes]":
    options = [part for option in OPTIONS for part in ("-c", option)]
    program = [folder / "postgres", "-D", home / "data", "-k", home, *options]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(
            ["sh", "-c", UNTIL_PIPE_IS_CLOSED, home, *program],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            **account,
        )


def wait(folder: Path, home: Path) -> None:
    """Return when the server accepts connections. Raise an error with its log on timeout."""
    ready = [folder / "pg_isready", "-q", "-h", home]
    for _ in range(START_TIMEOUT * 10):
        if subprocess.run(ready).returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL did not start:\n{(home / 'log').read_text()}")
