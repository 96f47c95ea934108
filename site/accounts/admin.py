"""The admin of accounts: users with their second factor, and the audit log."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import second_factor
from accounts.models import AuditEntry

LABELS: dict[str, Any] = {
    **{field.name: field.verbose_name for field in User._meta.fields},
    "backend": gettext_lazy("login by"),
    "second_factor": gettext_lazy("second factor"),
}
# What the code calls by names of classes and in English.
VALUES: dict[str, Any] = {
    "ModelBackend": gettext_lazy("password"),
    "OpenIDBackend": gettext_lazy("OpenID Connect"),
    "TOTPDevice": gettext_lazy("authenticator app"),
    "StaticDevice": gettext_lazy("recovery code"),
    "wrong code": gettext_lazy("wrong code"),
}


class UserAdmin(auth_admin.UserAdmin):  # type: ignore[type-arg]
    """Django's, with a column and an action for second factors, if the site has them."""

    actions = ["remove_second_factor"]

    def get_list_display(self, request: HttpRequest) -> Any:
        columns = super().get_list_display(request)
        return [*columns, "has_second_factor"] if second_factor.is_enabled() else columns

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        users: QuerySet[Any] = super().get_queryset(request)
        return users.annotate(has_device=Exists(devices))  # type: ignore[no-any-return]

    @admin.display(description=gettext_lazy("second factor"), boolean=True)
    def has_second_factor(self, user: Any) -> bool:
        return bool(user.has_device)

    @admin.action(
        description=gettext_lazy("Remove the second factor of selected users"),
        permissions=["change"],
    )
    def remove_second_factor(self, request: HttpRequest, users: QuerySet[Any]) -> None:
        count = second_factor.remove(users)
        message = ngettext(
            "The second factor of %(count)d user was removed.",
            "The second factors of %(count)d users were removed.",
            count,
        )
        messages.success(request, message % {"count": count})

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        if not second_factor.is_enabled():
            actions.pop("remove_second_factor", None)
        return actions


class AuditEntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read-only: entries are written by the site alone."""

    list_display = ["exact_time", "event", "actor", "target", "change", "address"]
    list_display_links = None
    list_filter = ["event", "time"]
    search_fields = ["actor", "target", "address"]
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list under a name of its own: its entries can't be opened."""
        return super().changelist_view(request, {"title": _("Audit log"), **(extra_context or {})})

    @admin.display(description=gettext_lazy("time"), ordering="time")
    def exact_time(self, entry: AuditEntry) -> str:
        """Return the time with seconds, which the formats of the languages lack."""
        time = localtime(entry.time)
        return f"{date_format(time, 'DATE_FORMAT')} {time:%H:%M:%S}"

    @admin.display(description=gettext_lazy("details"))
    def change(self, entry: AuditEntry) -> str:
        return ", ".join(_describe(name, value) for name, value in entry.details.items())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _describe(name: str, value: Any) -> str:
    """Return a detail in words: what was added or removed, or a field's old and new value."""
    if name == "added":
        return _("added: %(names)s") % {"names": ", ".join(value)}
    if name == "removed":
        return _("removed: %(names)s") % {"names": ", ".join(value)}
    label = LABELS.get(name, name)
    if name in ("backend", "second_factor"):
        return f"{label}: {VALUES.get(value, value)}"
    if isinstance(value, list):
        old, new = (_readable(part) for part in value)
        return f"{label}: {old} → {new}"
    return f"{label}: {_readable(value)}"


def _readable(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) or "–"


# They show the secret keys of users.
admin.site.unregister([StaticDevice, TOTPDevice])
admin.site.unregister(User)
admin.site.register(User, UserAdmin)
admin.site.register(AuditEntry, AuditEntryAdmin)
