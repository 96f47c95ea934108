"""Databases of their own for the tests of upgrades, and `manage.py` on them in other processes."""

import gzip
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from django.conf import settings
from django.db import connection

ROOT = Path(settings.BASE_DIR)
FOLDER = Path(__file__).parent
# What the releases have left: a folder each.
RELEASES = sorted(file.parent.name for file in FOLDER.glob("*/migrations.sha256"))
INSERT = re.compile(r'^INSERT INTO (?:public\.)?"?(\w+)"? .*?\);$', re.DOTALL | re.MULTILINE)


class Site:
    """A site with a database of the engine that the tests run on."""

    def __init__(self, url: str, file: Path | None = None) -> None:
        self.url = url
        self.file = file

    @property
    def name(self) -> str:
        return self.url.rpartition("/")[2]

    def execute(self, sql: str) -> None:
        """Execute statements in one transaction."""
        if self.file:
            with closing(sqlite3.connect(self.file)) as database:
                database.executescript(sql)
        else:
            with server(self.name) as database:
                database.execute(sql)

    def query(self, sql: str) -> list[Any]:
        if self.file:
            with closing(sqlite3.connect(self.file)) as database:
                return database.execute(sql).fetchall()
        with server(self.name) as database:
            return database.execute(sql).fetchall()

    def tables(self) -> dict[str, dict[str, bool]]:
        """Return the columns of each table, and whether an INSERT may leave each one out."""
        tables: dict[str, dict[str, bool]] = {}
        for table, column, optional in self.query(SQLITE if self.file else POSTGRESQL):
            tables.setdefault(table, {})[column] = bool(optional)
        return tables

    def manage(self, *arguments: str) -> str:
        """Run a command and return what it prints. It must succeed."""
        return self.run("manage.py", *arguments)

    def call(self, *commands: Sequence[str], code: str = "") -> str:
        """Call commands, then run code, in one process: a new one for each takes much longer.

        Return what they print. They must succeed.
        """
        calls = "\n".join(f"call_command(*{command!r})" for command in commands)
        return self.shell(f"from django.core.management import call_command\n{calls}\n{code}")

    def shell(self, code: str) -> str:
        return self.run("-c", f"import django; django.setup()\n{code}")

    def run(self, *arguments: str) -> str:
        environment = {
            **os.environ,
            "DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
        }
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


SQLITE = """
    SELECT list.name, field.name, field."notnull" = 0 OR field.dflt_value IS NOT NULL OR field.pk
    FROM pragma_table_list AS list, pragma_table_info(list.name) AS field
    WHERE list.type = 'table' AND list.schema = 'main' AND list.name NOT LIKE 'sqlite%'
"""
POSTGRESQL = """
    SELECT table_name, column_name,
        is_nullable = 'YES' OR column_default IS NOT NULL OR is_identity = 'YES'
    FROM information_schema.columns JOIN information_schema.tables USING (table_name, table_schema)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
"""


def server(name: str) -> "psycopg.Connection[Any]":
    """Connect to a database of the server of the tests."""
    parameters = connection.settings_dict
    return psycopg.connect(
        host=parameters["HOST"] or None,
        port=parameters["PORT"] or None,
        user=parameters["USER"] or None,
        password=parameters["PASSWORD"] or None,
        dbname=name,
        autocommit=True,
    )


@contextmanager
def empty_site(folder: Path) -> Iterator[Site]:
    if connection.vendor == "sqlite":
        file = folder / f"{uuid4().hex}.sqlite3"
        yield Site(f"sqlite:///{file}", file)
        return
    name = f"upgrade_{uuid4().hex}"
    with server("postgres") as database:
        database.execute(f"CREATE DATABASE {name}")
    try:
        yield Site(f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}")
    finally:
        with server("postgres") as database:
            database.execute(f"DROP DATABASE {name} WITH (FORCE)")


def dump_of(release: str) -> str:
    """Return the SQL of a release's small database, for the engine that the tests run on."""
    file = FOLDER / release / f"{connection.vendor}.sql.gz"
    return gzip.decompress(file.read_bytes()).decode()


def released_migrations() -> dict[str, str]:
    """Return the checksums of the migrations of all releases, by their paths."""
    files = [FOLDER / release / "migrations.sha256" for release in RELEASES]
    lines = [line.split("  ") for file in files for line in file.read_text().splitlines()]
    return {path: checksum for checksum, path in lines}


def inserts(sql: str) -> list[tuple[str, str]]:
    """Return the tables and the INSERT statements of a dump."""
    return [(match[1], match[0]) for match in INSERT.finditer(sql)]
