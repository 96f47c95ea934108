"""The states of an article, and the one rule of what readers may see."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


def public(prefix: str = "", at: datetime | None = None) -> Q:
    """The condition under which readers see an article: published, due and not expired at `at`.

    `prefix` is the path to the article, such as ``article__``.
    """
    now = at or timezone.now()
    due = Q(**{f"{prefix}publish_at": None}) | Q(**{f"{prefix}publish_at__lte": now})
    kept = Q(**{f"{prefix}expire_at": None}) | Q(**{f"{prefix}expire_at__gt": now})
    return Q(**{f"{prefix}status": Status.PUBLISHED}) & due & kept


def hidden(at: datetime | None = None) -> tuple[Q, ...]:
    """The conditions of which one holds where `public` does not, each to be found in an index."""
    now = at or timezone.now()
    others = [status for status in Status if status != Status.PUBLISHED]
    return Q(status__in=others), Q(publish_at__gt=now), Q(expire_at__lte=now)
