"""Write a backup of the site to a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles import backups
from articles.backups.media import describe
from articles.management.errors import errors_in_one_line
from articles.management.progress import progress_on


class Command(BaseCommand):
    help = (
        "Writes the database, with users and groups, and the media files to one file, a zip"
        " archive with checksums, which “manage.py restore” restores on SQLite and PostgreSQL."
        " The backup is one state of the database, even if editors save meanwhile. It contains"
        " password hashes and drafts: keep it private. Sessions are left out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="The file to write, such as diwan.zip.")
        parser.add_argument("--force", action="store_true", help="Replace FILE if it exists.")
        parser.add_argument(
            "--with-secrets",
            action="store_true",
            help="Include SECRET_KEY, passwords of servers, and the like.",
        )
        parser.add_argument(
            "--skip-unreadable",
            action="store_true",
            help="Leave out media files that can't be read, and name them.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"] == "-":
            raise CommandError("A backup is a file: it can't be written to standard output.")
        with errors_in_one_line():
            summary = backups.back_up(
                Path(options["file"]),
                progress_on(self.stdout, options["verbosity"]),
                overwrite=options["force"],
                with_secrets=options["with_secrets"],
                skip_unreadable=options["skip_unreadable"],
            )
        if summary.skipped:
            self.stderr.write(f"Left out:\n{describe(summary.skipped)}")
        self.stdout.write(
            f"Backed up {summary.articles} article(s) and {summary.media} media file(s):"
            f" {options['file']}, {summary.size:,} bytes, SHA-256 {summary.sha256}"
        )
