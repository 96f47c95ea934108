"""Loading documents, beside copying the rows that this stores. Imported by `in_process`."""

import os
import time
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction

from articles.linting.lint_run import LintArguments, LintSite, run
from articles.models import Article, Link, Name, Revision, SearchDocument, Tag, Tagging
from articles.sql import chunks, insert_rows
from articles.text import frontmatter, names
from tests.bench import corpus
from tests.bench.memory import PeakMemory

# What a load stores, in the order of foreign keys.
STORED = (Tag, Article, Name, Link, Tagging, SearchDocument, Revision)


def write_documents(folder: str, count: str) -> dict[str, int]:
    """Write `count` articles as Markdown files, with the names that an export gives them."""
    Path(folder).mkdir()
    for item in corpus.generate(int(count)):
        slug = names.slug(item.title)
        fields = {"slug": slug, "title": item.title, "summary": item.summary}
        fields |= {"aliases": item.aliases, "status": "published", "tags": item.tags}
        (Path(folder) / f"{slug}.md").write_text(frontmatter.join(fields, item.body))
    return {"articles": int(count)}


def load(folder: str) -> dict[str, float]:
    """Load all Markdown files of `folder` into an empty database.

    Returns seconds, processor seconds of all processes but the database server's, megabytes of
    all these processes at most, and the processor seconds of copying the same rows.
    """
    call_command("migrate", run_syncdb=True, verbosity=0)
    files = sorted(map(str, Path(folder).glob("*.md")))
    start_time, start_processor = time.perf_counter(), processor_seconds()
    with PeakMemory() as memory:
        call_command("loaddata", *files, verbosity=0)
    result = {
        "seconds": time.perf_counter() - start_time,
        "processor": processor_seconds() - start_processor,
        "megabytes": memory.megabytes,
    }
    if Article.objects.count() != len(files):
        raise RuntimeError("Not all articles were loaded")
    return {**result, "copy": copy_rows()}


def processor_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def lint(folder: str) -> dict[str, float]:
    """Lint all Markdown files of `folder`. Returns the same as `load`, without the copy."""
    start_time, start_processor = time.perf_counter(), processor_seconds()
    with PeakMemory() as memory:
        outcome = run(LintArguments(paths=[folder]), LintSite())
    if outcome.code:
        raise RuntimeError(outcome.report[-1000:])
    return {
        "seconds": time.perf_counter() - start_time,
        "processor": processor_seconds() - start_processor,
        "megabytes": memory.megabytes,
    }


def copy_rows() -> float:
    """Delete what was loaded, and return the processor seconds of inserting the same rows."""
    rows = {model: read_rows(model) for model in STORED}
    with transaction.atomic(), connection.cursor() as cursor:
        for model in reversed(STORED):
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
    start = time.process_time()
    with transaction.atomic():
        for model, stored in rows.items():
            for batch in chunks(stored, 500):
                insert_rows(model, column_names(model), batch)
    return time.process_time() - start


def read_rows(model: Any) -> list[Any]:
    columns = ", ".join(f'"{name}"' for name in column_names(model))
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {columns} FROM "{model._meta.db_table}"')
        return list(cursor.fetchall())


def column_names(model: Any) -> list[str]:
    return [field.column for field in model._meta.concrete_fields]
