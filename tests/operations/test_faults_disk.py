"""A database whose disk is full, or that cannot be written, while editors save and others read."""

import shutil
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.operations.disks import small_disk
from tests.operations.editors import editors_of, wait_for_saves, working
from tests.operations.faults import ROUNDS, row_for_editors
from tests.operations.servers import wait_until
from tests.operations.services import SiteService

EDITORS = 3
TIMES = max(ROUNDS // 4, 1)
# Of the disk, in megabytes.
SIZE = 64
PAGES = ("/", "/articles/", "/articles/editor1/", "/tags/", "/search/?q=unchanged", "/feed/")


@pytest.fixture
def disk():
    """A small disk in a folder that the user of PostgreSQL can read."""
    folder = Path(tempfile.mkdtemp(prefix="disk-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        with small_disk(folder, SIZE) as disk:
            yield disk
    finally:
        folder.rmdir()


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def site(request, disk, tmp_path):
    """A running site whose database is on the small disk."""
    if request.param == "SQLite":
        file = disk.folder / "site.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite"), file)
        site = SiteService(tmp_path, f"sqlite:///{file}")
        with site.running():
            yield site
        return
    postgresql = request.getfixturevalue("postgresql")
    with tablespace(postgresql, disk.folder / "small") as name:
        site = SiteService(tmp_path, postgresql.create_database(tablespace=name))
        with site.running():
            yield site
        postgresql.drop_database(site.database_url)


@contextmanager
def tablespace(postgresql, folder):
    folder.mkdir()
    shutil.chown(folder, Path(postgresql.folder).owner())
    postgresql.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
    try:
        yield "small"
    finally:
        postgresql.execute("DROP TABLESPACE small")


def is_served(site):
    with site.get("/") as response:
        return response.status == 200


def verify_readers(site):
    for path in PAGES:
        with site.get(path) as response:
            assert response.status == 200, path


def failures(editors):
    """Return what editors have got besides success, and how often."""
    counts = sum((editor.answers for editor in editors), Counter())
    del counts[302]
    return counts


def test_a_full_disk(site, disk, report):
    editors, longest = editors_of(site, EDITORS), 0.0
    with working(editors):
        for _ in range(TIMES):
            before = failures(editors).total()
            disk.fill()
            wait_until(lambda before=before: failures(editors).total() >= before + 2 * EDITORS)
            verify_readers(site)
            disk.free()
            longest = max(longest, wait_for_saves(editors, EDITORS))
    report(row_for_editors("full disk", site, editors, TIMES, longest))
    # The form is shown again, with its text.
    assert set(failures(editors)) == {200}


@contextmanager
def read_only_files(site):
    """Restart the site with a file and a folder that it may not write."""
    file = Path(site.database_url.removeprefix("sqlite:///"))
    site.stop()
    file.chmod(0o400)
    file.parent.chmod(0o500)
    try:
        site.start()
        yield
    finally:
        site.stop()
        file.parent.chmod(0o700)
        file.chmod(0o600)
        site.start()


@contextmanager
def read_only_transactions(site, postgresql):
    """Refuse writes, as a server that became a standby, for new connections and thus for all."""
    name = site.database_url.rpartition("/")[2]
    disconnect = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    postgresql.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    postgresql.execute(disconnect)
    try:
        yield
    finally:
        postgresql.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        postgresql.execute(disconnect)


def verify_read_only(site, report, read_only):
    editors, longest = editors_of(site, EDITORS), 0.0
    with working(editors):
        for _ in range(TIMES):
            with read_only():
                before = failures(editors).total()
                wait_until(lambda before=before: failures(editors).total() >= before + 4 * EDITORS)
                # The server has ended the connections of requests, too.
                wait_until(lambda: is_served(site))
                verify_readers(site)
            longest = max(longest, wait_for_saves(editors, EDITORS))
    report(row_for_editors("read-only database", site, editors, TIMES, longest))
    assert set(failures(editors)) <= {200, 503, "ConnectionRefusedError"}


def test_files_that_are_read_only(sqlite, tmp_path, report):
    (tmp_path / "database").mkdir()
    file = shutil.copy(sqlite, tmp_path / "database" / "site.sqlite3")
    site = SiteService(tmp_path, f"sqlite:///{file}")
    with site.running():
        verify_read_only(site, report, lambda: read_only_files(site))


def test_a_server_that_is_read_only(on_postgresql, postgresql, report):
    with on_postgresql.running():
        verify_read_only(
            on_postgresql, report, lambda: read_only_transactions(on_postgresql, postgresql)
        )
