"""Derive the stored data of stale articles, drafts and tags again."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles import editing, fingerprints, rebuilding, url_for
from articles.management.errors import errors_in_one_line
from articles.management.jobs import add_jobs
from articles.management.progress import Progress
from articles.models import Article, Tag
from articles.models.fields import SLUG_LENGTH
from articles.text import names
from articles.workers import Workers


class Command(BaseCommand):
    help = (
        "Derives HTML, names, links, sort keys and search rows again, of the articles and drafts"
        " that an earlier version derived, or with other settings; and the keys of tags. Readers"
        " and editors can use the site meanwhile. Ended and started again, it goes on. Reports"
        " names that are one by the rules of this version."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        scope = parser.add_mutually_exclusive_group()
        scope.add_argument("--all", action="store_true", help="Derive everything again.")
        scope.add_argument(
            "--check",
            action="store_true",
            help="Change nothing. List what is stale, and exit with 1 if anything is.",
        )
        add_jobs(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with errors_in_one_line():
            if options["check"]:
                self.check_all()
            else:
                self.rebuild(**options)

    def check_all(self) -> None:
        stale = list(rebuilding.describe_stale())
        for line in stale:
            self.stdout.write(line)
        if stale:
            raise CommandError(f"{len(stale)} stale. Run “manage.py rebuild”.")
        self.stdout.write("Nothing is stale.")

    def rebuild(self, *, jobs: int | None, verbosity: int, **options: Any) -> None:
        for merged in editing.merge_equal_tags():
            self.stdout.write(f"“{merged.name}” is the tag “{merged.tag.name}” now.")
            if merged.description:
                self.stdout.write(f"  Its description was: {merged.description}")
        if options["all"]:
            rebuilding.invalidate()
        stale = rebuilding.find_stale()
        with (
            Workers(jobs) as workers,
            Progress(self.stdout, len(stale), verbosity=verbosity) as progress,
        ):
            rebuilt = rebuilding.rebuild(progress.advance, workers, stale)
        editing.index_drafts(fingerprints.stale_drafts())
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
