"""The audit log, and the accounts of users at an OpenID provider."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 150
USER_AGENT_LENGTH = 200


class AuditEntryManager(models.Manager["AuditEntry"]):
    def delete_before(self, days: int) -> int:
        """Delete the entries that are older than `days`, and return their number."""
        oldest = timezone.now() - timedelta(days=days)
        return self.filter(time__lt=oldest).delete()[0]


class AuditEntry(models.Model):
    """A login, or a change of an account or its permissions. Entries are not changed.

    `actor` and `target` are names, so that they outlive the accounts. `details` says what has
    changed: names of fields with their old and new values, or lists of what was added and removed.
    """

    class Event(models.TextChoices):
        LOGIN = "login", _("logged in")
        LOGIN_FAILED = "login_failed", _("login failed")
        LOCKED = "locked", _("locked after failed logins")
        LOGOUT = "logout", _("logged out")
        USER_ADDED = "user_added", _("user added")
        USER_CHANGED = "user_changed", _("user changed")
        USER_DELETED = "user_deleted", _("user deleted")
        PASSWORD_CHANGED = "password_changed", _("password changed")
        GROUPS_CHANGED = "groups_changed", _("groups changed")
        PERMISSIONS_CHANGED = "permissions_changed", _("permissions changed")
        GROUP_ADDED = "group_added", _("group added")
        GROUP_CHANGED = "group_changed", _("group changed")
        GROUP_DELETED = "group_deleted", _("group deleted")
        SECOND_FACTOR_ON = "second_factor_on", _("second factor set up")
        SECOND_FACTOR_OFF = "second_factor_off", _("second factor removed")
        RECOVERY_CODES = "recovery_codes", _("recovery codes created")
        RECOVERY_CODE_USED = "recovery_code_used", _("recovery code used")

    time = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    event = models.CharField(_("event"), max_length=20, choices=Event)
    # Empty for changes by commands.
    actor = models.CharField(_("by"), max_length=NAME_LENGTH, blank=True)
    target = models.CharField(_("user or group"), max_length=NAME_LENGTH, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)
    address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    user_agent = models.CharField(_("browser"), max_length=USER_AGENT_LENGTH, blank=True)

    objects = AuditEntryManager()

    class Meta:
        verbose_name = _("audit log entry")
        verbose_name_plural = _("audit log entries")
        ordering = ["-time", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.get_event_display()}: {self.target or self.actor}"


class ProviderAccount(models.Model):
    """The account of a user at an OpenID provider.

    OpenID Connect Core 1.0, section 5.7: only issuer and subject together identify a user.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    issuer = models.CharField(_("issuer"), max_length=500)
    subject = models.CharField(_("subject"), max_length=255)

    class Meta:
        verbose_name = _("account at an OpenID provider")
        verbose_name_plural = _("accounts at OpenID providers")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"], name="provider_account_is_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.issuer}: {self.subject}"
