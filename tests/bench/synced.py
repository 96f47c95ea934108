"""Syncing and exporting folders of documents. Imported by `in_process`."""

import io
import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command

from tests.bench.loading import processor_seconds
from tests.bench.memory import PeakMemory

EDITED = 10


def sync_and_export(folder: str) -> dict[str, float]:
    """Sync the Markdown files of `folder` into an empty database, export that, and sync again.

    Returns seconds and processor seconds of each step, and megabytes of all processes at most.
    """
    call_command("migrate", run_syncdb=True, verbosity=0)
    results: dict[str, float] = {}
    # Beside the documents: a hard link needs the same file system.
    with TemporaryDirectory(dir=Path(folder).parent) as temporary:
        source, tree = Path(temporary, "source"), Path(temporary, "tree")
        (source / "articles").mkdir(parents=True)
        for path in Path(folder).glob("*.md"):
            os.link(path, source / "articles" / path.name)
        with PeakMemory() as memory:
            _measure(results, "first sync", lambda: _call("sync_articles", source))
        results["megabytes"] = memory.megabytes
        _measure(results, "first export", lambda: _call("export_articles", tree))
        _measure(results, "export of nothing", lambda: _call("export_articles", tree))
        _measure(results, "sync of nothing", lambda: _call("sync_articles", tree))
        for path in sorted((tree / "articles").iterdir())[:EDITED]:
            path.write_text(path.read_text() + "\nA sentence more.\n")
        _measure(results, "sync of ten", lambda: _call("sync_articles", tree))
    return results


def _call(command: str, folder: Path) -> None:
    call_command(command, str(folder), verbosity=0, stdout=io.StringIO())


def _measure(results: dict[str, float], name: str, work: Callable[[], object]) -> None:
    start, start_processor = time.perf_counter(), processor_seconds()
    work()
    results[f"{name}, s"] = time.perf_counter() - start
    results[f"{name}, s of processors"] = processor_seconds() - start_processor
