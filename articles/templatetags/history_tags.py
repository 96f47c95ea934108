"""How long ago something happened, in words."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

register = template.Library()
MINUTE = 60
# Those of Django, with translations of our own: in Arabic, Django's have a digit before “two”.
TIME_STRINGS = {
    "year": ngettext_lazy("%(num)d year", "%(num)d years", "num"),
    "month": ngettext_lazy("%(num)d month", "%(num)d months", "num"),
    "week": ngettext_lazy("%(num)d week", "%(num)d weeks", "num"),
    "day": ngettext_lazy("%(num)d day", "%(num)d days", "num"),
    "hour": ngettext_lazy("%(num)d hour", "%(num)d hours", "num"),
    "minute": ngettext_lazy("%(num)d minute", "%(num)d minutes", "num"),
}


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
    duration = timesince(moment, time_strings=TIME_STRINGS, depth=1)  # type: ignore[arg-type]
    return _("%(duration)s ago") % {"duration": duration}
