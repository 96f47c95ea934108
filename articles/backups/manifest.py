"""The manifest of a backup: what is in it, of which version, and the checksums."""

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import PurePosixPath
from typing import Any

from articles import VERSION
from articles.backups.errors import BackupError

FORMAT, FORMAT_VERSION = "diwan-backup", 1
MANIFEST = "manifest.json"
DATABASE = "database.sqlite3"
# For `pg_restore`, in backups of PostgreSQL where `pg_dump` is installed.
NATIVE_DUMP = "database.dump"
SETTINGS = "settings.env"
MEDIA = "media/"

SHA256 = re.compile("[0-9a-f]{64}")
VERSION_PATTERN = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}")


@dataclass(frozen=True)
class Member:
    """A file of the archive, with its size in bytes and its SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """`engine` is the database's vendor and version, `created` an ISO 8601 time, `migrations` are
    (app, name), and `counts` the numbers of rows by table. `skipped` are media files that could
    not be read."""

    diwan_version: str
    engine: str
    created: str
    has_secrets: bool
    migrations: list[tuple[str, str]]
    counts: dict[str, int]
    skipped: list[str] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)

    def as_json(self) -> str:
        data = {"format": FORMAT, "format_version": FORMAT_VERSION, **asdict(self)}
        return json.dumps(data, ensure_ascii=False, indent=1)

    @property
    def media(self) -> list[Member]:
        return [member for member in self.members if member.name.startswith(MEDIA)]

    @property
    def size(self) -> int:
        """The number of bytes of all members."""
        return sum(member.size for member in self.members)


def parse(text: bytes) -> Manifest:
    """Return the manifest of a backup. Raises `BackupError` if it is another file's, if it is
    malformed, or if a newer version wrote it."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BackupError(f"{MANIFEST} is damaged.") from error
    if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
        raise BackupError("This is not a backup of Diwan.")
    version = data.pop("format_version", None)
    if not isinstance(version, int) or version < 1:
        raise BackupError(f"{MANIFEST} is damaged.")
    _refuse_newer(version, data.get("diwan_version"))
    try:
        manifest = _manifest(**data)
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise BackupError(f"{MANIFEST} is damaged.") from error
    return manifest


def _refuse_newer(format_version: int, version: Any) -> None:
    if not isinstance(version, str) or not VERSION_PATTERN.fullmatch(version):
        raise BackupError(f"{MANIFEST} is damaged.")
    if format_version > FORMAT_VERSION or _numbers(version) > _numbers(VERSION):
        raise BackupError(
            f"Diwan {version} made this backup, and this is {VERSION}. Upgrade, then restore it."
        )


def _numbers(version: str) -> list[int]:
    """Return the parts of a version, without zeros at the end: 1.0 equals 1."""
    numbers = [int(number) for number in version.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return numbers


def _manifest(
    *,
    members: list[Any],
    migrations: list[Any],
    counts: dict[str, Any],
    skipped: list[Any],
    **data: Any,
) -> Manifest:
    manifest = Manifest(
        **data,
        skipped=[str(name) for name in skipped],
        migrations=[(str(app), str(name)) for app, name in migrations],
        counts={str(table): int(count) for table, count in counts.items()},
        members=[Member(**member) for member in members],
    )
    datetime.fromisoformat(manifest.created)
    labels = [manifest.engine, *chain.from_iterable(manifest.migrations)]
    if not all(label.isprintable() for label in labels):  # They are displayed on a terminal.
        raise ValueError("labels")
    for member in manifest.members:
        _check_member(member)
    names = [member.name for member in manifest.members]
    if len(set(names)) != len(names) or DATABASE not in names:
        raise ValueError("members")
    return manifest


def _check_member(member: Member) -> None:
    if int(member.size) != member.size or member.size < 0 or not SHA256.fullmatch(member.sha256):
        raise ValueError(member.name)
    if member.name in (DATABASE, NATIVE_DUMP, SETTINGS):
        return
    if not member.name.startswith(MEDIA) or not is_relative(member.name.removeprefix(MEDIA)):
        raise BackupError(f"{member.name!r} is not a name that a backup may contain.")


def is_relative(name: str) -> bool:
    """Whether a name is the path of a visible file within a folder, on any system."""
    parts = name.split("/")
    return (
        not PurePosixPath(name).is_absolute()
        and "\0" not in name
        and all(part and not part.startswith(".") for part in parts)
    )
