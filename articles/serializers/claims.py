"""The names and slugs that the records of one load give to articles → faults of those that two
records have, before the database is queried."""

import sys
from collections.abc import Iterator

from articles.derived import FIELD_OF
from articles.models import Article
from articles.models.fields import truncate
from articles.serializers.sources import Fault, RecordSource
from articles.text import names


class Claims:
    """Who claims a name or a slug first, with the location of each. Slugs are those of all
    languages, names are those of one."""

    def __init__(self) -> None:
        self._slugs: dict[str, str] = {}
        # By language and key, which is interned: an import has the same ones.
        self._names: dict[str, dict[str, str]] = {}

    def has_slug(self, slug: str) -> bool:
        """Whether a record has this slug."""
        return slug in self._slugs

    def claim_slug(self, article: Article, source: RecordSource) -> Iterator[Fault]:
        """Claim the slug of an article. Yields the fault of one that another record has."""
        location = source.fault("slug", "").location
        if (other := self._slugs.setdefault(article.slug, location)) is not location:
            yield source.fault("slug", f"“{article.slug}” is the slug of {other} already.")

    def claim_names(
        self, article: Article, source: RecordSource, faulty: set[str]
    ) -> Iterator[Fault]:
        """Claim the names of an article, those from `faulty` fields apart. Yields the faults of
        those that another record has."""
        own: set[str] = set()
        locations = self._names.setdefault(article.language, {})
        for kind, text in article.all_names():
            field, key = FIELD_OF[kind], sys.intern(names.fold(text))
            if field in faulty or key in own or not text:
                continue
            own.add(key)
            location = source.fault(field, "").location
            if (other := locations.setdefault(key, location)) is not location:
                yield source.fault(field, f"“{truncate(text)}” is already a name in {other}.")
