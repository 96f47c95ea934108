"""The database of a backup, checked and brought up to the present version before it is used."""

from pathlib import Path
from typing import NamedTuple

from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection

from articles import editing, fingerprints, rebuilding
from articles.backups import tables
from articles.backups.archives import DAMAGED
from articles.backups.errors import BackupError
from articles.backups.manifest import Manifest
from articles.backups.substitution import default_database
from articles.models import ContentVersion


class Upgraded(NamedTuple):
    """The rows by table, and how many articles were derived again."""

    counts: dict[str, int]
    stale: int


def check_and_upgrade(copy: Path, manifest: Manifest) -> Upgraded:
    """Check that the SQLite file is what the manifest says, migrate it to this version, and derive
    what is stale, by the settings of this site, again.

    Raises `BackupError`.
    """
    with default_database(copy):
        try:
            _check(manifest)
        except DatabaseError as error:
            raise BackupError(DAMAGED) from error
        if tables.are_pending():
            call_command("migrate", verbosity=0, interactive=False)
        stale = _refresh()
        # What is cached of a later state, which is lost, must not be taken for current.
        ContentVersion.objects.bump()
        return Upgraded(tables.count_rows(tables.existing(tables.stored_models(apps))), stale)


def _check(manifest: Manifest) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check")
        if cursor.fetchall() != [("ok",)]:
            raise BackupError(DAMAGED)
    connection.check_constraints()
    if not set(manifest.counts) <= set(connection.introspection.table_names()):
        raise BackupError(DAMAGED)
    if tables.count_rows(manifest.counts) != manifest.counts:
        raise BackupError(DAMAGED)
    if tables.applied_migrations() != sorted(manifest.migrations):
        raise BackupError(DAMAGED)


def _refresh() -> int:
    """Derive what is stale again, as “manage.py rebuild” does, and return the number of articles.

    It is stale if the backup is of an earlier version, or of a site with other settings.
    """
    editing.merge_equal_tags()
    stale = rebuilding.find_stale()
    rebuilding.rebuild(primary_keys=stale)
    editing.index_drafts(fingerprints.stale_drafts())
    if line := next(rebuilding.describe_stale(), ""):
        raise BackupError(f"Derived data can't be brought up to date: {line}")
    return len(stale)
