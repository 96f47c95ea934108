"""The content version: one value that changes whenever what readers see may have changed."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models
from django.db.models import Subquery
from django.utils import timezone

from articles.models.article import Article
from articles.sql import CompiledQuery

RAISE = "UPDATE articles_contentversion SET number = number + 1, changed = %s WHERE id = 1"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class ContentVersionManager(models.Manager["ContentVersion"]):
    def bump(self) -> None:
        """Say that content changed. Call inside the transaction that changed it."""
        if not self._bump():
            self.bulk_create([ContentVersion(pk=1)], ignore_conflicts=True)
            self._bump()

    def _bump(self) -> int:
        """As SQL: every change of content ends with it."""
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(RAISE, [now])
            return int(cursor.rowcount)

    def current(self) -> str:
        """The version that holds now. One query."""
        return version(connection)

    def version_and_date(self) -> tuple[str, datetime]:
        """The version that holds now, and since when. One query."""
        for row in _row.rows():
            _number, *moments = row
            return answered(row), max(filter(None, moments))
        return "", NEVER

    def untouched(self) -> bool:
        """Whether nothing was ever written."""
        return not self.filter(number__gt=0).exists()


@CompiledQuery
def _row(at: datetime) -> models.QuerySet["ContentVersion", Any]:
    opened = Article.objects.filter(publish_at__lte=at).order_by("-publish_at")
    closed = Article.objects.filter(expire_at__lte=at).order_by("-expire_at")
    moments = _latest(opened, "publish_at"), _latest(closed, "expire_at")
    return ContentVersion.objects.filter(pk=1).values_list("number", "changed", *moments)


def version(connection: Any) -> str:
    """The version that holds now, asked over `connection`. One query.

    It is made of the number of content transactions and of the last schedules that fell due, so
    that it changes with the clock too, and nobody has to keep a timetable.
    """
    with connection.cursor() as cursor:
        cursor.execute(*question())
        return answered(cursor.fetchone())


def question() -> tuple[str, list[Any]]:
    """The SQL that asks for the version, and its parameters."""
    return _row.statement()


def answered(row: Sequence[Any] | None) -> str:
    """The version that the answer means."""
    return "_".join(map(str, row or ())).replace(" ", "T")


def _latest(articles: models.QuerySet[Article], field: str) -> Subquery:
    return Subquery(articles.values(field)[:1])


class ContentVersion(models.Model):
    """The single row that counts content transactions. Not content: it stays out of dumps."""

    number = models.PositiveBigIntegerField(default=0)
    changed = models.DateTimeField(default=timezone.now)

    objects = ContentVersionManager()

    def __str__(self) -> str:
        return str(self.number)
