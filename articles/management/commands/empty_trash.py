"""Delete articles that have been in the trash for some time permanently."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from articles import editing
from articles.models import TrashedArticle

DAYS = 90
MAX_DAYS = 36_500


class Command(BaseCommand):
    help = "Deletes articles permanently that were moved to the trash long ago."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--days",
            type=int,
            default=DAYS,
            help="For how many days an article stays in the trash (default: %(default)s).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 <= options["days"] <= MAX_DAYS:
            raise CommandError(f"--days is a number from 0 to {MAX_DAYS}.")
        limit = timezone.now() - timedelta(days=options["days"])
        count = editing.empty_trash(TrashedArticle.objects.filter(deleted__lte=limit))
        self.stdout.write(f"Deleted {count} article(s) permanently.")
