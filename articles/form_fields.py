"""Form fields for names, texts and dates: values as browsers submit them → values to store."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from articles.models import fields
from articles.text import names

MAX_NAMES = 500
# Characters of a list of names. A longer one is refused before it is split and folded.
MAX_LENGTH = MAX_NAMES * (names.NAME_LENGTH + 2)
# The separators of names in a list.
LINE_BREAKS = re.compile(r"[\r\n]")
COMMAS_AND_LINE_BREAKS = names.COMMAS


class NamesField(forms.Field):
    """A list of names in one text, split at the matches of `split_at`.

    A name that the list had before is kept whole, even if it contains a comma. `joined_by` goes
    between the names when the field is rendered.
    """

    def __init__(
        self,
        *,
        joined_by: str = "\n",
        split_at: re.Pattern[str] = COMMAS_AND_LINE_BREAKS,
        **kwargs: Any,
    ) -> None:
        super().__init__(required=False, **kwargs)
        self.joined_by = joined_by
        self.split_at = split_at
        self.initial_names: list[str] = []

    def prepare_value(self, value: Any) -> Any:
        return self.joined_by.join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        text: str = value or ""
        MaxLengthValidator(MAX_LENGTH)(text)
        values: dict[str, str] = {}
        for part in self._split(text):
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

    def _split(self, text: str) -> Iterator[str]:
        """Yield the parts of `text` between separators, in linear time."""
        names_by_start = self._initial_names_by_start()
        start = 0
        while start < len(text):
            while start < len(text) and text[start].isspace():
                start += 1
            stop = self._next_separator(text, start)
            for name in names_by_start.get(text[start:stop], ()):
                if text.startswith(name, start) and self._ends_part(text, start + len(name)):
                    stop = self._next_separator(text, start + len(name))
                    break
            yield text[start:stop]
            start = stop + 1

    def _initial_names_by_start(self) -> dict[str, list[str]]:
        """Return the initial names with a separator by their text before it, longest first."""
        grouped: dict[str, list[str]] = {}
        for name in sorted(self.initial_names, key=len, reverse=True):
            if match := self.split_at.search(name):
                grouped.setdefault(name[: match.start()], []).append(name)
        return grouped

    def _ends_part(self, text: str, position: int) -> bool:
        """Return whether only white space comes before the next separator."""
        return not text[position : self._next_separator(text, position)].strip()

    def _next_separator(self, text: str, position: int) -> int:
        match = self.split_at.search(text, position)
        return match.start() if match else len(text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(data) != (initial or [])


class TextField(forms.CharField):
    """Text with the line breaks of files: browsers submit CRLF, this returns LF."""

    def to_python(self, value: Any) -> Any:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class BodyField(TextField):
    """Markdown, in which leading and trailing white space is significant."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "strip": False})


class ScheduleField(forms.DateTimeField):
    """A date and time that can be converted to every time zone without overflow."""

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except OverflowError as error:
            raise ValidationError(
                _("Enter a date between years %(min)d and %(max)d."),
                code="year",
                params={"min": fields.EARLIEST, "max": fields.LATEST},
            ) from error
