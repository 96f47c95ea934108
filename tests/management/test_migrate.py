"""Migrations that end between the change of the schema and its record."""

import pytest
from django.core.management import load_command_class
from django.core.management.commands import migrate
from django.db import connection, migrations, models
from django.db.migrations.recorder import MigrationRecorder

from articles.management.migration_executor import AtomicMigrationExecutor

TABLE = "articles_probe"


class Migration(migrations.Migration):
    # The index is created by SQL that Django defers.
    operations = [
        migrations.CreateModel(
            "Probe", [("id", models.BigAutoField(primary_key=True)), ("name", models.SlugField())]
        )
    ]


class Killed(BaseException):
    pass


def kill(*_arguments):
    raise Killed


@pytest.fixture
def executor():
    executor = AtomicMigrationExecutor(connection)
    yield executor
    if TABLE in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.execute(f"DROP TABLE {TABLE}")
    MigrationRecorder(connection).record_unapplied("articles", "probe")


@pytest.mark.django_db(transaction=True)
def test_a_migration_is_recorded_in_the_transaction_that_applies_it(executor, monkeypatch):
    migration, state = Migration("probe", "articles"), executor.loader.project_state()
    with monkeypatch.context() as patch:
        patch.setattr(MigrationRecorder, "record_applied", kill)
        with pytest.raises(Killed):
            executor.apply_migration(state.clone(), migration)
    assert TABLE not in connection.introspection.table_names()
    executor.apply_migration(state.clone(), migration)
    assert ("articles", "probe") in executor.recorder.applied_migrations()
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, TABLE)
    assert any(each["columns"] == ["name"] and each["index"] for each in constraints.values())
    with monkeypatch.context() as patch:
        patch.setattr(MigrationRecorder, "record_unapplied", kill)
        with pytest.raises(Killed):
            executor.unapply_migration(state.clone(), migration)
    assert TABLE in connection.introspection.table_names()
    executor.unapply_migration(state.clone(), migration)
    assert TABLE not in connection.introspection.table_names()
    assert ("articles", "probe") not in executor.recorder.applied_migrations()


def test_the_command_uses_this_executor():
    load_command_class("articles", "migrate")
    assert migrate.MigrationExecutor is AtomicMigrationExecutor
