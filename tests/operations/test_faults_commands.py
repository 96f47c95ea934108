"""Commands that are killed at many of their statements, while editors save."""

import json
import subprocess
import sys

import pytest

from tests.operations.editors import editors_of, working
from tests.operations.faults import ROUNDS, Row, revisions, row_for_editors
from tests.operations.services import SiteService

EDITORS = 2
DOCUMENTS = 40
# The first and the last statement at least.
KILLS = max(ROUNDS, 2)
# A backup takes long: on PostgreSQL, it creates a database.
BACKUPS = max(ROUNDS // 4, 2)
# The migrations after this one are undone before each round.
MIGRATE_TO = "0028"


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def create_site(request, tmp_path):
    """A function that returns another site with content on the same database engine."""
    prepared = request.getfixturevalue("sqlite" if request.param == "SQLite" else "postgresql")

    def create(name):
        folder = tmp_path / name
        folder.mkdir()
        if request.param == "PostgreSQL":
            return SiteService(folder, prepared.create_database())
        (folder / "site.sqlite3").write_bytes(prepared.read_bytes())
        return SiteService(folder, f"sqlite:///{folder / 'site.sqlite3'}")

    return create


def run(site, command, times=0, total=0, before=(), after=()):
    """Run a command, `times` times, each of which is killed; see `killed_commands`."""
    options = {"command": command, "times": times, "total": total}
    options |= {"before": before, "after": after}
    done = subprocess.run(
        [sys.executable, "-m", "tests.operations.killed_commands", json.dumps(options)],
        env=site.environment,
        cwd=site.folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


def documents(folder):
    """Write documents, and return a command that loads them."""
    folder.mkdir()
    for number in range(DOCUMENTS):
        text = f"---\ntitle: Loaded {number}\nstatus: published\ntags: [loaded]\n---\n\n"
        links = f"See [[Loaded {number + 1}]] and [[Editor1]].\n"
        (folder / f"loaded-{number}.md").write_text(text + links)
    return ["loaddata", *map(str, sorted(folder.glob("*.md")))]


def kill_while_editors_save(site, command, total, times=KILLS):
    editors = editors_of(site, EDITORS)
    with site.running(), working(editors):
        killed = run(site, command, times, total)
    assert killed >= times - 1
    return editors, killed


def test_killed_loaddata(create_site, tmp_path, report):
    command = documents(tmp_path / "documents")
    total, site = run(create_site("count"), command), create_site("site")
    editors, killed = kill_while_editors_save(site, command, total)
    # Nothing was stored of a load that was killed, and all of one that was not.
    stored = len(revisions(site)) - 8
    assert stored == (0 if killed == KILLS else DOCUMENTS)
    site.manage(*command)
    assert len(revisions(site)) == 8 + DOCUMENTS
    report(row_for_editors("kill -9 of loaddata", site, editors, killed))


def test_killed_rebuild(create_site, tmp_path, report):
    site = create_site("site")
    site.manage(*documents(site.folder / "documents"))
    command = ["rebuild", "--all", "--jobs", "1"]
    total = run(site, command)
    editors, killed = kill_while_editors_save(site, command, total)
    site.manage("rebuild")
    report(row_for_editors("kill -9 of rebuild", site, editors, killed))


def test_killed_backup(create_site, tmp_path, report):
    """After kills, a backup is made and restored, and has all saves."""
    command = ["backup", str(tmp_path / "backup.zip"), "--force"]
    site = create_site("site")
    total = run(site, command)
    editors, killed = kill_while_editors_save(site, command, total, BACKUPS)
    site.manage(*command)
    restored = create_site("restored")
    restored.manage("restore", command[1], "--replace", "--no-input")
    report(row_for_editors("kill -9 of backup", restored, editors, killed))


def test_killed_migrate(create_site, report):
    back, forward = ["migrate", "articles", MIGRATE_TO], ["migrate"]
    site, counted = create_site("site"), create_site("count")
    before = revisions(site)
    counted.manage(*back)
    total = run(counted, forward)
    killed = run(site, forward, KILLS, total, before=back, after=forward)
    assert killed >= KILLS - 1
    site.manage("rebuild")
    assert "Nothing is stale." in site.manage("rebuild", "--check")
    site.manage("migrate", "--check")
    articles = len(before)
    same = sum(revisions(site).get(article) == before[article] for article in before)
    report(Row("kill -9 of migrate", site.engine, killed, articles, articles, articles - same))
