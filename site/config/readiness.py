"""Whether the site can do its work: checks of the database, of files and of Redis.

Each check ends or is given up within `TIME_LIMIT`, whatever it waits for. Checks that need the
same service run one after the other in a thread of their own.
"""

import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.cache import caches
from django.db import DatabaseError, NotSupportedError, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import load_backend
from redis.exceptions import RedisError

from articles import checks
from config import availability
from config.database_status import probe
from config.replica_state import content_number, read_state

# Seconds for all checks together. They run at the same time.
TIME_LIMIT = 1.5
# Seconds for which results are used again, so that frequent requests cost nothing.
MAX_AGE = 1.0
# Bytes of free disk space below which a check fails, and below which it warns.
MIN_FREE, LOW_FREE = 200_000_000, 1_000_000_000
# Where the driver looks for a server without a host and a port.
DEFAULT_SOCKET, DEFAULT_PORT = "/var/run/postgresql", 5432
# The driver treats 1 as 2.
CONNECT_TIMEOUT = 2
# It needs the permission to write, and changes and locks no row.
UPDATE_NOTHING = "UPDATE articles_contentversion SET number = number WHERE id IS NULL"
# The longest message of a driver that is repeated.
MAX_DETAIL = 300

logger = logging.getLogger(__name__)


class Status(StrEnum):
    """The outcome of a check; `UNKNOWN` if an earlier check failed without which it is not
    possible."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Result(NamedTuple):
    """What a check found, what to do, and what to tell only those who may read the settings:
    names of hosts and folders."""

    status: Status
    reason: str
    advice: str = ""
    detail: str = ""


def overall(results: Iterable[Result]) -> Status:
    """Return the worst status. What is unknown depends on something else that has failed."""
    statuses = {result.status for result in results}
    worst_first = (Status.FAILED, Status.WARNING)
    return next((status for status in worst_first if status in statuses), Status.OK)


class Problem(Exception):
    """Raised by a check that fails or warns."""

    def __init__(
        self, reason: str, advice: str, detail: str = "", status: Status = Status.FAILED
    ) -> None:
        super().__init__(reason)
        self.result = Result(status, reason, advice, detail)


# It returns what is right, or raises a `Problem`.
Check = Callable[[], str]


def check_database() -> str:
    connection = connections["default"]
    file = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and isinstance(file, Path) and not file.exists():
        raise Problem("There is no database file.", "Run “manage.py migrate”.", str(file))
    try:
        connection.check_database_version_supported()
    except NotSupportedError as error:
        raise Problem(_one_line(error), "Upgrade the database server.") from error
    except DatabaseError as error:
        availability.database.failed(error)
        advice = "Start the database server, and compare DATABASE_URL with it."
        raise Problem("It does not respond.", advice, _one_line(error)) from error
    availability.database.succeeded()
    version = ".".join(map(str, connection.get_database_version()))
    return f"{connection.display_name} {version} responds."


def check_migrations() -> str:
    executor = MigrationExecutor(connections["default"])
    loader = executor.loader
    if plan := executor.migration_plan(loader.graph.leaf_nodes()):
        raise Problem(f"{len(plan)} not applied.", "Run “manage.py migrate”.")
    unknown = [key for key in loader.applied_migrations if _is_of_newer_version(key, loader)]
    if unknown:
        reason = f"{len(unknown)} applied by a newer version of the site."
        advice = "Update the checkout, or migrate back with the newer version."
        raise Problem(reason, advice, status=Status.WARNING)
    return "All are applied."


def _is_of_newer_version(key: tuple[str, str], loader: Any) -> bool:
    return key[0] in loader.migrated_apps and key not in loader.disk_migrations


def check_database_writable() -> str:
    try:
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(UPDATE_NOTHING)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
            return "Another process is writing to it."
        advice = "Compare its permissions with the user that the site runs as or connects as."
        raise Problem("It cannot be written.", advice, _one_line(error)) from error
    return "It can be written."


def check_derived_data() -> str:
    if message := checks.stale_message():
        raise Problem(message, checks.HINT, status=Status.WARNING)
    return "Nothing is stale."


def check_static_files() -> str:
    storage: Any = staticfiles_storage
    if not isinstance(storage, ManifestFilesMixin):
        return "They are served without a manifest."
    if not storage.read_manifest():
        raise Problem("There is no manifest of them.", "Run “manage.py collectstatic”.")
    if not storage.hashed_files:
        advice = "Reload the server (systemctl reload diwan)."
        raise Problem("They were collected after the server started.", advice)
    return f"The manifest has {len(storage.hashed_files)} files."


def check_media() -> str:
    folder = Path(settings.MEDIA_ROOT)
    existing = _nearest_existing(folder)
    if not os.access(existing, os.W_OK | os.X_OK):
        advice = "Give the folder of MEDIA_ROOT to the user that the site runs as."
        raise Problem("The folder cannot be written.", advice, str(existing))
    return "The folder can be written." if folder == existing else "The folder can be created."


def check_disk() -> str:
    free = {folder: shutil.disk_usage(folder).free for folder in _folders()}
    folder = min(free, key=lambda folder: free[folder])
    text = f"{free[folder] / 1e9:.1f} GB free."
    advice = "Delete what is not needed, or move the folder to a larger disk."
    if free[folder] < MIN_FREE:
        raise Problem(text, advice, str(folder))
    if free[folder] < LOW_FREE:
        raise Problem(text, advice, str(folder), Status.WARNING)
    return text


def _folders() -> Iterable[Path]:
    """The folders that the site writes to."""
    yield _nearest_existing(Path(settings.MEDIA_ROOT))
    file = settings.DATABASES["default"]["NAME"]
    if isinstance(file, Path):
        yield file.parent


def _nearest_existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def check_cache() -> str:
    if "pages" not in settings.CACHES:
        return "No CACHE_URL is set: each process has a cache of its own."
    try:
        caches["pages"].set("readiness", 1, timeout=10)
    except (RedisError, OSError) as error:
        availability.redis.failed(error)
        advice = "Start Redis, and compare CACHE_URL with it. Meanwhile the site works without."
        raise Problem("Redis does not respond.", advice, _one_line(error)) from error
    availability.redis.succeeded()
    return "Redis responds."


def check_replica() -> str:
    """Warn if the replica can't be used: pages are then read from the primary database."""
    if "replica" not in settings.DATABASES:
        return "No DATABASE_REPLICA_URL is set."
    replica, required = _connection("replica"), _required_number()
    host, port = replica.settings_dict["HOST"], replica.settings_dict["PORT"]
    if not _responds(replica):
        raise _replica_problem("It does not respond.", "Start it.", f"{host}:{port}")
    try:
        state = read_state(replica, required or 0)
    except DatabaseError as error:
        raise _replica_problem("It does not respond.", "Start it.", _one_line(error)) from error
    finally:
        replica.close()
    if required is None:
        return "It responds. The primary database does not."
    if problem := state.problem(required):
        raise _replica_problem(*problem)
    return "It is current."


