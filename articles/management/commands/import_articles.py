"""Imports the documents of another system."""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations
from django.db import DatabaseError

from articles import files
from articles.importing.formats import UnknownFormat
from articles.importing.imports import import_documents
from articles.importing.options import ImportOptions
from articles.importing.registry import FORMATS
from articles.importing.reports import ImportReport
from articles.importing.trees import open_tree
from articles.management.jobs import number_of_processes
from articles.management.progress import Progress
from articles.models import Status
from articles.models.fields import validate_language
from articles.serializers.json_records import one_line
from articles.serializers.sources import FixtureError
from articles.text import names
from articles.transactions import larger_cache
from articles.workers import WorkerError, Workers

# What ends an import, with a message in one line. Nothing was written then.
ERRORS = (files.FileError, UnknownFormat, WorkerError, FixtureError, DatabaseError, OSError)


class Command(BaseCommand):
    help = (
        "Imports a folder, a zip archive or a file of another system, all of it or nothing."
        " Importing it again updates the articles that were not edited here."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="The folder, zip archive or file.")
        formats = [item.name for item in FORMATS]
        parser.add_argument("--format", default="", choices=formats, help="Default: detected.")
        parser.add_argument("--source", default="", help="Default: its name.")
        parser.add_argument(
            "--folder-tags", action="store_true", help="Make tags of the names of folders."
        )
        parser.add_argument(
            "--inline-tags", action="store_true", help="Make tags of the #tags in texts."
        )
        parser.add_argument(
            "--status",
            default="",
            choices=Status.values,
            help="Of documents without one. Default: published for sites, draft for notes.",
        )
        parser.add_argument(
            "--language",
            default="",
            type=_language,
            help="Of documents without one. Default: that of the site.",
        )
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="Replace articles that were edited or deleted here since the last import.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Report what would be done, and write nothing."
        )
        parser.add_argument("--comment", default="", help="The comment of the revisions.")
        parser.add_argument("--user", default="", help="The name of the user who is their editor.")
        parser.add_argument("--report", type=Path, help="A file for the whole report, as JSON.")
        parser.add_argument(
            "--workers",
            type=number_of_processes,
            help="How many processes parse texts: see loaddata.",
        )

    @no_translations
    def handle(self, **options: Any) -> None:
        try:
            report = self._import(options)
        except ERRORS as error:
            message = str(error) if isinstance(error, FixtureError) else one_line(error)
            raise CommandError(message) from error
        if options["verbosity"]:
            self.stdout.write(report.as_text())
        if options["report"]:
            self._write(report, options["report"])

    def _write(self, report: ImportReport, path: Path) -> None:
        try:
            files.write_lines(path, report.json_lines())
        except files.FileError as error:
            outcome = "nothing was imported" if report.dry_run else "the import is complete"
            raise CommandError(f"{error} The report was not written; {outcome}.") from error

    def _import(self, options: dict[str, Any]) -> ImportReport:
        progress = Progress(self.stdout, verbosity=options["verbosity"])
        with (
            larger_cache(),
            open_tree(options["path"]) as tree,
            Workers(options["workers"]) as workers,
            progress,
        ):

            def begin(total: int) -> None:
                progress.total = total

            return import_documents(
                tree,
                _import_options(options),
                user=_user(options["user"]),
                workers=workers,
                begin=begin,
                advance=progress.advance,
            )


def _import_options(options: dict[str, Any]) -> ImportOptions:
    fields = ImportOptions.__dataclass_fields__
    return ImportOptions(**{name: options[name] for name in fields})


def _language(value: str) -> str:
    try:
        if value:
            validate_language(value)
    except ValidationError as error:
        raise ArgumentTypeError(error.messages[0]) from error
    return names.language_tag(value)


def _user(name: str) -> Any:
    users = get_user_model()
    if not name:
        return None
    try:
        return users.objects.get_by_natural_key(name)
    except users.DoesNotExist as error:
        raise CommandError(f"There is no user “{name}”.") from error
