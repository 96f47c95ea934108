"""Values of form fields as browsers submit them: one text for each field."""

from typing import Any

from django.forms import Field
from django.http import QueryDict


def submitted_value(form: Any, name: str) -> str:
    """Return what a browser submits for a field of an unbound form; empty if it is unchecked."""
    field = form.fields[name]
    return format_value(field, form.get_initial_for_field(field, name))


def format_value(field: Field, value: Any) -> str:
    """Return what a browser submits if `field` has `value`."""
    prepared = field.prepare_value(value)
    if isinstance(prepared, bool):
        return "on" if prepared else ""
    formatted = field.widget.format_value(prepared)
    return str((formatted[0] if isinstance(formatted, list) else formatted) or "")


def set_value(data: QueryDict, name: str, text: str) -> None:
    """Make `text` what was submitted. A checkbox that is not checked submits nothing."""
    if text:
        data[name] = text
    else:
        data.pop(name, None)


def normalize(text: str) -> str:
    """Return a submitted text with the line breaks of stored ones."""
    return text.replace("\r\n", "\n")
