"""The status of an article in words, with its schedule taken into account."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.models import Article, Status


def status_label(article: Article) -> str:
    """Return the status, or “Scheduled” or “Expired” for a published article out of its dates."""
    now = timezone.now()
    if article.status == Status.PUBLISHED:
        if article.expire_at and article.expire_at <= now:
            return _("Expired")
        if article.publish_at and article.publish_at > now:
            return _("Scheduled")
    return str(article.get_status_display())


def visibility_message(article: Article) -> str:
    """Return a sentence that says what the status means for readers."""
    now, publish_at, expire_at = timezone.now(), article.publish_at, article.expire_at
    if article.status == Status.DRAFT:
        return _("Draft. Not visible to readers.")
    if article.status == Status.REVIEW:
        return _("Waiting for review. Not visible to readers.")
    if article.status == Status.ARCHIVED:
        return _("Archived. Not visible to readers.")
    if expire_at and expire_at <= now:
        return _("Expired on %(date)s. Not visible to readers.") % {"date": _format(expire_at)}
    if publish_at and publish_at > now:
        return _("Scheduled for %(date)s. Not visible to readers.") % {"date": _format(publish_at)}
    if expire_at:
        return _("Published. Visible to readers until %(date)s.") % {"date": _format(expire_at)}
    return _("Published. Visible to readers.")


def _format(value: datetime) -> str:
    return date_format(timezone.localtime(value), "DATETIME_FORMAT")
