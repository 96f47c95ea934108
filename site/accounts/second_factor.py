"""The second factor of logins: codes of an authenticator app (TOTP, RFC 6238), recovery codes.

django-otp stores the devices and verifies codes. `settings.SECOND_FACTOR` is *off*, *optional*
(users who have set it up are asked for a code) or *required* (all are, in the admin).
"""

import re
from base64 import b32encode
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import django_otp
import segno
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.auth.models import User
from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from accounts.audit import Event, record

OPENID_BACKEND = "accounts.backends.OpenIDBackend"
RECOVERY_CODES = 10
APP_NAME, RECOVERY_NAME = "app", "recovery codes"
SALT = "accounts.second_factor"
# Seconds in which a code must be entered after its QR code was displayed.
SETUP_AGE = 3600
APP_CODE = re.compile(r"[0-9]{6}")


class CodeRefused(Exception):
    """A code is wrong, or there were too many wrong ones until the time `wait_until`."""

    def __init__(self, *, wait_until: datetime | None = None) -> None:
        super().__init__()
        self.wait_until = wait_until


def is_enabled() -> bool:
    return settings.SECOND_FACTOR != "off"


def is_required() -> bool:
    return settings.SECOND_FACTOR == "required"


def is_satisfied(request: HttpRequest) -> bool:
    """Return whether the session may use the admin, as far as the second factor is concerned.

    An OpenID provider asks for further factors itself.
    """
    if not is_enabled() or request.session.get(BACKEND_SESSION_KEY) == OPENID_BACKEND:
        return True
    return is_verified(request.user) or not (is_required() or has_second_factor(request.user))


def is_verified(user: Any) -> bool:
    """Return whether a code was entered in this session."""
    return getattr(user, "otp_device", None) is not None


def has_second_factor(user: Any) -> bool:
    return bool(TOTPDevice.objects.devices_for_user(user, confirmed=True).exists())


def must_set_up(request: HttpRequest) -> bool:
    """Return whether the user is logged in, needs a second factor, and has none."""
    user: Any = request.user
    return (
        is_required()
        and user.is_staff
        and not is_satisfied(request)
        and not has_second_factor(user)
    )


def recovery_codes_left(user: Any) -> int:
    count: int = StaticToken.objects.filter(device__user=user, device__confirmed=True).count()
    return count


def verify(user: Any, code: str) -> Any:
    """Return the device of the user that the code belongs to.

    Spaces and hyphens in codes don't matter. Raises CodeRefused; after a wrong code, also for
    correct ones for 1, 2, 4 … seconds. A recovery code can be used once.
    """
    code = re.sub(r"[\s-]", "", code).lower()
    model = TOTPDevice if APP_CODE.fullmatch(code) else StaticDevice
    with transaction.atomic():
        # What a wrong code changes is committed.
        devices = model.objects.devices_for_user(user, confirmed=True).select_for_update()
        wait_until = None
        for device in devices:
            is_allowed, reason = device.verify_is_allowed()
            if not is_allowed:
                wait_until = reason["locked_until"]
            elif device.verify_token(code):
                if model is StaticDevice:
                    record(Event.RECOVERY_CODE_USED, user.get_username())
                return device
    raise CodeRefused(wait_until=wait_until)


def new_setup(user: Any) -> str:
    """Return a signed secret key for an authenticator app, to be passed to `set_up`."""
    return signing.dumps([user.pk, default_key()], salt=SALT)


def setup_device(user: Any, setup: str) -> TOTPDevice:
    """Return a device, not stored, of a signed key. Raises BadSignature."""
    pk, key = signing.loads(setup, salt=SALT, max_age=SETUP_AGE)
    if pk != user.pk:
        raise signing.BadSignature("The key belongs to another user.")
    return TOTPDevice(user=user, name=APP_NAME, key=key)


def set_up(request: HttpRequest, setup: str, code: str) -> list[str]:
    """Store the second factor of the user, and return recovery codes.

    The first code of the app proves that the app has the key; the session is verified by it.
    Raises CodeRefused, or BadSignature if the key is too old or the user has another one by now.
    """
    user: Any = request.user
    device = setup_device(user, setup)
    with transaction.atomic():
        # Two forms that are posted at once wait for each other.
        User.objects.select_for_update().get(pk=user.pk)
        if has_second_factor(user):
            raise signing.BadSignature("The user has a second factor.")
        device.save()
        is_valid = device.verify_token(re.sub(r"\s", "", code))
        if not is_valid:
            transaction.set_rollback(True)
        else:
            codes = _replace_recovery_codes(user)
            record(Event.SECOND_FACTOR_ON, user.get_username())
    if not is_valid:
        raise CodeRefused
    django_otp.login(request, device)
    return codes


def renew_recovery_codes(user: Any) -> list[str]:
    """Replace the recovery codes of the user, and return the new ones."""
    with transaction.atomic():
        codes = _replace_recovery_codes(user)
        record(Event.RECOVERY_CODES, user.get_username())
    return codes


def _replace_recovery_codes(user: Any) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name=RECOVERY_NAME)
    tokens = [
        StaticToken(device=device, token=StaticToken.random_token()) for _ in range(RECOVERY_CODES)
    ]
    StaticToken.objects.bulk_create(tokens)
    return [token.token for token in tokens]


def remove(users: Iterable[Any]) -> int:
    """Remove the second factor of users, with their recovery codes. Return how many had one.

    A user who has lost the phone and the recovery codes can then log in with the password.
    """
    removed = 0
    with transaction.atomic():
        for user in users:
            deleted, _rows = TOTPDevice.objects.filter(user=user).delete()
            StaticDevice.objects.filter(user=user).delete()
            if deleted:
                removed += 1
                record(Event.SECOND_FACTOR_OFF, user.get_username())
    return removed


def readable_key(device: TOTPDevice) -> str:
    """Return the key as users type it into an app: Base32 in groups of four letters."""
    key = b32encode(device.bin_key).decode()
    return " ".join(key[start : start + 4] for start in range(0, len(key), 4))


def qr_code(device: TOTPDevice) -> str:
    """Return the URL that an authenticator app reads as a QR code, as an SVG element."""
    code = segno.make(device.config_url, micro=False, error="m")
    # Without width and height, but with a viewBox: the style sheet decides on the size.
    return str(code.svg_inline(svgclass="qr-code", lineclass="", light="#fff", omitsize=True))
