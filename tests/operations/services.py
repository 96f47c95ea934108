"""Services on loopback that are killed, frozen and started again, with their data, on their port.

A service ends with the process of the tests, also when that is killed.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from itertools import chain, count
from pathlib import Path
from typing import Any

import psycopg

from tests.operations.servers import (
    ROOT,
    START_TIMEOUT,
    free_port,
    listens,
    signal_all,
    wait_until,
)
from tests.tools import postgres


def children(pid: int) -> list[int]:
    """Return the child processes of a process, in the order in which they started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def descendants(pid: int) -> list[int]:
    return [pid for child in children(pid) for pid in (child, *descendants(child))]


class Service:
    """A program in the background that listens on `port` of 127.0.0.1."""

    stop_signal = signal.SIGTERM
    account: dict[str, Any] = {}

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.log = folder / "server.log"
        self.environment = dict(os.environ)
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str | Path]:
        raise NotImplementedError

    def responds(self) -> bool:
        return listens(self.port)

    @property
    def pid(self) -> int:
        assert self.process
        return self.process.pid

    def launch(self) -> None:
        """Start the program without waiting until it responds."""
        # `setpriv` ends the program when the tests end in any way.
        parent = ["setpriv", "--pdeathsig", self.stop_signal.name.removeprefix("SIG"), "--"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*parent, *self.command()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **{"cwd": self.folder, "env": self.environment, **self.account},
            )

    def start(self) -> None:
        """Start the program, again if it ends at once: what it was before may still be ending."""
        self.launch()
        wait_until(self.has_started)

    def has_started(self) -> bool:
        assert self.process
        if self.process.poll() is None:
            return self.responds()
        assert self.process.returncode != 0, self.log.read_text()
        self.launch()
        return False

    def kill(self) -> None:
        """Kill the program, but not the processes that it has started."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End the program as its service does."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            self.process.wait(START_TIMEOUT)

    def restart(self) -> None:
        self.stop()
        self.start()

    @contextmanager
    def running(self) -> Iterator[None]:
        try:
            self.start()
            yield
        finally:
            self.stop()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop the program and its processes without ending them, as a machine does that hangs."""
        pids = [self.pid, *descendants(self.pid)]
        signal_all(pids, signal.SIGSTOP)
        try:
            yield
        finally:
            signal_all(pids, signal.SIGCONT)


class PostgresService(Service):
    """A cluster whose committed transactions outlive a kill, but not a power failure."""

    stop_signal = signal.SIGINT
    options = ("fsync=off", "listen_addresses=127.0.0.1", "max_connections=200")

    def __init__(self, *options: str) -> None:
        # The user of the server can't read the folders of pytest.
        super().__init__(Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp")))
        self.options = (*self.options, *options)
        self.numbers = count(1)
        binaries = postgres.binaries()
        assert binaries, "PostgreSQL is not installed"
        self.binaries = binaries
        user = postgres.owner()
        if user:
            shutil.chown(self.folder, user)
        self.account = postgres.run_as(user, self.folder)

    def initialize(self) -> None:
        release = postgres.version(self.binaries)
        postgres.initialize(self.binaries, self.folder, release, self.account)

    def copy(self, data: Path) -> None:
        """Use a copy of the data of another server, which is not running."""
        shutil.copytree(data, self.folder / "data")
        user = postgres.owner()
        for path in (self.folder / "data", *(self.folder / "data").rglob("*")) if user else ():
            shutil.chown(path, user)

    def command(self) -> list[str | Path]:
        options = [part for option in self.options for part in ("-c", option)]
        data = ["-D", self.folder / "data", "-k", self.folder, "-p", str(self.port)]
        return [self.binaries / "postgres", *data, *options]

    def responds(self) -> bool:
        command = [self.binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command).returncode == 0

    def url(self, database: str = "postgres") -> str:
        return f"postgres://tests@127.0.0.1:{self.port}/{database}"

    def create_database(self, tablespace: str = "pg_default") -> str:
        """Create a database with content, as the tests of a site need it, and return its URL."""
        name = f"site{next(self.numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE prepared TABLESPACE {tablespace}")
        # Until then, a crash sets the sequences back to the state of the template: PostgreSQL has
        # logged the numbers that they give next in the template only.
        self.execute("CHECKPOINT")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        self.execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Execute a statement in a transaction of its own and return its rows."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


class RedisService(Service):
    def command(self) -> list[str | Path]:
        options = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "save": "",
            "maxmemory": "64mb",
            "maxmemory-policy": "allkeys-lfu",
        }
        pairs = [(f"--{name}", value) for name, value in options.items()]
        return ["redis-server", *chain.from_iterable(pairs)]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"


class SiteService(Service):
    """gunicorn with the configuration of the site in the folder `root`, and one worker, since each
    takes a second of processor time to start."""

    root = ROOT

    def __init__(self, folder: Path, database_url: str, **environment: str) -> None:
        super().__init__(folder)
        self.database_url = database_url
        self.environment |= {
            "DJANGO_SETTINGS_MODULE": "tests.operations.settings",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
            "SECRET_KEY": "for tests only, known to everyone",
            "DATABASE_URL": database_url,
            "MEDIA_ROOT": str(folder / "media"),
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "1",
            **environment,
        }

    def command(self) -> list[str | Path]:
        configuration = self.root / "site" / "config" / "gunicorn.py"
        gunicorn = [sys.executable, "-m", "gunicorn", "--config", configuration, "config.wsgi"]
        # Root may write files that are read-only, and so may others in their own namespace. The
        # user of the site may not.
        capabilities = "--ambient-caps=-all" if os.geteuid() else "--bounding-set=-all"
        return ["setpriv", capabilities, "--", *gunicorn]

    def responds(self) -> bool:
        """Return whether this master serves pages: the workers of a killed one may still do."""
        try:
            with self.get("/healthz") as response:
                return response.status == 200 and bool(self.workers)
        except OSError:
            return False

    @property
    def engine(self) -> str:
        return "SQLite" if self.database_url.startswith("sqlite:") else "PostgreSQL"

    @property
    def workers(self) -> list[int]:
        return children(self.pid)

    def get(self, path: str, timeout: float = 30, **headers: str) -> HTTPResponse:
        client = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            client.request("GET", path, headers={"Connection": "close", **headers})
            return client.getresponse()
        except BaseException:
            client.close()
            raise

    def manage(self, *arguments: str, check: bool = True) -> str:
        """Run a command of `manage.py`, and return what it prints."""
        done = subprocess.run(
            self.manage_command(*arguments),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0 or not check, done.stdout
        return done.stdout

    def manage_command(self, *arguments: str) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), *arguments]
