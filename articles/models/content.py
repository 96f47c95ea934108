"""The content version: one value that changes whenever what readers see may have changed."""

from django.db import models
from django.db.models import F, Subquery
from django.utils import timezone

from articles.models.article import Article


class ContentVersionManager(models.Manager["ContentVersion"]):
    def raise_number(self) -> None:
        """Say that content changed. Call inside the transaction that changed it."""
        if not self.filter(pk=1).update(number=F("number") + 1):
            self.bulk_create([ContentVersion(pk=1)], ignore_conflicts=True)
            self.filter(pk=1).update(number=F("number") + 1)

    def current(self) -> str:
        """The version that holds now. One query.

        It is made of the number of content transactions and of the last schedule that fell
        due, so that it changes with the clock too, and nobody has to keep a timetable.
        """
        now = timezone.now()
        opened = Article.objects.filter(publish_at__lte=now).order_by("-publish_at")
        closed = Article.objects.filter(expire_at__lte=now).order_by("-expire_at")
        row = (
            self.filter(pk=1)
            .annotate(opened=_latest(opened, "publish_at"), closed=_latest(closed, "expire_at"))
            .values_list("number", "opened", "closed")
            .first()
        )
        moments = [value.timestamp() for value in row[1:] if value] if row else []
        return f"{row[0] if row else 0}-{max(moments, default=0)}"

    def untouched(self) -> bool:
        """Whether nothing was ever written."""
        return not self.filter(number__gt=0).exists()


def _latest(articles: models.QuerySet[Article], field: str) -> Subquery:
    return Subquery(articles.values(field)[:1])


class ContentVersion(models.Model):
    """The single row that counts content transactions. Not content: it stays out of dumps."""

    number = models.PositiveBigIntegerField(default=0)

    objects = ContentVersionManager()

    def __str__(self) -> str:
        return str(self.number)
