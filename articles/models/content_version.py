"""The content version: one value that changes whenever what readers see may have changed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import F, Subquery
from django.utils import timezone

from articles.models.article import Article
from articles.sql import CompiledQuery, fetch

# The date of a site without content.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ContentVersionManager(models.Manager["ContentVersion"]):
    def bump(self) -> None:
        """Record that content has changed. Call inside the transaction that changes it."""
        if not self._increment():
            self.bulk_create([ContentVersion(pk=1)], ignore_conflicts=True)
            self._increment()

    def _increment(self) -> int:
        return self.filter(pk=1).update(number=F("number") + 1, changed=timezone.now())

    def current(self) -> str:
        """Return the current version. One query."""
        rows = fetch(*version_sql())
        return version_from_row(rows[0] if rows else None)

    def version_and_date(self) -> tuple[str, datetime]:
        """Return the current version, and when it became current. One query."""
        for row in _version_query.rows():
            _number, *dates = row
            return version_from_row(row), max(filter(None, dates))
        return "", EPOCH

    def untouched(self) -> bool:
        """Return whether no content has ever been written."""
        return not self.filter(number__gt=0).exists()


@CompiledQuery
def _version_query(at: datetime) -> models.QuerySet["ContentVersion", Any]:
    published = Article.objects.filter(publish_at__lte=at).order_by("-publish_at")
    expired = Article.objects.filter(expire_at__lte=at).order_by("-expire_at")
    dates = _first(published, "publish_at"), _first(expired, "expire_at")
    return ContentVersion.objects.filter(pk=1).values_list("number", "changed", *dates)


def _first(articles: models.QuerySet[Article], field: str) -> Subquery:
    return Subquery(articles.values(field)[:1])


def version_sql() -> tuple[str, list[Any]]:
    """Return the query for the current version, and its parameters, for any connection.

    It reads the number of content transactions and the latest `publish_at` and `expire_at` that
    have passed, so that the version also changes when a schedule falls due.
    """
    return _version_query.statement()


def version_from_row(row: Sequence[Any] | None) -> str:
    """Return the version that a row of `version_sql` stands for; empty if there is no row."""
    return "_".join(map(str, row or ())).replace(" ", "T")


class ContentVersion(models.Model):
    """The single row that counts content transactions. It is not content and not in fixtures."""

    number = models.PositiveBigIntegerField(default=0)
    changed = models.DateTimeField(default=timezone.now)

    objects = ContentVersionManager()

    def __str__(self) -> str:
        return str(self.number)
