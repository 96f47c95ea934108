"""A column type and the validators that models, forms and the fixture loader share."""

import re
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.markdown import limits
from articles.text import names

SLUG_LENGTH = 120
SUMMARY_LENGTH = 500
BODY_BYTES = 1_000_000

# RFC 5646 without extensions and private use: language, script, region, variants.
LANGUAGE_TAG = re.compile(
    r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*",
    re.IGNORECASE,
)
# Lone surrogates are halves of characters; no encoding can represent them.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
# Characters of a value that a message quotes.
QUOTED_LENGTH = 60
EARLIEST, LATEST = datetime.min.year + 1, datetime.max.year - 2
# The kinds of elements in `limits`.
ELEMENTS = {
    "links": _("Links and images"),
    "footnotes": _("Footnotes and references to them"),
    "headings": _("Headings"),
    "callouts": _("Callouts"),
    "formulas": _("Formulas"),
    "html": _("HTML tags"),
    "cells": _("Cells of tables"),
}
LINK_SYNTAX = re.compile(r"[\[\]|\r\n\t]|#(?=[^#])|^#")


def site_language() -> str:
    """Return the language of content without one: the default language of the site."""
    return names.language_tag(settings.LANGUAGE_CODE)


class KeyField(models.CharField):  # type: ignore[type-arg]
    """Text that both databases compare by code points.

    SQLite does so by default. PostgreSQL would use the collation of the database, on which the
    order of rows and the use of an index for ``LIKE 'prefix%'`` depend.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        parameters["collation"] = "C" if connection.vendor == "postgresql" else None
        return parameters


class LanguageField(models.CharField):  # type: ignore[type-arg]
    """A language tag in its normal form: EN becomes en."""

    def to_python(self, value: Any) -> Any:
        return names.language_tag(value) if isinstance(value, str) else super().to_python(value)


def validate_no_control_characters(value: str) -> None:
    """Refuse control characters: PostgreSQL can't store NUL, YAML can't represent the others."""
    if match := CONTROL.search(value):
        raise ValidationError(
            _("There is a control character (U+%(code)s) at position %(position)d. Remove it."),
            code="control",
            params={"code": f"{ord(match[0]):04X}", "position": match.start() + 1},
        )


def truncate(text: str) -> str:
    """Return `text` as a message can quote it, cut to `QUOTED_LENGTH` characters."""
    # Not Django's Truncator, which normalizes all of the text, in quadratic time for some.
    return text if len(text) <= QUOTED_LENGTH else f"{text[: QUOTED_LENGTH - 1]}…"


def quote(text: str) -> str:
    """Return `text` as `truncate` does, in the quotation marks of the language."""
    return gettext("“%(text)s”") % {"text": truncate(text)}


def validate_datetime(value: datetime) -> None:
    """Refuse years at the limits of `datetime`, which overflow in some time zones."""
    convertible = EARLIEST <= value.year <= LATEST + 1
    year = value.astimezone(UTC).year if convertible and timezone.is_aware(value) else value.year
    if not EARLIEST <= year <= LATEST:
        raise ValidationError(
            _("Enter a date between years %(min)d and %(max)d."),
            code="year",
            params={"min": EARLIEST, "max": LATEST},
        )


def validate_name(value: str) -> None:
    """Refuse a name that ``[[…]]`` could not link to. A field refuses a long one."""
    if len(value) > names.NAME_LENGTH:
        return
    validate_no_control_characters(value)
    if match := LINK_SYNTAX.search(value):
        raise ValidationError(
            _("“%(name)s” can't be linked to: a name has no %(character)s in it."),
            code="link_syntax",
            params={
                "name": truncate(value),
                "character": match[0].strip() or _("line break or tab"),
            },
        )
    key = names.fold(value)
    if not key:
        raise ValidationError(_("A name needs a letter, a digit or a symbol."), code="empty")
    if len(key) > names.KEY_LENGTH:
        raise ValidationError(
            _("“%(name)s” is too long."), code="long", params={"name": truncate(value)}
        )


def validate_names(value: Any) -> None:
    """Refuse anything but a list of names that links and URLs may have."""
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ValidationError(_("Enter a list of names."), code="list")
    for name in value:
        if len(name) > names.NAME_LENGTH:
            raise ValidationError(
                _("“%(name)s” has %(length)d characters; a name has at most %(limit)d."),
                code="long",
                params={"name": truncate(name), "length": len(name), "limit": names.NAME_LENGTH},
            )
        validate_name(name)


def validate_slug(value: str) -> None:
    """Refuse a slug that `names.slug` would change, and suggest what it returns. A field refuses a
    long one."""
    if len(value) <= SLUG_LENGTH and not names.is_slug(value, length=SLUG_LENGTH):
        expected = names.slug(value, length=SLUG_LENGTH)
        raise ValidationError(
            _("A slug has lower-case letters, digits and single hyphens, like “%(slug)s”."),
            code="slug",
            params={"slug": truncate(expected)},
        )


def validate_language(value: str) -> None:
    """Refuse what is not a BCP 47 language tag."""
    if not LANGUAGE_TAG.fullmatch(value):
        raise ValidationError(
            _("“%(value)s” is not a language tag. Write one like en, ar or zh-Hant."),
            code="language",
            params={"value": truncate(value)},
        )


def validate_body(value: str) -> None:
    """Refuse a body above `BODY_BYTES`, with control characters, or with too many elements."""
    validate_no_control_characters(value)
    if (size := len(value.encode(errors="surrogatepass"))) > BODY_BYTES:
        raise ValidationError(
            _("The text has %(size)d bytes; at most %(limit)d are allowed."),
            code="size",
            params={"size": size, "limit": BODY_BYTES},
        )
    if excess := limits.excess(value):
        raise ValidationError(
            _("%(kind)s: %(number)d; at most %(limit)d are allowed. Line %(line)d exceeds that."),
            code="elements",
            params={
                "kind": ELEMENTS[excess.kind],
                "number": excess.number,
                "limit": excess.maximum,
                "line": excess.line,
            },
        )
