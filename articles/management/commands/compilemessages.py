"""Compile the translations of the interface that changed, without GNU gettext."""

from typing import Any

from django.core.management.base import BaseCommand

from articles import catalogues


class Command(BaseCommand):
    help = "Compiles the translations of the interface that changed since they were compiled."
    requires_system_checks = ()

    def handle(self, *args: Any, verbosity: int = 1, **options: Any) -> None:
        for path in catalogues.compile_stale():
            if verbosity:
                self.stdout.write(f"Compiled {path.parts[-3]}.")
