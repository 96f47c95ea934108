"""Edit conflicts: the form carries the revision that it was based on, and a later one was saved.

The form is then shown again with a three-way merge, field by field. What it shows is what the next
save stores: the merge is not repeated behind the back of the user.
"""

import re
from collections.abc import Mapping, Sequence, Set
from typing import Any, NamedTuple

from django.forms import Field, ModelForm
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.models import Tag


class Merged(NamedTuple):
    """Posted data after a merge, and the labels of the fields that have another value now."""

    data: QueryDict
    updated: list[str]


def merge(
    form: "ModelForm[Any]",
    newest: "ModelForm[Any]",
    base: Mapping[str, Any],
    fields_of_newest: Set[str],
) -> Merged:
    """Merge the stored values, those of the unbound form `newest`, into the data of `form`.

    `base` are the values that `form` was filled in on. A field that still has its value of `base`
    gets the stored value, and so do the `fields_of_newest`. Any other field keeps what was typed.
    """
    form.full_clean()
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    updated = []
    merged_fields = fields_of_newest | _unchanged(form, base)
    for name, field in form.fields.items():
        stored = newest.get_initial_for_field(field, name)
        if name in merged_fields and not _are_equal(name, form.cleaned_data.get(name), stored):
            _set(data, name, field, stored)
            updated.append(str(field.label))
    return Merged(data, updated)


def _unchanged(form: "ModelForm[Any]", base: Mapping[str, Any]) -> set[str]:
    """Return the names of the fields that have the same value in `form` as in `base`."""
    values = form.cleaned_data
    return {
        name for name in values.keys() & base.keys() if _are_equal(name, values[name], base[name])
    }


def _are_equal(name: str, value: Any, other: Any) -> bool:
    if name == "tags" and value and other:
        return sorted(value) == sorted(other)
    # A form has an empty text where the database has NULL, and the other way round.
    return bool(value == other or not (value or other))


def _set(data: QueryDict, name: str, field: Field, value: Any) -> None:
    """Make `value` what was posted for `field`."""
    if isinstance(value, bool):
        data.setlist(name, ["on"] * value)
        return
    formatted = field.widget.format_value(field.prepare_value(value))
    data.setlist(name, formatted if isinstance(formatted, list) else [formatted or ""])


def merged_message(updated: Sequence[str]) -> str:
    """Return the message that names the fields with a newer value than the one posted."""
    return _("These fields now show the newer version: %(fields)s.") % {
        "fields": _(", ").join(updated)
    }


def tag_conflict_message(tag: Tag) -> SafeString:
    """Return the error for a save of `tag` based on another state than the stored one, as HTML."""
    message = _(
        "Another user saved this tag while you were editing. Nothing is lost: "
        "{compare}, copy what you need, then save again to overwrite."
    )
    return format_html(message, compare=_current_version_link("tag", tag.pk))


def _current_version_link(model: str, pk: int | None) -> SafeString:
    url = reverse(f"admin:articles_{model}_change", args=[pk])
    return format_html('<a href="{}" target="_blank">{}</a>', url, _("open the current version"))


def posted_revision(request: HttpRequest) -> int:
    """Return the revision number that the form was based on.

    Zero, which is older than every revision, if there is no valid one.
    """
    number = request.POST.get("revision", "")
    return int(number) if re.fullmatch(r"[0-9]{1,9}", number) else 0
