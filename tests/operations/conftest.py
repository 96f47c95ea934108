"""Prepared sites on both databases, and the table of what the faults cost."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.operations import faults
from tests.operations.services import PostgresService, SiteService

CREATE_CONTENT = "from tests.operations import content; content.create()"
# The name of the property of a test's report that holds its row of the table.
ROW = "fault"


def prepare(site: SiteService) -> None:
    site.manage("migrate", "--verbosity=0")
    site.manage("shell", "--no-imports", "-c", CREATE_CONTENT)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresService]:
    """A running server with the database `prepared`, that of a site with content."""
    server = PostgresService()
    try:
        server.initialize()
        with server.running():
            server.execute("CREATE DATABASE prepared")
            prepare(SiteService(server.folder, server.url("prepared")))
            yield server
    finally:
        shutil.rmtree(server.folder)


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: Any) -> Path:
    """A SQLite database of a site with content."""
    file = tmp_path_factory.mktemp("sqlite") / "prepared.sqlite3"
    prepare(SiteService(file.parent, f"sqlite:///{file}"))
    return file


@pytest.fixture
def on_sqlite(sqlite: Path, tmp_path: Path) -> SiteService:
    """A site with content on SQLite, which is not running."""
    shutil.copy(sqlite, tmp_path / "site.sqlite3")
    return SiteService(tmp_path, f"sqlite:///{tmp_path / 'site.sqlite3'}")


@pytest.fixture
def on_postgresql(postgresql: PostgresService, tmp_path: Path) -> SiteService:
    """A site with content on PostgreSQL, which is not running."""
    return SiteService(tmp_path, postgresql.create_database())


@pytest.fixture(params=["on_sqlite", "on_postgresql"])
def site(request: Any) -> Iterator[SiteService]:
    """A running site with content, on each database."""
    site: SiteService = request.getfixturevalue(request.param)
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