def _required_number() -> int | None:
    """Return the number of the primary's content version, None if it does not respond."""
    primary = connections["default"]
    try:
        return content_number(primary) if _responds(primary) else None
    except DatabaseError:
        return None


def _responds(connection: Any) -> bool:
    """Whether a server responds: connecting to one that hangs takes longer than the time limit."""
    host, port = connection.settings_dict["HOST"], connection.settings_dict["PORT"]
    return probe(host or DEFAULT_SOCKET, int(port or DEFAULT_PORT))


def _replica_problem(reason: str, advice: str, detail: str = "") -> Problem:
    meanwhile = "Meanwhile pages are read from the primary database."
    return Problem(reason, f"{advice} {meanwhile}", detail, Status.WARNING)


# The checks of a group need the same service. All but the first are not tried if that one fails.
GROUPS: tuple[Mapping[str, Check], ...] = (
    {
        "database": check_database,
        "migrations": check_migrations,
        "database_writable": check_database_writable,
        "derived_data": check_derived_data,
    },
    {"replica": check_replica},
    {"static_files": check_static_files},
    {"media": check_media},
    {"disk": check_disk},
    {"cache": check_cache},
)
NAMES = [name for group in GROUPS for name in group]
# The site works without them, also if they do not respond at all.
OPTIONAL = {"replica"}


