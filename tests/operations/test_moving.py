"""The commands of docs/operations.md that move a site from SQLite to PostgreSQL, executed."""

import re
import shlex
import shutil
import subprocess
import sys

import pytest

from tests.operations.content import USERNAMES
from tests.operations.test_deployment import NOTHING, ROOT, SUDO, Machine
from tests.tools import postgres

COMMANDS = r"^## Limits of SQLite and moving to PostgreSQL\n.*?^```sh\n(.*?)^```"
COUNT = """
from django.contrib.auth.models import User
from django.db import connection
from articles.models import Article, Revision
names = sorted(User.objects.values_list("username", flat=True))
print(connection.vendor, Article.objects.count(), Revision.objects.count(), *names)
print(*User.objects.order_by("pk").values_list("pk", "password"))
"""
ENVIRONMENT = "SECRET_KEY={key}\nDATABASE_URL=sqlite:///db.sqlite3\nDB_POOL=4\n"


def commands(machine):
    text = (ROOT / "docs" / "operations.md").read_text()
    (block,) = re.findall(COMMANDS, text, re.DOTALL | re.MULTILINE)
    block = block.replace("/srv/diwan", shlex.quote(str(machine.home)))
    return block.replace("/var/backups/diwan", shlex.quote(str(machine.folder)))


@pytest.fixture
def machine(sqlite, tmp_path):
    """A checkout with a site on SQLite, and a PostgreSQL server without its database."""
    binaries = postgres.binaries()
    assert binaries, "PostgreSQL is not installed"
    with postgres.cluster(binaries) as url:
        machine = Machine(tmp_path, url)
        machine.create()
        machine.write_program("sudo", SUDO)
        machine.write_program("systemctl", NOTHING)
        python = machine.home / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
        python.chmod(0o755)
        shutil.copy(sqlite, machine.home / "db.sqlite3")
        (machine.home / ".env").write_text(ENVIRONMENT.format(key="x" * 50))
        (machine.home / "media").mkdir()
        (machine.home / "media" / "map.png").write_bytes(b"map")
        yield machine


def printed(machine, *arguments):
    return subprocess.check_output(
        [machine.home / ".venv/bin/python", machine.home / "manage.py", *arguments],
        cwd=machine.home,
        env=machine.environment(),
        text=True,
    )


def test_a_site_moves_with_all_it_has(machine):
    before = printed(machine, "shell", "--no-imports", "-c", COUNT)
    assert before.startswith(f"sqlite {len(USERNAMES)} ")
    machine.run(commands(machine))
    after = printed(machine, "shell", "--no-imports", "-c", COUNT)
    assert after == before.replace("sqlite", "postgresql", 1)
    assert printed(machine, "rebuild", "--check") == "Nothing is stale.\n"
    assert (machine.home / "media" / "map.png").read_bytes() == b"map"
    assert "DB_POOL=4" in (machine.home / ".env").read_text()
