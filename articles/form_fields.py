"""Form fields for names, texts and dates: values as browsers submit them → values to store."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from articles.models import fields
from articles.text import names

MAX_NAMES = 500
# Characters of a list of names. A longer one is refused before it is split and folded.
MAX_LENGTH = MAX_NAMES * (names.NAME_LENGTH + 4)
LINE_BREAKS = re.compile(r"[\r\n]")
# A part of a list of tags: text in quotation marks, or text up to the next separator. The
# quantifiers are possessive, so that matching takes linear time.
SEPARATOR = rf"[{names.SEPARATORS}]"
TAG = re.compile(
    rf'\s*+(?:"((?>(?:[^"]++|"")*))"\s*+(?={SEPARATOR}|\Z)|([^{names.SEPARATORS}]*+))(?:{SEPARATOR}|\Z)'
)
NEEDS_QUOTES = re.compile(rf'"|.*{SEPARATOR}')


class NamesField(forms.Field):
    """A list of names, one per line. A name may contain commas."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return self.join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        text: str = value or ""
        MaxLengthValidator(MAX_LENGTH)(text)
        values: dict[str, str] = {}
        for part in self.split(text):
            name = " ".join(part.split())
            values.setdefault(names.fold(name), name)
        values.pop("", None)
        if len(values) > MAX_NAMES:
            raise ValidationError(
                _("There are %(count)d names; at most %(limit)d are allowed."),
                code="max_names",
                params={"count": len(values), "limit": MAX_NAMES},
            )
        return list(values.values())

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != (initial or [])
        except ValidationError:
            return True

    def join(self, values: Iterable[str]) -> str:
        """Return the text of the field for `values`: the inverse of `split`."""
        return "\n".join(values)

    def split(self, text: str) -> Iterable[str]:
        return LINE_BREAKS.split(text)


class TagsField(NamesField):
    """A list of names separated by commas or line breaks (CSV, RFC 4180).

    A name that contains a separator stands in quotation marks, so that it stays one name.
    """

    def join(self, values: Iterable[str]) -> str:
        return ", ".join(map(_quote, values))

    def split(self, text: str) -> Iterator[str]:
        for match in TAG.finditer(text):
            quoted, plain = match.groups()
            yield plain if quoted is None else quoted.replace('""', '"')


def _quote(name: str) -> str:
    """Return `name`, in quotation marks if it would be read differently without them."""
    if not NEEDS_QUOTES.match(name):
        return name
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


class TextField(forms.CharField):
    """Text with the line breaks of files: browsers submit CRLF, this returns LF."""

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class TitleField(forms.CharField):
    r"""One line of text. The field grows with it, so browsers allow line breaks: they are spaces.

    >>> TitleField().clean("War and\r\nPeace")
    'War and Peace'
    """

    def to_python(self, value: Any) -> Any:
        return LINE_BREAKS.sub(" ", (super().to_python(value) or "").replace("\r\n", "\n"))


class BodyField(TextField):
    """Markdown, in which leading and trailing white space is significant."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "strip": False})


# A year with fewer digits is half typed: browsers post it as 0202.
FIRST_YEAR = 1000


class ScheduleField(forms.DateTimeField):
    """A date and time in the current time zone, to the minute. The value is in UTC.

    A time that the clock shows twice, when it is put back, is read as the first of both (RFC 5545,
    3.3.5), unless its offset says which of both it is: “2026-10-25 02:30+01:00”. Forms refuse it
    by `check_offset` if it is not the one that is stored.
    """

    default_error_messages = {"invalid": _("Enter a date and a time, such as 2026-12-31 09:00.")}

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            return _to_utc(self._parse(value) if isinstance(value, str) else value)
        except OverflowError as error:
            raise ValidationError(
                _("Enter a date between years %(min)d and %(max)d."),
                code="year",
                params={"min": fields.EARLIEST, "max": fields.LATEST},
            ) from error

    def _parse(self, text: str) -> datetime:
        """Raise ValidationError for a date without a time, which Django reads as midnight, and for
        an incomplete year."""
        try:
            parsed = parse_datetime(text.strip()) if ":" in text else None
        except ValueError:
            parsed = None
        if parsed is None and ":" in text:
            parsed = super(forms.DateTimeField, self).to_python(text)
        if parsed is None or fields.EARLIEST <= parsed.year < FIRST_YEAR:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return parsed

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether `data` is another minute than `initial`.

        A time without an offset is compared as the widget shows both: it doesn't show which of
        two equal times of the clock is stored.
        """
        try:
            submitted = self.to_python(data)
        except ValidationError:
            return True
        zone = UTC if submitted and self._has_offset(data) else timezone.get_current_timezone()
        return _minute(initial, zone) != _minute(submitted, zone)

    def check_offset(self, value: Any) -> None:
        """Raise ValidationError if `value`, which is valid, is a time without an offset that the
        clock shows twice."""
        parsed = self._parse(value) if isinstance(value, str) and value else value
        if not parsed or timezone.is_aware(parsed):
            return
        zone = timezone.get_current_timezone()
        # PEP 495: both moments.
        both = [parsed.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
        first, second = (time.isoformat(" ", "minutes") for time in both)
        if first != second:
            raise ValidationError(
                _(
                    "%(time)s occurs twice in the time zone %(zone)s: the clock is put back. "
                    "Write %(first)s or %(second)s."
                ),
                code="repeated_time",
                params={
                    "time": f"{parsed:%Y-%m-%d %H:%M}",
                    "zone": zone,
                    "first": first,
                    "second": second,
                },
            )

    def _has_offset(self, value: Any) -> bool:
        return timezone.is_aware(self._parse(value) if isinstance(value, str) else value)


def _minute(value: datetime | None, zone: tzinfo) -> datetime | None:
    """Return what a clock in `zone` shows at `value`, without seconds."""
    if value is None:
        return None
    return timezone.localtime(value, zone).replace(second=0, microsecond=0, tzinfo=None)


def _to_utc(value: datetime) -> datetime:
    """Raise ValidationError for a time that the clock skips when it is put forward."""
    if timezone.is_aware(value):
        return value.astimezone(UTC)
    zone = timezone.get_current_timezone()
    result = value.replace(tzinfo=zone).astimezone(UTC)
    if result.astimezone(zone).replace(tzinfo=None) != value:
        raise ValidationError(
            _("%(time)s doesn't exist in the time zone %(zone)s: the clock is put forward."),
            code="skipped_time",
            params={"time": f"{value:%Y-%m-%d %H:%M}", "zone": zone},
        )
    return result
