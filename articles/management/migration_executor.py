"""Migrations that are applied and recorded in one transaction."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState


class AtomicMigrationExecutor(MigrationExecutor):
    """Records a migration in the transaction that applies it, or takes it back.

    Django's executor records it afterwards if it defers SQL, such as the creation of an index, and
    when it goes back. If it is killed in between, the next `migrate` fails: the table exists.
    """

    def apply_migration(
        self,
        state: ProjectState,
        migration: Migration,
        fake: bool = False,
        fake_initial: bool = False,
    ) -> ProjectState:
        if fake or fake_initial or not migration.atomic:
            return super().apply_migration(state, migration, fake, fake_initial)
        self._report("apply_start", migration)
        with self.connection.schema_editor(atomic=True) as editor:
            state = migration.apply(state, editor)
            _execute_deferred(editor)
            self.record_migration(migration)  # type: ignore[arg-type, call-arg]
        self._report("apply_success", migration)
        return state

    def unapply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False
    ) -> ProjectState:
        if fake or not migration.atomic:
            return super().unapply_migration(state, migration, fake)
        self._report("unapply_start", migration)
        with self.connection.schema_editor(atomic=True) as editor:
            state = migration.unapply(state, editor)
            _execute_deferred(editor)
            for app, name in (*migration.replaces, (migration.app_label, migration.name)):
                self.recorder.record_unapplied(app, name)
        self._report("unapply_success", migration)
        return state

    def _report(self, action: str, migration: Migration) -> None:
        if self.progress_callback:
            self.progress_callback(action, migration, False)


def _execute_deferred(editor: BaseDatabaseSchemaEditor) -> None:
    statements: list[Any] = editor.deferred_sql
    while statements:
        editor.execute(statements.pop(0), None)
