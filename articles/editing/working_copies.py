"""Working copies: storing what users type before they save it, and discarding it."""

from collections.abc import Mapping
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from articles.models import Article, WorkingCopy
from articles.transactions import retried_atomic

# Characters of all values. A body may have 1 MB.
MAX_LENGTH = 2_000_000
MAX_PER_USER = 20
MAX_AGE = timedelta(days=30)


@retried_atomic
def store_working_copy(
    user: AbstractBaseUser,
    form_id: str,
    article: Article | None,
    base: int,
    fields: Mapping[str, str],
) -> WorkingCopy:
    """Store what `user` has typed into the form with that id, in place of what it had before.

    `base` is the number of the revision that the form was filled in on. A user's oldest working
    copies above `MAX_PER_USER` are deleted, and those older than `MAX_AGE`.
    Raises ValidationError if the values have more than `MAX_LENGTH` characters.
    """
    if sum(map(len, fields.values())) > MAX_LENGTH:
        raise ValidationError(gettext("The text is too long to be stored."), code="size")
    values = {"article": article, "base": base, "fields": fields, "updated": timezone.now()}
    copy, created = WorkingCopy.objects.update_or_create(
        user_id=user.pk, form_id=form_id, defaults=values
    )
    if created:
        _make_room(user)
    return copy


def _make_room(user: AbstractBaseUser) -> None:
    rows = WorkingCopy.objects.order_by("-updated", "-pk")
    surplus = list(rows.filter(user=user.pk).values_list("pk", flat=True)[MAX_PER_USER:])
    WorkingCopy.objects.filter(pk__in=surplus).delete()
    WorkingCopy.objects.filter(updated__lt=timezone.now() - MAX_AGE).delete()


@retried_atomic
def discard_working_copy(user: AbstractBaseUser, form_id: str) -> None:
    """Delete the working copy of a form, if there is one: it was saved, or is of no use."""
    WorkingCopy.objects.filter(user=user.pk, form_id=form_id).delete()
