"""Wait for the database, and migrate it, one process at a time."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from config.single_migration import migrate_once


class Command(BaseCommand):
    help = (
        "Waits until the database responds, and migrates it. If several processes do so at the"
        " same time, on one machine or on many, one migrates and the others wait."
    )
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--wait",
            type=int,
            default=60,
            metavar="SECONDS",
            help="how long to wait for the database (default: 60)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            migrate_once(options["wait"], options["verbosity"])
        except OperationalError as error:
            raise CommandError(f"The database does not respond: {error}") from None
