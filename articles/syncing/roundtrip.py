"""Proof that a dump of the site, loaded into an empty database, is dumped as the same bytes."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from django.core.management import CommandError, call_command
from django.db import connection, connections

PREFIX = "diwan_roundtrip_"
# The arguments of `dumpdata` by format.
DUMPS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "md": (("articles.article",), {}),
    "json": (("articles",), {"indent": 1, "natural_primary": True, "natural_foreign": True}),
}
# Characters of a line that a message quotes.
QUOTED_LENGTH = 200


class Difference(NamedTuple):
    """The first line in which two dumps differ, and the record that it is in. None stands for
    the end of a dump."""

    format: str
    line: int
    record: str
    first: str | None
    second: str | None

    def __str__(self) -> str:
        lines = (
            f"{name}: {'(the end)' if text is None else repr(text[:QUOTED_LENGTH])}"
            for name, text in (("first dump", self.first), ("second dump", self.second))
        )
        return "\n".join([f"{self.format}, line {self.line}, {self.record}:", *lines])


def prove_roundtrip(report: Callable[[str], object]) -> Difference | None:
    """Dump the site, load the dump into a scratch database, and dump that, in both formats.

    Returns the first difference, or None. `report` is called with a line for each step. The
    database of the site is only read.
    """
    with TemporaryDirectory(prefix=PREFIX) as folder:
        dumps = {name: Path(folder) / f"first.{name}" for name in DUMPS}
        for name, path in dumps.items():
            _dump(name, path)
        for name, path in dumps.items():
            report(f"{name}: {path.stat().st_size:,} bytes dumped, loading them …")
            second = path.with_stem("second")
            with scratch_database(Path(folder)):
                if path.stat().st_size:  # Of a site without articles, there are no documents.
                    call_command("loaddata", str(path), verbosity=0)
                _dump(name, second)
            if difference := compare(name, path, second):
                return difference
            report(f"{name}: the same bytes.")
    return None


def _dump(name: str, path: Path) -> None:
    labels, options = DUMPS[name]
    keys = {"natural_primary": "use_natural_primary_keys"}
    keys["natural_foreign"] = "use_natural_foreign_keys"
    values = {keys.get(key, key): value for key, value in options.items()}
    call_command("dumpdata", *labels, format=name, output=str(path), verbosity=0, **values)


@contextmanager
def scratch_database(folder: Path) -> Iterator[None]:
    """Let the connection use a new, migrated database inside, which is deleted at the end.

    Raises CommandError if it can't be created. Call it outside of transactions.
    """
    creation: Any = connection.creation
    settings = connections[connection.alias].settings_dict
    name, test_settings = settings["NAME"], settings["TEST"]
    scratch = f"{PREFIX}{secrets.token_hex(4)}"
    test_name = test_settings["NAME"]
    test_settings["NAME"] = str(folder / scratch) if connection.vendor == "sqlite" else scratch
    _close()
    try:
        _create(creation)
        _check_is_scratch(scratch)
        yield
    finally:
        test_settings["NAME"] = test_name
        _close()
        # Not if it could not be created: then the connection still has the database of the site.
        if scratch in str(connection.settings_dict["NAME"]):
            creation.destroy_test_db(name, verbosity=0)


def _create(creation: Any) -> None:
    try:
        creation.create_test_db(verbosity=0, autoclobber=False, serialize=False)
    except SystemExit as error:
        raise CommandError("The scratch database can't be created: see above.") from error


def _close() -> None:
    """Close the connection, and those of a pool: they would stay with their database."""
    connection.close()
    close_pool = getattr(connection, "close_pool", None)
    if close_pool:
        close_pool()


def _check_is_scratch(scratch: str) -> None:
    is_sqlite = connection.vendor == "sqlite"
    sql = "PRAGMA database_list" if is_sqlite else "SELECT current_database()"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        database = str(cursor.fetchone()[-1])
    if scratch not in database:
        raise CommandError(f"The connection still uses {database}: nothing was loaded.")


def compare(name: str, first: Path, second: Path) -> Difference | None:
    """Return the first difference of two dumps."""
    if first.read_bytes() == second.read_bytes():
        return None
    record, number = "before the first record", 0
    with open(first, newline="") as one, open(second, newline="") as other:
        for line, (text, text_again) in enumerate(zip_longest(one, other), 1):
            if text is not None and _begins_record(name, text):
                number += 1
                record = f"record {number}"
            if text != text_again:
                return Difference(name, line, record, text, text_again)
    raise AssertionError("The bytes differ.")


def _begins_record(name: str, line: str) -> bool:
    return line.startswith("slug: ") if name == "md" else line.startswith(' "model"')
