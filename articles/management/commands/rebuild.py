"""Derive the stored data of all articles and tags again."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles import editing, rebuilding, url_for
from articles.management.progress import Progress
from articles.models import Article, Tag
from articles.models.fields import SLUG_LENGTH
from articles.text import names
from articles.workers import WorkerError, Workers


class Command(BaseCommand):
    help = (
        "Derives HTML, names, links, sort keys and search rows of all articles, and the keys of"
        " tags, again. Reports names that are one by the rules of this version."
    )

    def handle(self, *args: Any, verbosity: int = 1, **options: Any) -> None:
        for merged in editing.merge_equal_tags():
            self.stdout.write(f"“{merged.name}” is the tag “{merged.tag.name}” now.")
            if merged.description:
                self.stdout.write(f"  Its description was: {merged.description}")
        with (
            Workers() as workers,
            Progress(self.stdout, Article.objects.count(), verbosity=verbosity) as progress,
        ):
            try:
                rebuilt = rebuilding.rebuild(progress.advance, workers)
            except WorkerError as error:
                raise CommandError(str(error)) from error
        editing.index_drafts()
        for taken in rebuilt.lost_names:
            self.stdout.write(f"{taken.name.article.slug}: {taken.messages[0]} Rename one.")
        for url in former_slugs():
            self.stdout.write(f"{url} has a slug of an earlier version. Clear it for a new one.")
        self.stdout.write(f"Rebuilt {rebuilt.total} article(s).")


def former_slugs() -> Iterator[str]:
    """Yield the URLs of articles and tags whose slug an earlier version of the rules made."""
    for model, url_of in ((Article, url_for.article), (Tag, url_for.tag)):
        for slug in model.objects.order_by("slug").values_list("slug", flat=True):
            if names.slug(slug, SLUG_LENGTH) != slug:
                yield url_of(slug)
