"""Django's `migrate`, which can be killed at any moment: the next one completes its work."""

from django.core.management.commands import migrate

from articles.management.migration_executor import AtomicMigrationExecutor

# Django's command has no other way to choose the executor.
migrate.MigrationExecutor = AtomicMigrationExecutor  # type: ignore[attr-defined]


class Command(migrate.Command):
    """The same arguments and output."""