def run_check(check: Check) -> Result:
    """Return the result of a check, whatever happens in it."""
    try:
        return Result(Status.OK, check())
    except Problem as problem:
        return problem.result
    except (DatabaseError, OSError) as error:
        return Result(Status.FAILED, f"{type(error).__name__}.", detail=_one_line(error))
    except Exception as error:
        logger.exception("A check failed.")
        return Result(Status.FAILED, f"{type(error).__name__}, see the log.")


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:MAX_DETAIL]


def late(name: str) -> Result:
    """Return the result of a check that did not end in time."""
    return Result(
        Status.WARNING if name in OPTIONAL else Status.FAILED,
        f"No result within {TIME_LIMIT} s.",
        "Look whether what is checked responds: a server, a disk, a network folder.",
    )


class CheckGroup:
    """Checks that run in a thread. One that still waits is not started again, so that a service
    that never responds costs one thread."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self.checks = checks
        self.results: dict[str, Result] = {}
        self.thread = threading.Thread()

    def start(self) -> None:
        if not self.thread.is_alive():
            self.results = {}
            self.thread = threading.Thread(target=self._run, args=(self.results,), daemon=True)
            self.thread.start()

    def finish(self, deadline: float) -> dict[str, Result]:
        """Return the results, at the deadline also without those that are not there yet."""
        self.thread.join(max(0.0, deadline - time.monotonic()))
        return {name: late(name) for name in self.checks} | self.results

    def _run(self, results: dict[str, Result]) -> None:
        connections["default"] = _connection()
        try:
            first, *others = self.checks
            results[first] = run_check(self.checks[first])
            for name in others:
                if results[first].status == Status.FAILED:
                    results[name] = Result(Status.UNKNOWN, f"Not tried: see {first}.")
                else:
                    results[name] = run_check(self.checks[name])
        finally:
            connections["default"].close()


def _connection(alias: str = "default") -> Any:
    """Return a connection to a database that does not come from the pool of requests: it has
    time limits, and an error that tells why there is none."""
    database = connections.settings[alias]
    options = {name: value for name, value in database["OPTIONS"].items() if name != "pool"}
    if "pool" in database["OPTIONS"]:
        options["connect_timeout"] = CONNECT_TIMEOUT
    else:
        options["timeout"] = TIME_LIMIT / 3
    return load_backend(database["ENGINE"]).DatabaseWrapper(
        {**database, "OPTIONS": options}, alias
    )


class Readiness:
    """The results of all checks. Concurrent calls wait for one run."""

    def __init__(self, groups: Iterable[Mapping[str, Check]] = GROUPS) -> None:
        self.groups = [CheckGroup(checks) for checks in groups]
        self.lock = threading.Lock()
        self.latest: dict[str, Result] = {}
        self.valid_until = 0.0

    def results(self) -> dict[str, Result]:
        """Return the result of each check by its name, at most `MAX_AGE` seconds old."""
        with self.lock:
            if time.monotonic() >= self.valid_until:
                deadline = time.monotonic() + TIME_LIMIT
                for group in self.groups:
                    group.start()
                self.latest = {}
                for group in self.groups:
                    self.latest |= group.finish(deadline)
                self.valid_until = time.monotonic() + MAX_AGE
            return self.latest


readiness = Readiness()
