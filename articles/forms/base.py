"""The base of the admin's forms, and links to objects in their errors."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from articles import derived
from articles.models import Article, Tag
from articles.models.fields import truncate
from articles.permissions import AnyUser, can_view_name


class AdminModelForm(forms.ModelForm):  # type: ignore[type-arg]
    """A model form with the current user.

    `save_errors` are the errors of a save that failed although the form was valid. An unbound
    form shows the `restored` values, as browsers submit them, if there are any.
    """

    user: User | AnonymousUser = AnonymousUser()
    save_errors: Sequence[str] = ()
    restored: Mapping[str, str] = {}

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name in self.restored:
            return self.restored[field_name]
        return super().get_initial_for_field(field, field_name)

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        for message in self.save_errors:
            self.add_error(None, message)


def change_link(target: Article | Tag) -> str:
    """Return a link to the admin form of `target`, as HTML."""
    url = reverse(f"admin:articles_{target._meta.model_name}_change", args=[target.pk])
    return format_html('<a href="{}" dir="auto">{}</a>', url, target)


def name_is_used(name: str) -> str:
    """Return the error for a name, without what has it: the user may not read that."""
    return gettext("“%(name)s” is already used.") % {"name": truncate(name)}


def name_taken_error(taken: derived.NameTaken, user: AnyUser) -> ValidationError:
    """Return the error with a link to the article that has the name, if `user` may read it."""
    if not can_view_name(user, taken.taken):
        return ValidationError(name_is_used(taken.name.text), code="name_taken")
    message = gettext("“{name}” is already a name ({kind}) of {article}.")
    parameters = taken.params or {}
    return ValidationError(
        format_html(
            message,
            name=parameters["name"],
            kind=parameters["kind"],
            article=change_link(taken.owner),
        ),
        code="name_taken",
    )
