"""Store a small database of this version, for tests that upgrade it, and what is frozen.

    python -m tests.upgrades.store

Run it when a release is made. It writes into tests/upgrades/<version> the database as SQL, for
SQLite and for PostgreSQL, and the checksums of the migrations.
"""

import gzip
import hashlib
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

from articles import VERSION
from tests.tools import postgres

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(__file__).parent / VERSION
# pg_dump writes them since 2025, for psql.
COMMANDS_OF_PSQL = re.compile(r"^\\.*\n", re.MULTILINE)

# Without those of SQLite itself; it creates what is shadow with the virtual table.
TABLES = """
    SELECT list.name, list.type, master.sql
    FROM pragma_table_list AS list JOIN sqlite_master AS master ON master.name = list.name
    WHERE list.schema = 'main' AND list.name NOT LIKE 'sqlite%'
    ORDER BY master.rowid
"""
INDEXES = "SELECT sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "migrations.sha256").write_text(checksums())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "db.sqlite3")
        write_site(f"sqlite:///{file}")
        write("sqlite", dump_sqlite(file))
    binaries = postgres.binaries()
    assert binaries, "PostgreSQL is not installed"
    with postgres.cluster(binaries) as url:
        write_site(url)
        write("postgresql", dump_postgresql(binaries, url))


def write(engine: str, dump: str) -> None:
    # Without the time, so that the same dump makes the same file.
    (FOLDER / f"{engine}.sql.gz").write_bytes(gzip.compress(dump.encode(), mtime=0))


def checksums() -> str:
    """Return the checksums of the migrations, as `sha256sum` prints them."""
    files = sorted(
        file for folder in (ROOT, ROOT / "site") for file in folder.glob("*/migrations/[0-9]*.py")
    )
    lines = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(ROOT)}\n"
        for file in files
    ]
    return "".join(lines)


def write_site(url: str) -> None:
    paths = f"{ROOT}:{ROOT / 'site'}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": paths,
    }
    for arguments in (["manage.py", "migrate", "--verbosity=0"], ["-m", "tests.upgrades.content"]):
        subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True)


def dump_sqlite(file: Path) -> str:
    """Return the statements that make the same database.

    Python's `iterdump` reads virtual tables, and the search index can't be read. What is in it is
    in other tables, which SQLite creates with it.
    """
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute(TABLES).fetchall()
        statements = [sql for _name, kind, sql in tables if kind != "shadow"]
        for name, kind, _sql in tables:
            if kind == "shadow":
                statements.append(f'DELETE FROM "{name}"')
            if kind in ("table", "shadow"):
                statements += inserts(connection, name)
        statements += ["DELETE FROM sqlite_sequence", *inserts(connection, "sqlite_sequence")]
        statements += [sql for (sql,) in connection.execute(INDEXES)]
    return "".join(f"{statement};\n" for statement in ["BEGIN", *statements, "COMMIT"])


def inserts(connection: sqlite3.Connection, table: str) -> list[str]:
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    names = ", ".join(f'"{column}"' for column in columns)
    values = " || ',' || ".join(f'quote("{column}")' for column in columns)
    rows = connection.execute(f'SELECT {values} FROM "{table}"')
    return [f'INSERT INTO "{table}" ({names}) VALUES({row})' for (row,) in rows]


def dump_postgresql(binaries: Path, url: str) -> str:
    socket = unquote(url.partition("@/")[2].rpartition("/")[0])
    options = ["--column-inserts", "--no-owner", "--no-privileges", "-h", socket, "-U", "tests"]
    command = [binaries / "pg_dump", *options, "postgres"]
    dump = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return COMMANDS_OF_PSQL.sub("", dump)


if __name__ == "__main__":
    main()
