"""Make the database equal to a folder of documents."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles import syncing
from articles.management.commands.export_articles import WAITING, folder_path
from articles.management.errors import errors_in_one_line, faults_line_by_line
from articles.management.jobs import number_of_processes
from articles.management.progress import Progress
from articles.syncing import Strategy
from articles.syncing.layout import limited
from articles.syncing.plan import ChangeKind
from articles.syncing.watching import watch
from articles.transactions import larger_cache
from articles.workers import Workers

REFUSED = "Refused without --ours, --theirs or --merge:"


class Command(BaseCommand):
    help = (
        "Makes articles, tags and media equal to the files in DIR, in one transaction and as one"
        " operation, which can be undone. What was edited in the database since the last export or"
        " sync is not overwritten, unless an option says how."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=folder_path)
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Change nothing; list what would change and exit with 2 if anything would.",
        )
        parser.add_argument("--comment", default="", help="The comment of the revisions.")
        parser.add_argument("--user", default="", help="The user who is their editor.")
        strategies = parser.add_mutually_exclusive_group()
        for strategy, text in (
            (Strategy.OURS, "keep the articles as they are in the database"),
            (Strategy.THEIRS, "overwrite the articles with the files"),
            (Strategy.MERGE, "merge both; where they overlap, write both beside the file"),
        ):
            strategies.add_argument(
                f"--{strategy}",
                dest="strategy",
                action="store_const",
                const=strategy,
                help=f"If articles were edited in the database: {text}.",
            )
        parser.add_argument(
            "--watch", action="store_true", help="Sync again whenever a file is saved."
        )
        parser.add_argument(
            "--workers",
            type=number_of_processes,
            help="How many processes parse the texts of many articles.",
        )

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        self._folder = folder
        self._verbosity: int = options["verbosity"]
        self._processes: int | None = options["workers"]
        self._options = syncing.SyncOptions(
            options["strategy"], options["dry_run"], options["comment"], _user(options["user"])
        )
        if not options["watch"]:
            result = self._sync()
            if options["dry_run"] and (result.lines or result.refusals):
                sys.exit(2)
        elif options["dry_run"]:
            raise CommandError("--watch and --dry-run can't be used together.")
        else:
            self._watch()

    def _sync(self) -> syncing.SyncResult:
        with (
            faults_line_by_line(self),
            errors_in_one_line(),
            larger_cache(),
            Workers(self._processes) as workers,
            Progress(self.stdout, verbosity=self._verbosity) as progress,
        ):
            result = syncing.sync(
                self._folder,
                self._options,
                workers=workers,
                report=progress.advance,
                waiting=self._report_waiting,
            )
        self._print(result)
        return result

    def _report_waiting(self) -> None:
        self.stderr.write(WAITING.format(folder=self._folder))

    def _print(self, result: syncing.SyncResult) -> None:
        if result.refusals:
            refusals = limited([f"  {text}" for text in result.refusals])
            self.stdout.write("\n".join([REFUSED, *refusals]))
        if not self._verbosity:
            return
        if result.lines:
            self.stdout.write("\n".join(limited(result.lines)))
            if not self._options.dry_run:
                self._print_summary(result)
        elif not result.refusals:
            self.stdout.write("Nothing to sync.")

    def _print_summary(self, result: syncing.SyncResult) -> None:
        count = len(result.lines)
        changes = "change" if count == 1 else "changes"
        operation = f", operation {result.operation}" if result.operation else ""
        self.stdout.write(f"Synced {count:,} {changes}{operation}.")
        if any(line.startswith(ChangeKind.MERGED) for line in result.lines):
            self.stdout.write("Run export_articles to write the merged texts to the folder.")

    def _watch(self) -> None:
        """Sync at once and after each change, until Ctrl-C. Errors are printed."""
        self.stdout.write(f"Watching {self._folder}. Press Ctrl-C to stop.")
        with suppress(KeyboardInterrupt):
            for _change in watch(self._folder):
                try:
                    self._sync()
                except CommandError as error:
                    self.stderr.write(self.style.ERROR(str(error)))


def _user(username: str) -> User | None:
    if not username:
        return None
    user: User | None = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"There is no user “{username}”.")
    return user
