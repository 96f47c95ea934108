"""Write all articles to a folder as documents, with tags and media."""

import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from articles import syncing
from articles.management.errors import errors_in_one_line
from articles.management.progress import Progress
from articles.models import Article
from articles.syncing.layout import limited

WAITING = "Waiting for another process to leave {folder}."


class Command(BaseCommand):
    help = (
        "Writes all articles to DIR/articles, the tags to DIR/tags.json, and the media that"
        " articles use to DIR/media. Only files that differ are rewritten."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=folder_path)
        parser.add_argument(
            "--check",
            action="store_true",
            help="Write nothing; list what differs and exit with 1 if anything does.",
        )
        parser.add_argument(
            "--prune",
            action="store_true",
            help="Remove the files of deleted articles and unused media that an export wrote.",
        )
        parser.add_argument(
            "--force", action="store_true", help="Overwrite files that were edited in DIR."
        )

    def handle(self, *args: Any, folder: Path, verbosity: int = 1, **options: Any) -> None:
        names = syncing.ExportOptions._fields
        export_options = syncing.ExportOptions(**{name: options[name] for name in names})
        with (
            errors_in_one_line(),
            Progress(self.stdout, Article.objects.count(), verbosity=verbosity) as progress,
        ):
            report = syncing.export(
                folder,
                export_options,
                report=progress.advance,
                waiting=lambda: self.stderr.write(WAITING.format(folder=folder)),
            )
        for name in report.missing:
            self.stderr.write(f"{name}: articles use it, but MEDIA_ROOT does not have it.")
        if verbosity:
            self.stdout.write(
                "\n".join([*limited(list(report.lines())), _summary(report, options["check"])])
            )
        if options["check"] and report.differs:
            sys.exit(1)


def folder_path(text: str) -> Path:
    """Return the path of an argument: not this folder if it is empty, as an unset variable is."""
    if not text:
        raise ArgumentTypeError("the name of the folder is empty")
    return Path(text)


def _summary(report: syncing.ExportReport, is_check: bool) -> str:
    counts = (len(names) for names in (report.created, report.changed, report.removed))
    verbs = ("create", "change", "remove")
    actions = (f"to {verb}" if is_check else f"{verb}d" for verb in verbs)
    listed = ", ".join(
        f"{count:,} {action}" for count, action in zip(counts, actions, strict=True)
    )
    articles = "article" if report.total == 1 else "articles"
    return f"{report.total:,} {articles}; files: {listed}."
