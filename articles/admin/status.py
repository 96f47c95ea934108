"""The state of an article in words, with its draft and its schedule taken into account."""

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.models import Article, Draft, Status


class State(NamedTuple):
    """A state for a chip: its label, a name for its colour, and what it means for readers."""

    name: str
    label: str
    meaning: str


def status_label(article: Article) -> str:
    """Return the status, or “Scheduled” or “Expired” for a published article out of its dates."""
    return article_state(article).label.partition(":")[0]


def article_state(article: Article, draft: Draft | None = None) -> State:
    """Return the state of an article, and of the draft of a published one."""
    state = _row_state(article)
    if draft is None or article.status != Status.PUBLISHED:
        return state
    if draft.publish_at:
        label = _("%(state)s + change on %(date)s") % {
            "state": state.label,
            "date": short_date(draft.publish_at),
        }
    elif draft.status == Status.REVIEW:
        label = _("%(state)s + draft in review") % {"state": state.label}
    else:
        label = _("%(state)s + draft") % {"state": state.label}
    return state._replace(name=f"{state.name} with-draft", label=label)


def _row_state(article: Article) -> State:
    now, publish_at, expire_at = timezone.now(), article.publish_at, article.expire_at
    if article.status != Status.PUBLISHED:
        return State(
            article.status, str(article.get_status_display()), _("Not visible to readers.")
        )
    if expire_at and expire_at <= now:
        meaning = _("Not visible to readers since %(date)s.") % {"date": long_date(expire_at)}
        return State("expired", _("Expired"), meaning)
    if publish_at and publish_at > now:
        label = _("Scheduled: %(date)s") % {"date": short_date(publish_at)}
        meaning = _("Not visible to readers until %(date)s.") % {"date": long_date(publish_at)}
        return State("scheduled", label, meaning)
    if expire_at:
        meaning = _("Visible to readers until %(date)s.") % {"date": long_date(expire_at)}
        return State("live", _("Live"), meaning)
    return State("live", _("Live"), _("Visible to readers."))


def short_date(value: datetime) -> str:
    """Return a date without a year unless that is another one than now, with the time zone."""
    local = timezone.localtime(value)
    form = "j M H:i" if local.year == timezone.localtime().year else "j M Y H:i"
    return f"{date_format(local, form)} {zone_name(value)}"


def long_date(value: datetime) -> str:
    return f"{date_format(timezone.localtime(value), 'DATETIME_FORMAT')} {zone_name(value)}"


def day(value: datetime) -> str:
    """Return the day, as in “the version of 21 Nov”."""
    local = timezone.localtime(value)
    same_year = local.year == timezone.localtime().year
    return date_format(local, "j M" if same_year else "j M Y")


def zone_name(value: datetime) -> str:
    """Return the offset of the current time zone at that time, such as UTC+3 or UTC+5:30."""
    offset = timezone.localtime(value).strftime("%z")
    hours, minutes = offset[:3], offset[3:5]
    if int(hours) == int(minutes) == 0:
        return "UTC"
    return f"UTC{hours[0]}{int(hours[1:])}" + (f":{minutes}" if minutes != "00" else "")
