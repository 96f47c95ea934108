"""Importing a folder of documents. Imported by `in_process`."""

import io

from django.core.management import call_command

from tests.bench.loading import processor_seconds
from tests.bench.memory import PeakMemory


def import_folder(folder: str) -> dict[str, float]:
    """Import the Markdown files of `folder` into an empty database, and import them again.

    Returns seconds of all processors for both, and megabytes of all processes at most.
    """
    call_command("migrate", run_syncdb=True, verbosity=0)
    with PeakMemory() as memory:
        first = _import(folder)
    return {"first": first, "megabytes": memory.megabytes, "again": _import(folder)}


def _import(folder: str) -> float:
    start = processor_seconds()
    call_command("import_articles", folder, verbosity=0, stdout=io.StringIO())
    return processor_seconds() - start
