"""The migrations, the tables and the numbers of rows of a database."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

from articles.backups.errors import BackupError

Migration = tuple[str, str]

# Sessions and locks after failed logins are of the moment, uploads of one day.
LEFT_OUT = (
    "sessions.session",
    "axes.accessattempt",
    "axes.accessattemptexpiration",
    "articles.importupload",
)
# The beginnings of names of tables that are not data: of SQLite, of the full-text index, and the
# list of migrations.
INTERNAL = ("sqlite_", "articles_search", "django_migrations")
# What `migrate` writes into an empty database. It also logs that it creates groups.
INITIAL = (
    "contenttypes.contenttype",
    "auth.permission",
    "auth.group",
    "auth.group_permissions",
    "articles.contentversion",
    "accounts.auditentry",
)


def applied_migrations() -> list[Migration]:
    """Return the migrations of the default database, sorted. Raises `BackupError` if some are
    those of another version."""
    loader = MigrationLoader(connection)
    applied = sorted(loader.applied_migrations or ())
    refuse_unknown(applied, "The database has")
    return applied


def refuse_unknown(migrations: Iterable[Migration], subject: str) -> None:
    """Raise `BackupError` for migrations that this version does not have."""
    disk = MigrationLoader(None)
    present = set(disk.disk_migrations or ()) | set(disk.graph.nodes)
    ours = {app for app, _name in present}
    unknown = [(app, name) for app, name in migrations if (app, name) not in present]
    if unknown:
        app, name = unknown[-1]
        hint = "Upgrade first." if app in ours else f"The app {app} is not installed here."
        raise BackupError(f"{subject} a migration that this version does not know, {name}. {hint}")


def are_pending() -> bool:
    """Whether `migrate` would change the default database."""
    loader = MigrationLoader(connection)
    applied = set(loader.applied_migrations or ())
    return any(node not in applied for node in loader.graph.nodes)


def last_migrations(migrations: Sequence[Migration]) -> list[Migration]:
    """Return those of these migrations that no other one of its app depends on."""
    loader, applied = MigrationLoader(None), set(migrations)
    return [
        node
        for node in migrations
        if node in loader.graph.nodes
        and not any(
            child.key[0] == node[0] and child.key in applied
            for child in loader.graph.node_map[node].children
        )
    ]


def models_after(migrations: Sequence[Migration]) -> list[type[Model]]:
    """Return the models as they were after these migrations, those of relations included."""
    loader = MigrationLoader(None)
    state = loader.project_state(nodes=last_migrations(migrations))
    return stored_models(state.apps)


def stored_models(apps: Apps) -> list[type[Model]]:
    """Return all models that have a table, except those that are left out of backups."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.label_lower not in LEFT_OUT
    ]


def count_rows(tables: Iterable[str], database: Any = connection) -> dict[str, int]:
    """Return the number of rows of each of these tables of a database."""
    with database.cursor() as cursor:
        return {table: _count(cursor, table) for table in sorted(tables)}


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
    (count,) = cursor.fetchone()
    return int(count)


def existing(models: Iterable[type[Model]]) -> list[str]:
    """Return the names of those tables of these models that the default database has."""
    tables = set(connection.introspection.table_names())
    return [model._meta.db_table for model in models if model._meta.db_table in tables]
