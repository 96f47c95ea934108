"""The content version: one value that changes whenever what readers see may have changed."""

import secrets
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection, models
from django.db.models import Subquery
from django.utils import timezone

from articles.models.article import Article
from articles.models.draft import Draft
from articles.models.visibility import Status
from articles.sql import CompiledQuery, fetch

# The date of a site without content.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Characters of the log, and articles in one of its entries.
LOG_LENGTH = 1_500
MAX_LOGGED = 40
# Stands for articles that are too many or not known.
ALL = "*"
# In SQL, since every change of content ends with it, and `update` takes ten times as long.
INCREMENT = f"""UPDATE articles_contentversion SET number = number + 1,
    log = {{last}}(log || %s, {{sign}}{LOG_LENGTH}){{public}} WHERE id = 1"""
PUBLIC = ", public_number = public_number + 1, changed = %s"
LAST = {"sqlite": {"last": "substr", "sign": "-"}, "postgresql": {"last": "right", "sign": ""}}


class LogPosition(NamedTuple):
    """What a reader of the log has seen: the number of the version, and its entry."""

    number: int
    entry: str


class ChangeLog(NamedTuple):
    """The number of the current version, and an entry for each of the latest transactions: a
    random token, and the primary keys of the articles that it changed."""

    number: int
    entries: list[str]

    @property
    def position(self) -> LogPosition:
        return LogPosition(self.number, self.entries[-1] if self.entries else "")

    def articles_since(self, position: LogPosition) -> set[int] | None:
        """Return the articles that have changed since a position, or None if that is not known:
        the log does not reach so far back, or is that of another database."""
        count = self.number - position.number
        if not 0 <= count < len(self.entries) or self.entries[-1 - count] != position.entry:
            return None
        keys = [entry.partition(":")[2] for entry in self.entries[len(self.entries) - count :]]
        if ALL in keys:
            return None
        return {int(key) for part in keys for key in part.split(",") if key}


class ContentVersionManager(models.Manager["ContentVersion"]):
    def bump(self, *, public: bool = True, articles: Collection[int] | None = None) -> None:
        """Record that content has changed. Call inside the transaction that changes it.

        `public` is false if nothing of it is, or was, visible to readers. `articles` are the
        primary keys of those that were written, created or deleted, or whose tags were, readers or
        not; None if all may have been.
        """
        is_logged = articles is not None and len(articles) <= MAX_LOGGED
        keys = ",".join(map(str, articles or ())) if is_logged else ALL
        entry = f" {secrets.token_hex(4)}:{keys}"
        if not self._increment(public, entry):
            self.bulk_create([ContentVersion(pk=1)], ignore_conflicts=True)
            self._increment(public, entry)

    def _increment(self, public: bool, entry: str) -> int:
        changed = connection.ops.adapt_datetimefield_value(timezone.now())
        sql = INCREMENT.format(public=PUBLIC if public else "", **LAST[connection.vendor])
        with connection.cursor() as cursor:
            cursor.execute(sql, [entry, changed] if public else [entry])
            return int(cursor.rowcount)

    def log(self) -> ChangeLog:
        """Return the log of the latest changes. One query."""
        for number, log in self.filter(pk=1).values_list("number", "log"):
            # The first entry may have been cut off.
            return ChangeLog(number, log.split(" ")[1:])
        return ChangeLog(0, [])

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
    dates = _schedule_dates(at)
    due = Subquery(Draft.objects.due(at).values("publish_at")[:1])
    return ContentVersion.objects.filter(pk=1).values_list("number", "changed", *dates, due)


@CompiledQuery
def _public_version_query(at: datetime) -> models.QuerySet["ContentVersion", Any]:
    dates = _schedule_dates(at)
    return ContentVersion.objects.filter(pk=1).values_list("public_number", "changed", *dates)


def _schedule_dates(at: datetime) -> tuple[Subquery, Subquery]:
    """Return when the last published article became public, and when the last one expired."""
    published = Article.objects.filter(status=Status.PUBLISHED)
    opened = published.filter(publish_at__lte=at).order_by("-publish_at")
    expired = published.filter(expire_at__lte=at).order_by("-expire_at")
    return _first(opened, "publish_at"), _first(expired, "expire_at")


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
    # Which articles the latest transactions changed: see `ChangeLog`.
    log = models.TextField(default="", db_default="")

    objects = ContentVersionManager()

    def __str__(self) -> str:
        return str(self.number)
