"""Report what readers, editors and other programs would stumble over in articles."""

import os
import sys
from argparse import ArgumentTypeError
from dataclasses import fields
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from articles.linting.findings import LintError
from articles.linting.lint_run import FAILED, LintArguments, LintSite, run
from articles.linting.reports import FORMATS
from articles.management import database_errors
from articles.management.progress import Progress
from articles.workers import WorkerError


class Command(BaseCommand):
    help = (
        "Lints Markdown files, without a database, or all articles of the database. Exits with 0"
        " if there are no errors, 1 if there are, and 2 if it could not run. docs/lint.md lists"
        " the rules."
    )
    # Files are linted without a database.
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        names: dict[str, Any] = {"metavar": "RULES", "action": "append", "default": []}
        add = parser.add_argument
        add("paths", nargs="*", metavar="PATH", help="files and folders (default: the database)")
        add("--database", action="store_true", help="lint the articles of the database")
        add("--select", **names, help="only these rules, separated by commas")
        add("--ignore", **names, help="not these rules")
        add("--rule", metavar="ID=LEVEL", action="append", default=[], help="set a level")
        add("--format", choices=list(FORMATS), default="text")
        add("--output", metavar="FILE", default="", help="write the report to a file")
        add("--fix", action="store_true", help="change the files where the fix is certain")
        add("--diff", action="store_true", help="print what --fix would change")
        add("--baseline", metavar="FILE", default="", help="only findings that it lacks count")
        add("--write-baseline", action="store_true", help="write all findings to the baseline")
        add("--max-warnings", type=_number, metavar="N", help="fail if there are more warnings")
        add("--quiet", action="store_true", help="report errors only")
        add("--config", metavar="FILE", default="", help="a pyproject.toml (default: the nearest)")
        add("--context", metavar="PATH", action="append", default=[], help=CONTEXT)
        add("--tags", metavar="FILE", default="", help="the tags (default: the nearest tags.json)")
        add("--media", metavar="DIR", action="append", default=[], help="where the images are")
        add("--workers", type=_number, metavar="N", help="processes (default: one a processor)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["database"] and options["paths"]:
            raise CommandError("Name paths or --database, not both.", returncode=FAILED)
        options["colours"] = self._has_colours(options)
        arguments = LintArguments(
            **{field.name: options[field.name] for field in fields(LintArguments)}
        )
        progress = Progress(self.stdout, verbosity=options["verbosity"])

        def advance(done: int, added: int) -> None:
            progress.total += added
            progress.advance(done)

        try:
            with progress:
                outcome = run(arguments, _site(), advance)
        except DatabaseError as error:
            raise CommandError(database_errors.describe(error), returncode=FAILED) from error
        except (LintError, WorkerError, ImproperlyConfigured) as error:
            raise CommandError(str(error).strip(), returncode=FAILED) from error
        except KeyboardInterrupt as error:
            raise CommandError(INTERRUPTED, returncode=FAILED) from error
        self.stdout.write(outcome.report, ending="")
        for problem in outcome.problems:
            self.stderr.write(problem)
        if outcome.code:
            self.stdout.flush()
            sys.exit(outcome.code)

    def _has_colours(self, options: dict[str, Any]) -> bool:
        """Return whether to use colours: on a terminal, unless the user has turned them off
        (https://no-color.org)."""
        is_off = options["no_color"] or os.environ.get("NO_COLOR") or options["output"]
        return not is_off and (self.stdout.isatty() or options["force_color"])


INTERRUPTED = "Interrupted before the end. Each file is as it was, or has all fixes of one pass."
CONTEXT = "files or folders whose names links may use, but which are not linted"


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ArgumentTypeError(f"{text!r} is not a number, 0 or more")
    return int(text)


def _site() -> LintSite:
    return LintSite(
        str(settings.MEDIA_ROOT), tuple(settings.IMAGE_URLS), tuple(settings.ALLOWED_HOSTS)
    )
