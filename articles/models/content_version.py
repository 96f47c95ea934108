"""The content version: one value that changes whenever what readers see may have changed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models
from django.db.models import Subquery
from django.utils import timezone

from articles.models.article import Article
from articles.models.draft import Draft
from articles.models.visibility import Status
from articles.sql import CompiledQuery, fetch

# The date of a site without content.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# In SQL, since every change of content ends with it, and `update` takes ten times as long.
INCREMENT = "UPDATE articles_contentversion SET number = number + 1 WHERE id = 1"
INCREMENT_PUBLIC = """UPDATE articles_contentversion
    SET number = number + 1, public_number = public_number + 1, changed = %s WHERE id = 1"""


class ContentVersionManager(models.Manager["ContentVersion"]):
    def bump(self, *, public: bool = True) -> None:
        """Record that content has changed. Call inside the transaction that changes it.

        `public` is false if nothing of it is, or was, visible to readers.
        """
        if not self._increment(public):
            self.bulk_create([ContentVersion(pk=1)], ignore_conflicts=True)
            self._increment(public)

    def _increment(self, public: bool) -> int:
        changed = connection.ops.adapt_datetimefield_value(timezone.now())
        sql, parameters = (INCREMENT_PUBLIC, [changed]) if public else (INCREMENT, [])
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return int(cursor.rowcount)

    def current(self) -> str:
        """Return the current version. One query."""
        rows = fetch(*version_sql())
        return version_from_row(rows[0] if rows else None)

    def public_version(self) -> tuple[str, datetime]:
        """Return the current version of public content, and when it became current. One query.

        Unlike `current`, it stays the same when drafts are saved, so readers can be told it.
        """
        for row in _public_version_query.rows():
            _number, *dates = row
            return version_from_row(row), max(filter(None, dates))
        return "", EPOCH

    def untouched(self) -> bool:
        """Return whether no content has ever been written."""
        return not self.filter(number__gt=0).exists()


@CompiledQuery
def _version_query(at: datetime) -> models.QuerySet["ContentVersion", Any]:
    dates = _schedule_dates(Article.objects.all(), at)
    due = Subquery(Draft.objects.due(at).values("publish_at")[:1])
    return ContentVersion.objects.filter(pk=1).values_list("number", "changed", *dates, due)


@CompiledQuery
def _public_version_query(at: datetime) -> models.QuerySet["ContentVersion", Any]:
    dates = _schedule_dates(Article.objects.filter(status=Status.PUBLISHED), at)
    return ContentVersion.objects.filter(pk=1).values_list("public_number", "changed", *dates)


def _schedule_dates(articles: models.QuerySet[Article], at: datetime) -> tuple[Subquery, Subquery]:
    """Return when the last of `articles` became public, and when the last one expired."""
    published = articles.filter(publish_at__lte=at).order_by("-publish_at")
    expired = articles.filter(expire_at__lte=at).order_by("-expire_at")
    return _first(published, "publish_at"), _first(expired, "expire_at")


def _first(articles: models.QuerySet[Article], field: str) -> Subquery:
    return Subquery(articles.values(field)[:1])


def version_sql() -> tuple[str, list[Any]]:
    """Return the query for the current version, and its parameters, for any connection.

    It reads the number of content transactions and the latest `publish_at` and `expire_at` that
    have passed, so that the version also changes when a schedule falls due. The last column is the
    time of a draft that has to be published, or NULL.
    """
    return _version_query.statement()


def is_publication_due(row: Sequence[Any] | None) -> bool:
    """Return whether a row of `version_sql` says that there is a draft to publish."""
    return bool(row and row[-1])


def version_from_row(row: Sequence[Any] | None) -> str:
    """Return the version that a row of `version_sql` stands for; empty if there is no row."""
    return "_".join(map(str, row or ())).replace(" ", "T")


def transaction_count(version: str) -> int:
    """Return how many content transactions there have been at a version.

    >>> transaction_count("12_2026-01-01T00:00:00+00:00_None_None_None")
    12
    """
    return int(version.partition("_")[0] or 0)


class ContentVersion(models.Model):
    """The single row that counts content transactions. It is not content and not in fixtures."""

    number = models.PositiveBigIntegerField(default=0)
    # The transactions that changed what readers see, and when the last of them did.
    public_number = models.PositiveBigIntegerField(default=0)
    changed = models.DateTimeField(default=timezone.now)

    objects = ContentVersionManager()

    def __str__(self) -> str:
        return str(self.number)
