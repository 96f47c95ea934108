"""Errors of the database, of files and of worker processes → one line on the terminal."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from articles.backups import BackupError
from articles.files import printable, reason
from articles.management import database_errors
from articles.serializers.sources import FixtureError
from articles.workers import WorkerError

# The exit code of shells for a program that Ctrl-C has ended: 128 and the number of the signal.
INTERRUPTED = 130


@contextmanager
def errors_in_one_line() -> Iterator[None]:
    """Raise `CommandError` instead of what a full disk, a lock or a lost connection raises.

    `manage.py` displays it without a traceback and exits with 1.
    """
    try:
        yield
    except KeyboardInterrupt as error:
        raise CommandError("Interrupted.", returncode=INTERRUPTED) from error
    except BackupError as error:
        raise CommandError(str(error)) from error
    except (DatabaseError, OSError, WorkerError, MemoryError) as error:
        raise CommandError(_message(error)) from error


@contextmanager
def faults_line_by_line(command: BaseCommand) -> Iterator[None]:
    """On the command line, print the faults of a `FixtureError`, one a line.

    Django would write the name of the exception before the first of them.
    """
    try:
        yield
    except FixtureError as error:
        if not getattr(command, "_called_from_command_line", False):
            raise
        for fault in error.faults:
            command.stderr.write(str(fault))
        raise CommandError(error.summary or "Nothing was loaded.") from error


def _message(error: BaseException) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{printable(os.fsdecode(error.filename))}: {reason(error)}"
    if isinstance(error, DatabaseError):
        return database_errors.describe(error)
    return " ".join(str(error).split()) or type(error).__name__
