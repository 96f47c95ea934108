"""Times in fixtures: those without an offset are in the time zone of the site."""

from datetime import datetime

from django.utils import timezone


def localize(value: datetime) -> datetime:
    """Return `value` with its offset; a time without one is in the current time zone.

    Raises ValueError for a time that is skipped or repeated when the clocks change: forms refuse
    these too, because they don't say which moment is meant.
    """
    if timezone.is_aware(value):
        return value
    zone = timezone.get_current_timezone()
    # PEP 495: the offsets before and after a change of the clocks, the same at all other times.
    before, after = (value.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if before.utcoffset() == after.utcoffset():
        return before
    if _minutes(before) < _minutes(after):
        raise ValueError(f"“{value.isoformat()}” does not exist in {zone}: the clocks skip it.")
    raise ValueError(
        f"“{value.isoformat()}” occurs twice in {zone}."
        f" Write {before.isoformat()} or {after.isoformat()}."
    )


def _minutes(value: datetime) -> float:
    offset = value.utcoffset()
    return offset.total_seconds() / 60 if offset else 0
