"""What articles are found by, and what was looked for in vain."""

import re
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import fields
from articles.text import names

if TYPE_CHECKING:
    from articles.models.article import Article

MISS_LENGTH = 100
MOST_MISSES = 2000
# When there are too many, so many go at once, that it does not happen at each search.
ROOM = 200
# Addresses and numbers of persons are not for keeping.
PERSONAL = re.compile(r"@|\d[\d\s()/.-]{5,}\d")


class SearchDocument(models.Model):
    """The words of one article, in each of its fields. Derived by `search`.

    Each column has the words in their order between spaces, then what else is a term of it.
    `terms` are those of all columns, each once, with marks for the place: it is what the
    database indexes, SQLite in a table of its own that triggers keep, PostgreSQL in a column
    that it computes.
    """

    article: "models.OneToOneField[Article, Article]" = models.OneToOneField(
        "articles.Article", on_delete=models.CASCADE, primary_key=True, related_name="search"
    )
    language = models.CharField(max_length=35, db_index=True)
    title = models.TextField()
    names = models.TextField()
    headings = models.TextField()
    tags = models.TextField()
    terms = models.TextField()
    body = models.TextField()

    def __str__(self) -> str:
        return str(self.title).strip()


class MissManager(models.Manager["Miss"]):
    def count_one(self, text: str) -> None:
        """Somebody looked for `text` and found nothing. Who it was is not written down."""
        key = names.fold(text)
        if not key or len(key) > MISS_LENGTH or PERSONAL.search(key):
            return
        today = timezone.now().date()
        with transaction.atomic():
            if not self.filter(key=key).update(number=F("number") + 1, day=today):
                self.bulk_create([Miss(key=key, day=today)], ignore_conflicts=True)
                self._forget()

    def _forget(self) -> None:
        """Make room: what was looked for rarely goes first, and of that the oldest."""
        if self.count() > MOST_MISSES:
            stale = self.order_by("number", "day", "pk").values_list("pk", flat=True)[:ROOM]
            self.filter(pk__in=list(stale)).delete()


class Miss(models.Model):
    """A question that nothing was found for: how often, and when last."""

    key = fields.KeyField(_("looked for"), max_length=MISS_LENGTH, unique=True)
    number = models.PositiveIntegerField(_("times"), default=1)
    day = models.DateField(_("last on"))

    objects = MissManager()

    class Meta:
        verbose_name = _("search without result")
        verbose_name_plural = _("searches without result")
        ordering = ["-number", "key"]

    def __str__(self) -> str:
        return str(self.key)
