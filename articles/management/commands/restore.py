"""Restore a backup of the site from a file."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from articles import backups
from articles.management.errors import errors_in_one_line
from articles.management.progress import progress_on

QUESTION = "Delete all content and all users of the database {name}? Type “yes” to go on: "


class Command(BaseCommand):
    help = (
        "Restores a file of “manage.py backup” into an empty database and MEDIA_ROOT, on SQLite or"
        " PostgreSQL, whichever the backup is of, and checks the result. A backup of an earlier"
        " version is migrated. If anything fails, nothing is changed. DATABASE_URL names the"
        " database: “DATABASE_URL=postgres://… manage.py restore FILE”."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="A file of “manage.py backup”.")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="Delete what the database contains, after a question, and replace media files"
            " that have other contents. Other media files stay.",
        )
        parser.add_argument(
            "--no-input",
            action="store_false",
            dest="interactive",
            help="Ask no question.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with errors_in_one_line():
            if options["replace"] and options["interactive"] and not backups.is_empty():
                self.confirm()
            summary = backups.restore(
                Path(options["file"]),
                progress_on(self.stdout, options["verbosity"]),
                replace=options["replace"],
            )
        self.report(summary)

    def confirm(self) -> None:
        if not sys.stdin.isatty():
            raise CommandError("The database is not empty. Use --no-input to replace it.")
        try:
            answer = input(QUESTION.format(name=connection.settings_dict["NAME"]))
        except EOFError:  # Ctrl-D.
            answer = ""
        if answer != "yes":
            raise CommandError("Nothing was changed.")

    def report(self, summary: backups.RestoreSummary) -> None:
        manifest = summary.manifest
        self.stdout.write(
            f"Restored {summary.articles} article(s) and {summary.media} media file(s) of"
            f" {manifest.created}, made by Diwan {manifest.diwan_version} on {manifest.engine}."
        )
        if summary.stale:
            self.stdout.write(f"Derived the data of {summary.stale} article(s) again.")
        if manifest.skipped:
            self.stdout.write(f"Media files that were not backed up: {len(manifest.skipped)}.")
        if summary.settings:
            names = ", ".join(summary.settings)
            self.stdout.write(f"Settings that were different: {names} (settings.env in the file).")
