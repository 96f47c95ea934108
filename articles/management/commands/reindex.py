"""Rebuild the search index of all articles, and of their drafts, with progress."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from articles import editing
from articles.management.progress import Progress
from articles.models import Article
from articles.search import reindex
from articles.search.index import BATCH_SIZE


class Command(BaseCommand):
    help = "Indexes all articles for search again. Readers can search meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--batch-size",
            type=int,
            default=BATCH_SIZE,
            help="How many articles are indexed in one transaction (default: %(default)s).",
        )

    def handle(self, *args: Any, verbosity: int = 1, **options: Any) -> None:
        total, done = Article.objects.count(), 0
        with Progress(self.stdout, total, verbosity=verbosity) as progress:
            for indexed in reindex(options["batch_size"]):
                progress.advance(indexed - done)
                done = indexed
        editing.index_drafts()
        if verbosity:
            self.stdout.write(f"Indexed {done} article(s).")
