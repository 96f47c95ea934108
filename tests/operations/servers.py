"""Real servers on loopback for the tests of operations: PostgreSQL and a streaming replica, Redis,
nginx and gunicorn; and a client that keeps cookies. Each server ends with its context, and with
the process of the tests if that is killed."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from email.message import Message
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import psycopg
from django.conf import settings

from tests.tools import postgres

ROOT = Path(settings.BASE_DIR)
# In seconds, which only a failure takes: on a machine that is busy, programs start slowly.
START_TIMEOUT = 180
# Have the kernel end a server with its parent, even if that is killed.
WITH_PARENT = ("setpriv", "--pdeathsig", "TERM")
# Creates `key.pem` and `certificate.pem`.
CERTIFICATE = (
    "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=test -keyout key.pem"
    " -out certificate.pem"
)
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], Any], timeout: float = START_TIMEOUT) -> float:
    """Wait until `condition` returns a true value, and return how many seconds that took."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < timeout, "it took too long"
        time.sleep(0.05)
    return time.monotonic() - start


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def signal_all(pids: list[int], number: signal.Signals) -> None:
    """Send a signal to processes, of which some may have ended meanwhile."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


@contextmanager
def running(command: list[Any], log: Path, **options: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a server, and end it. What it prints is appended to `log`."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*WITH_PARENT, *command], stdout=output, stderr=subprocess.STDOUT, **options
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(START_TIMEOUT)


# PostgreSQL


class PostgreSQL:
    """A PostgreSQL server, by the URL of a database and the folder of its socket."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.folder = Path(url.partition("@/")[2].rpartition("/")[0].replace("%2F", "/"))
        self.environment = {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": f"{ROOT}:{ROOT}/site",
        }

    @property
    def pid(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def query(self, sql: str) -> list[Any]:
        """Return the rows of a statement, or [] if it has none."""
        parameters = f"host={self.folder} user=tests dbname=postgres"
        with psycopg.connect(parameters, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def manage(self, *arguments: str) -> str:
        """Run a management command on the database and return what it prints."""
        command = [sys.executable, f"{ROOT}/manage.py", *arguments]
        environment = {**os.environ, **self.environment}
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop all processes of the server, as a machine does that hangs."""
        pids = [pid for (pid,) in self.query("SELECT pid FROM pg_stat_activity")]
        signal_all([self.pid, *pids], signal.SIGSTOP)
        try:
            yield
        finally:
            signal_all([self.pid, *pids], signal.SIGCONT)


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """Run a server with an empty database."""
    binaries = postgres.binaries()
    assert binaries, "PostgreSQL is not installed"
    with postgres.cluster(binaries) as url:
        yield PostgreSQL(url)


@contextmanager
def site_database() -> Iterator[PostgreSQL]:
    """Run a server with the tables of the site, and a superuser *admin* with the password *a*."""
    with postgresql() as server:
        server.manage("migrate", "--verbosity=0")
        create = (
            "from django.contrib.auth.models import User;"
            "User.objects.create_superuser('admin', 'admin@example.org', 'a')"
        )
        server.manage("shell", "--no-imports", "-c", create)
        yield server


class Replica(PostgreSQL):
    """A server that replays what its primary writes (streaming replication)."""

    def __init__(self, primary: PostgreSQL, folder: Path, account: dict[str, Any]) -> None:
        super().__init__(f"postgres://tests@/{quote(str(folder), safe='')}/postgres")
        self.primary = primary
        self.account = account
        self.stack = ExitStack()

    @property
    def programs(self) -> Path:
        programs = postgres.binaries()
        assert programs
        return programs

    def copy(self) -> None:
        source = ["-h", self.primary.folder, "-U", "tests"]
        target = ["-D", self.folder / "data", "--checkpoint=fast", "--write-recovery-conf"]
        command = [self.programs / "pg_basebackup", *source, *target]
        subprocess.run(command, check=True, **self.account)

    def start(self) -> None:
        options = [part for option in postgres.OPTIONS for part in ("-c", option)]
        program = [self.programs / "postgres", "-D", self.folder / "data", "-k", self.folder]
        log = self.folder / "log"
        self.stack.enter_context(running([*program, *options], log, **self.account))
        postgres.wait(self.programs, self.folder)

    def stop(self) -> None:
        os.kill(self.pid, signal.SIGINT)
        self.stack.close()

    def pause(self) -> None:
        self.query("SELECT pg_wal_replay_pause()")

    def resume(self) -> None:
        self.query("SELECT pg_wal_replay_resume()")

    def wait_until_current(self) -> None:
        """Wait until the replica has replayed all that the primary has written so far."""
        ((position,),) = self.primary.query("SELECT pg_current_wal_insert_lsn()::text")
        sql = f"SELECT pg_last_wal_replay_lsn() >= '{position}'"
        wait_until(lambda: self.query(sql) == [(True,)])


@contextmanager
def streaming_replica(primary: PostgreSQL) -> Iterator[Replica]:
    user = postgres.owner()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp" if user else None))
    if user:
        shutil.chown(folder, user)
    replica = Replica(primary, folder, postgres.run_as(user, folder))
    try:
        replica.copy()
        replica.start()
        yield replica
    finally:
        replica.stack.close()
        shutil.rmtree(folder, ignore_errors=True)


# Redis, nginx, gunicorn


class Redis(NamedTuple):
    url: str
    process: "subprocess.Popen[bytes]"


@contextmanager
def redis(folder: Path) -> Iterator[Redis]:
    """Run a Redis server that keeps nothing on disk."""
    port = free_port()
    options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
    command = ["redis-server", "--port", str(port), *options]
    with running(command, folder / "redis.log") as process:
        wait_until(lambda: listens(port))
        yield Redis(f"redis://127.0.0.1:{port}/0", process)


def nginx_configuration(folder: Path, http: str) -> str:
    """Return a whole configuration for the content of its `http` block. Files are in `folder`."""
    paths = "".join(f"{name}_temp_path {folder}/{name};\n" for name in TEMPORARY)
    # As root, nginx would run as another user, who can't read the temporary folder.
    user = "" if os.geteuid() else "user root;\n"
    return (
        f"{user}pid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\nevents {{}}\n"
        f"http {{\naccess_log off;\ninclude /etc/nginx/mime.types;\n{paths}{http}\n}}\n"
    )


def documented_configuration(text: str, home: Path, port: int, http: int, https: int) -> str:
    """Return a configuration of nginx with the ports and paths of this test, for a site in `home`
    that listens on `port`. `text` is docs/deploy/nginx.conf."""
    replacements = {
        "listen 80;": f"listen 127.0.0.1:{http};",
        "listen 443": f"listen 127.0.0.1:{https}",
        "/srv/diwan": str(home),
        "127.0.0.1:8000": f"127.0.0.1:{port}",
        "/etc/ssl/encyclopedia.pem": f"{home}/certificate.pem",
        "/etc/ssl/encyclopedia.key": f"{home}/key.pem",
    }
    text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
    for old, new in replacements.items():
        assert old in text
        text = text.replace(old, new)
    return text


@contextmanager
def nginx(folder: Path, port: int, http: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run nginx, with the content of its `http` block, which listens on `port`."""
    (folder / "nginx.conf").write_text(nginx_configuration(folder, http))
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    command = [program, "-c", f"{folder}/nginx.conf", "-p", folder, "-g", "daemon off;"]
    with running(command, folder / "nginx.log") as process:
        wait_until(lambda: listens(port))
        yield process


class Host(NamedTuple):
    """An application host: gunicorn's master process, its port, and the file of its log."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path


@contextmanager
def application_host(folder: Path, root: Path = ROOT, **environment: str) -> Iterator[Host]:
    """Run the site of the checkout in `root`, with one worker process unless told otherwise."""
    port, log = free_port(), folder / f"host-{time.monotonic_ns()}.log"
    environ = {**os.environ, "WEB_CONCURRENCY": "1", **environment, "PORT": str(port)}
    if root != ROOT:
        environ["PYTHONPATH"] = f"{root}:{root}/site"
    config = root / "site" / "config" / "gunicorn.py"
    command = [sys.executable, "-m", "gunicorn", "--config", config, "config.wsgi"]
    with running(command, log, cwd=folder, env=environ) as process:
        wait_until(lambda: is_served(port))
        yield Host(port, process, log)


def is_served(port: int) -> bool:
    try:
        return Client(port).get("/healthz").status == 200
    except OSError:
        return False


# A client


class Response(NamedTuple):
    status: int
    headers: Message
    text: str


class Client:
    """A browser that keeps cookies, and sends them to whichever port a request is for."""

    def __init__(self, port: int, **headers: str) -> None:
        self.port = port
        self.headers = {"Host": "localhost", "Connection": "close", **headers}
        self.cookies: dict[str, str] = {}

    def get(self, path: str, port: int = 0, **headers: str) -> Response:
        return self.request("GET", path, port=port, **headers)

    def post(self, path: str, data: dict[str, str], port: int = 0, **headers: str) -> Response:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.request("POST", path, urlencode(data), port=port, **form, **headers)

    def request(
        self, method: str, path: str, body: str | None = None, port: int = 0, **headers: str
    ) -> Response:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        cookie = {"Cookie": cookies} if cookies else {}
        connection = HTTPConnection("127.0.0.1", port or self.port, timeout=60)
        with closing(connection):
            connection.request(method, path, body, {**self.headers, **cookie, **headers})
            response = connection.getresponse()
            for header in response.headers.get_all("Set-Cookie", []):
                for morsel in SimpleCookie(header).values():
                    self.cookies[morsel.key] = morsel.value
                    if morsel["max-age"] == "0":
                        del self.cookies[morsel.key]
            return Response(response.status, response.headers, response.read().decode())

    def token(self, path: str, port: int = 0) -> str:
        """Return the CSRF token of the form at `path`."""
        page = self.get(path, port)
        match = TOKEN.search(page.text)
        assert match, (page.status, page.text[:500])
        return match[1]

    def log_in(self, username: str = "admin", password: str = "a", port: int = 0) -> Response:
        path = "/admin/login/"
        form = {"username": username, "password": password}
        return self.post(path, {**form, "csrfmiddlewaretoken": self.token(path, port)}, port)
