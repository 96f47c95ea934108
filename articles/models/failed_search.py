"""Searches with no results, counted without personal data."""

import re
from datetime import date, timedelta

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import fields
from articles.routing import on_primary
from articles.text import names
from articles.transactions import atomic_without_waiting

QUERY_LENGTH = 100
MAX_FAILED_SEARCHES = 2000
# When the table is full, one of this many of the newest rows gives way to a new one.
ON_PROBATION = 200
# Since the last search.
RETENTION = timedelta(days=90)
# E-mail addresses and phone numbers are not stored.
PERSONAL = re.compile(r"@|\d[\d\s()/.-]{5,}\d")


class FailedSearchManager(models.Manager["FailedSearch"]):
    def record(self, text: str) -> None:
        """Count a search for `text` with no results. Nothing is stored about the reader.

        Text that is empty, too long or looks like personal data is ignored. Raises
        OperationalError if another transaction is in the way: readers don't wait for statistics.
        """
        query = names.fold(text)
        if not query or len(query) > QUERY_LENGTH or PERSONAL.search(query):
            return
        today = timezone.now().date()
        with on_primary(), atomic_without_waiting():
            existing = self.filter(query=query)
            if not existing.update(count=F("count") + 1, last_searched=today):
                self._make_room(today)
                self.bulk_create(
                    [FailedSearch(query=query, last_searched=today)], ignore_conflicts=True
                )

    def _make_room(self, today: date) -> None:
        """Delete a row if there are too many: one that has not been searched for recently, or else
        the rarest of the newest rows.

        So many new queries, such as those of a robot, replace each other and not the older ones.
        """
        if self.count() < MAX_FAILED_SEARCHES:
            return
        outdated = self.filter(last_searched__lt=today - RETENTION).order_by("count", "pk")
        newest = self.order_by("-pk").values_list("count", "pk")[:ON_PROBATION]
        row = outdated.values_list("count", "pk").first() or min(newest)
        self.filter(pk=row[1]).delete()


class FailedSearch(models.Model):
    """A query with no results, how often it was searched for, and when it was last."""

    query = fields.KeyField(_("query"), max_length=QUERY_LENGTH, unique=True)
    count = models.PositiveIntegerField(_("count"), default=1)
    last_searched = models.DateField(_("last searched"))

    objects = FailedSearchManager()

    class Meta:
        verbose_name = _("search with no results")
        verbose_name_plural = _("searches with no results")
        ordering = ["-count", "query"]

    def __str__(self) -> str:
        return str(self.query)
