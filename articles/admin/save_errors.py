"""Errors of a valid form, or of an action, that the database or another editor caused."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError
from django.utils.translation import gettext as _

SAVE_ERRORS = (ValidationError, IntegrityError, OperationalError)
SaveError = ValidationError | IntegrityError | OperationalError


def save_error_messages(error: SaveError) -> list[str]:
    """Return messages for the user, who can try again."""
    if isinstance(error, ValidationError):
        return error.messages
    if isinstance(error, IntegrityError):
        return [_("Another user just saved an object with the same name. Try again.")]
    return [_("The database is busy, so nothing was saved. Try again.")]
