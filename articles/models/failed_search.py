"""Searches with no results, counted without personal data."""

import re

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import fields
from articles.text import names

QUERY_LENGTH = 100
MAX_FAILED_SEARCHES = 2000
# Rows deleted at once when there are too many, so that not every search deletes one.
PRUNE_BATCH_SIZE = 200
# E-mail addresses and phone numbers are not stored.
PERSONAL = re.compile(r"@|\d[\d\s()/.-]{5,}\d")


class FailedSearchManager(models.Manager["FailedSearch"]):
    def record(self, text: str) -> None:
        """Count a search for `text` with no results. Nothing is stored about the reader.

        Text that is empty, too long or looks like personal data is ignored.
        """
        query = names.fold(text)
        if not query or len(query) > QUERY_LENGTH or PERSONAL.search(query):
            return
        today = timezone.now().date()
        with transaction.atomic():
            existing = self.filter(query=query)
            if not existing.update(count=F("count") + 1, last_searched=today):
                self.bulk_create(
                    [FailedSearch(query=query, last_searched=today)], ignore_conflicts=True
                )
                self._prune()

    def _prune(self) -> None:
        """Delete the rows with the lowest counts, the oldest first, if there are too many."""
        if self.count() > MAX_FAILED_SEARCHES:
            rarest = self.order_by("count", "last_searched", "pk").values_list("pk", flat=True)
            self.filter(pk__in=list(rarest[:PRUNE_BATCH_SIZE])).delete()


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
