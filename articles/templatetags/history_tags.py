"""How long ago something happened, in words."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()
MINUTE = 60


@register.inclusion_tag("admin/articles/history/time.html")
def relative_time(moment: datetime) -> dict[str, object]:
    """Show how long ago `moment` was, with the exact time on hover."""
    return {"moment": moment, "age": age(moment)}


def age(moment: datetime) -> str:
    """Return how long ago `moment` was, in the largest unit that fits.

    Times in the future, from clocks that differ, are “just now” too.
    """
    if (timezone.now() - moment).total_seconds() < MINUTE:
        return _("just now")
    return _("%(duration)s ago") % {"duration": timesince(moment, depth=1)}
