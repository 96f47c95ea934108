"""The login form of the admin, and forms that ask for a code."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.utils.timesince import timeuntil
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts import second_factor

REQUIRED = _("Enter the code of your authenticator app, or one of your recovery codes.")
WRONG = _("The code is wrong or has expired. Enter the code that the app shows now.")
WAIT = _("There were several wrong codes. Wait a minute, then enter the code that the app shows.")
WAIT_LONGER = _("There were too many wrong codes. Wait %(time)s, or ask an administrator.")


def code_field(**options: Any) -> forms.CharField:
    """Return a field that browsers and password managers fill in with a one-time code."""
    attributes = {
        "autocomplete": "one-time-code",
        "autocapitalize": "none",
        "spellcheck": "false",
        "dir": "ltr",
    }
    widget = forms.TextInput(attrs={**attributes, **options.pop("attrs", {})})
    return forms.CharField(label=_("Code"), max_length=32, widget=widget, **options)


def verify(user: Any, code: str) -> Any:
    """Return the device that the code belongs to. Raises ValidationError."""
    try:
        return second_factor.verify(user, code)
    except second_factor.CodeRefused as error:
        raise ValidationError(_reason(error)) from error


def _reason(error: second_factor.CodeRefused) -> Any:
    if error.wait_until is None:
        return WRONG
    # Rounded up to minutes.
    until = error.wait_until + timedelta(seconds=59)
    is_short = until - now() < timedelta(minutes=2)
    return WAIT if is_short else WAIT_LONGER % {"time": timeuntil(until)}


class LoginForm(AdminAuthenticationForm):
    """Asks for a code too, if the site knows second factors.

    It is one form, so that the password is not asked for again if the code is missing at first,
    and no session begins before both are right.
    """

    code = code_field(required=False, help_text=_("Only if you have set up an authenticator app."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not second_factor.is_enabled():
            del self.fields["code"]

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if not second_factor.is_enabled() or not second_factor.has_second_factor(user):
            return
        code = self.data.get(self.add_prefix("code"), "")[:32]
        if not code.strip():
            self.fields["password"].widget.render_value = True
            self.fields["username"].widget.attrs.pop("autofocus", None)
            self.fields["code"].widget.attrs["autofocus"] = True
            raise ValidationError(REQUIRED)
        try:
            # `login` stores it in the session.
            user.otp_device = verify(user, code)
        except ValidationError:
            self._login_failed(user)
            raise

    def _login_failed(self, user: Any) -> None:
        """Let wrong codes count as failed logins: for the lock of the account, and the audit log.

        Django sends this signal for wrong passwords only.
        """
        credentials = {"username": user.get_username(), "second_factor": "wrong code"}
        user_login_failed.send(__name__, credentials=credentials, request=self.request)


class CodeForm(forms.Form):
    """A code that proves that the user still has the second factor."""

    code = code_field()

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        verify(self.user, code)
        return code


class SetupForm(forms.Form):
    """The first code of an authenticator app, with the signed key that the app was given."""

    setup = forms.CharField(widget=forms.HiddenInput)
    code = code_field(attrs={"inputmode": "numeric", "pattern": "[0-9 ]*"})
