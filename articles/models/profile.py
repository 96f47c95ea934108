"""What the site keeps about a user besides the account."""

import secrets
import zoneinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

# Bytes of a token: 256 bits can't be guessed.
TOKEN_BYTES = 32


@lru_cache(maxsize=1)
def time_zones() -> frozenset[str]:
    """Return the names of the time zones that the system has, which it reads from its files."""
    return frozenset(zoneinfo.available_timezones())


def validate_time_zone(name: str) -> None:
    """Raise ValidationError if there is no time zone called `name`."""
    if name not in time_zones():
        raise ValidationError(_("There is no time zone “%(name)s”."), params={"name": name})


class ProfileManager(models.Manager["Profile"]):
    def create_feed_token(self, user: int) -> "Profile":
        """Give the user a new token for the private feed. A former one is of no use any more."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        profile, _created = self.update_or_create(user_id=user, defaults={"feed_token": token})
        return profile

    def time_zone(self, user: int) -> ZoneInfo | None:
        """Return the time zone that the user has chosen, None for that of the site. One query."""
        name = self.filter(user=user).values_list("time_zone", flat=True).first()
        return ZoneInfo(name) if name in time_zones() else None

    def revoke_feed_token(self, user: int) -> None:
        self.filter(user=user).update(feed_token=None)


class Profile(models.Model):
    """Settings of a user. Not content, and not in fixtures.

    `feed_token` is a part of the URL of the private feed: who has it reads what the user may read.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
        verbose_name=_("user"),
    )
    feed_token = models.CharField(
        _("token of the private feed"),
        max_length=43,
        null=True,
        blank=True,
        unique=True,
        editable=False,
    )

    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("Dates and times in the admin are shown and entered in this zone."),
    )

    objects = ProfileManager()

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        # Each user has access to the own one only.
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)
