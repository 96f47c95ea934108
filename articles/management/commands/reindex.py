"""Index all articles for search again, with progress."""

from typing import Any

from django.core.management.base import BaseCommand

from articles import search
from articles.models import Article


class Command(BaseCommand):
    help = "Indexes all articles for search again. Readers can search meanwhile."

    def handle(self, *args: Any, verbosity: int = 1, **options: Any) -> None:
        total, done = Article.objects.count(), 0
        for done in search.reindex():
            if verbosity:
                self.stdout.write(f"\r{done} of {total}", ending="")
                self.stdout.flush()
        if verbosity:
            self.stdout.write(f"\rIndexed {done} article(s).")
