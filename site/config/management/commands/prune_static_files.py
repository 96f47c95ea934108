"""Delete static files of versions that are gone."""

from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.storage import HashedStaticFiles

DAYS = 30
MAX_DAYS = 36_500


class Command(BaseCommand):
    help = (
        "Deletes static files that “collectstatic” has replaced. Those of this version and of the"
        " previous one stay."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days",
            type=int,
            default=DAYS,
            help="Files that were replaced in the last DAYS days stay too (default: %(default)s).",
        )

    def handle(self, *, days: int, **options: Any) -> None:
        if not 0 <= days <= MAX_DAYS:
            raise CommandError(f"--days is a number from 0 to {MAX_DAYS}.")
        storage: Any = staticfiles_storage
        if not isinstance(storage, HashedStaticFiles):
            raise CommandError("With DEBUG, static files are not collected.")
        if not storage.read_manifest():
            raise CommandError("There are no static files. Run “manage.py collectstatic”.")
        self.stdout.write(f"Deleted {storage.prune(days)} static files of former versions.")
