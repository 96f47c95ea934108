"""Prepared sites on both databases, and the table of what the faults cost."""

import fcntl
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

from tests.operations import faults
from tests.operations.services import PostgresService, SiteService

CREATE_CONTENT = "from tests.operations import content; content.create()"
# The name of the property of a test's report that holds its row of the table.
ROW = "fault"


# Files whose tests take long and don't share servers: each process may run any of them.
SEPARATE = re.compile(r"/test_faults_(commands|disk|load)\.py::")
# The tests of these share servers with those of the same database only.
BY_DATABASE = re.compile(r"(.*/test_faults_processes\.py)::.*(\[\w+\])")
# What takes long begins first.
LONGEST_FIRST = (
    *("commands", "processes", "deployment", "containers", "several_hosts", "replica", "disk"),
    "shared_cache",
)


class Scheduling(LoadFileScheduling):
    """Lets the tests of a file run in one process, but those that share no servers in any."""

    def _split_scope(self, nodeid: str) -> str:
        if SEPARATE.search(nodeid):
            return nodeid
        if match := BY_DATABASE.fullmatch(nodeid):
            return "".join(match.groups())
        return super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: Any, log: Any) -> Scheduling:
    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[Any]) -> None:
    def position(item: Any) -> int:
        ranks = (rank for rank, name in enumerate(LONGEST_FIRST) if name in item.path.stem)
        return next(ranks, len(LONGEST_FIRST))

    items.sort(key=position)


def prepare(site: SiteService) -> None:
    site.manage("migrate", "--verbosity=0")
    site.manage("shell", "--no-imports", "-c", CREATE_CONTENT)


@pytest.fixture(scope="session")
def create_once(tmp_path_factory: Any, worker_id: str) -> Callable[..., Path]:
    """A function that returns a folder for all processes of the run, and what is in it.

    The first of them calls the function `create`, with the folder; the others wait meanwhile.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def create_once(name: str, create: Callable[[Path], None]) -> Path:
        folder = Path(shared, name)
        with Path(shared, f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                new = Path(shared, f"{name}.new")
                new.mkdir()
                create(new)
                new.rename(folder)
        return folder

    return create_once


@pytest.fixture(scope="session")
def sqlite(create_once: Callable[..., Path]) -> Path:
    """A SQLite database of a site with content."""

    def create(folder: Path) -> None:
        prepare(SiteService(folder, f"sqlite:///{folder / 'prepared.sqlite3'}"))

    return create_once("sqlite", create) / "prepared.sqlite3"


@pytest.fixture(scope="session")
def postgresql(create_once: Callable[..., Path]) -> Iterator[PostgresService]:
    """A running server with the database `prepared`, that of a site with content."""
    server = PostgresService()
    data = server.folder / "data"

    def create(folder: Path) -> None:
        server.initialize()
        with server.running():
            server.execute("CREATE DATABASE prepared")
            prepare(SiteService(server.folder, server.url("prepared")))
        shutil.copytree(data, folder / "data")

    try:
        prepared = create_once("postgresql", create) / "data"
        if not data.exists():
            server.copy(prepared)
        with server.running():
            yield server
    finally:
        shutil.rmtree(server.folder)


@pytest.fixture
def on_sqlite(sqlite: Path, tmp_path: Path) -> SiteService:
    """A site with content on SQLite, which is not running."""
    shutil.copy(sqlite, tmp_path / "site.sqlite3")
    return SiteService(tmp_path, f"sqlite:///{tmp_path / 'site.sqlite3'}")


@pytest.fixture
def on_postgresql(postgresql: PostgresService, tmp_path: Path) -> SiteService:
    """A site with content on PostgreSQL, which is not running."""
    return SiteService(tmp_path, postgresql.create_database())


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def site(request: Any, tmp_path_factory: Any) -> Iterator[SiteService]:
    """A running site with content and two workers, on each database, for all tests of a module."""
    folder = tmp_path_factory.mktemp("site")
    if request.param == "SQLite":
        file = shutil.copy(request.getfixturevalue("sqlite"), folder / "site.sqlite3")
        url = f"sqlite:///{file}"
    else:
        url = request.getfixturevalue("postgresql").create_database()
    site = SiteService(folder, url, WEB_CONCURRENCY="2")
    with site.running():
        yield site


@pytest.fixture
def report(record_property: Callable[[str, object], None]) -> Callable[[faults.Row], None]:
    """Return a function that adds a row to the table, and fails if anything was lost."""

    def add(row: faults.Row) -> None:
        record_property(ROW, row.cells())
        assert row.lost == 0, row

    return add


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if report.when == "call"
    ]
    properties = [pair for report in reports for pair in report.user_properties]
    if rows := sorted(cells for name, cells in properties if name == ROW):
        terminalreporter.section("Faults")
        terminalreporter.write_line(faults.markdown(rows))
