"""Errors of a valid form, or of an action, that the database or another editor caused."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError
from django.utils.translation import gettext as _

from articles import derived, editing
from articles.forms import name_is_used
from articles.permissions import AnyUser, can_view_name, can_view_tag_name

SAVE_ERRORS = (ValidationError, IntegrityError, OperationalError)
SaveError = ValidationError | IntegrityError | OperationalError
# SQLite's results for a full disk, and for a file that is read-only or out of reach.
UNWRITABLE = ("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN")
# PostgreSQL's error code for a full disk.
DISK_FULL = "53100"


def is_unwritable(error: OperationalError) -> bool:
    """Whether the database can't be written until an administrator does something."""
    cause = error.__cause__
    return (
        getattr(cause, "sqlite_errorname", "").startswith(UNWRITABLE)
        or getattr(cause, "sqlstate", None) == DISK_FULL
        or "read-only transaction" in str(error)
    )


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
    if is_unwritable(error):
        return [_("The database can't be written now, so nothing was saved. Try again later.")]
    return [
        _(
            "The database is busy: another process, such as a load of documents, is writing to it."
            " Nothing was saved, and your text is still here. Try again in a moment."
        )
    ]
