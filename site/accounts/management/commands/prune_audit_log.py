"""Deletes old entries of the audit log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import AuditEntry

DAYS = 365
MAX_DAYS = 36_500


class Command(BaseCommand):
    help = "Delete entries of the audit log that are older than a number of days."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days",
            type=int,
            default=DAYS,
            help="For how many days an entry is kept (default: %(default)s).",
        )

    def handle(self, *, days: int, **options: Any) -> None:
        if not 1 <= days <= MAX_DAYS:
            raise CommandError(f"--days is a number from 1 to {MAX_DAYS}.")
        count = AuditEntry.objects.delete_before(days)
        self.stdout.write(f"Deleted {count} entries of the audit log.")
