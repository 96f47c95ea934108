"""Errors of a valid form, or of an action, that the database or another editor caused."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError
from django.utils.translation import gettext as _

from articles import derived, editing
from articles.forms import name_is_used
from articles.permissions import AnyUser, can_view_name, can_view_tag_name

SAVE_ERRORS = (ValidationError, IntegrityError, OperationalError)
SaveError = ValidationError | IntegrityError | OperationalError


def save_error_messages(error: SaveError, user: AnyUser) -> list[str]:
    """Return messages for `user`, who can try again. They tell nothing that the user may not
    read."""
    match error:
        case derived.NameTaken() if not can_view_name(user, error.taken):
            return [name_is_used(error.name.text)]
        case editing.TagNameTaken() if not can_view_tag_name(user, error.name):
            return [name_is_used(error.name)]
        case ValidationError():
            return error.messages
        case IntegrityError():
            return [_("Another user just saved an object with the same name. Try again.")]
    return [_("The database is busy, so nothing was saved. Try again.")]
