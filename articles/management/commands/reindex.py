"""Rebuild the search index of all articles, and of their drafts, with progress."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from articles import editing, search
from articles.management.errors import errors_in_one_line
from articles.management.jobs import add_jobs
from articles.management.progress import Progress
from articles.models import Article
from articles.search.index import BATCH_SIZE
from articles.workers import Workers


class Command(BaseCommand):
    help = "Indexes all articles for search again. Readers can search meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--batch-size",
            type=int,
            default=BATCH_SIZE,
            help="How many articles are indexed in one transaction (default: %(default)s).",
        )
        add_jobs(parser)

    def handle(
        self, *args: Any, jobs: int | None = None, verbosity: int = 1, **options: Any
    ) -> None:
        total, done = Article.objects.count(), 0
        with (
            errors_in_one_line(),
            Workers(jobs) as workers,
            Progress(self.stdout, total, verbosity=verbosity) as progress,
        ):

            def analyze(fields: list[search.IndexedFields]) -> list[search.AnalyzedFields]:
                return workers.submit(search.analyze_all, fields)()

            for indexed in search.reindex(options["batch_size"], analyze):
                progress.advance(indexed - done)
                done = indexed
        editing.index_drafts()
        if verbosity:
            self.stdout.write(f"Indexed {done} article(s).")
