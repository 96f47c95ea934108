"""The app and the admin site that it replaces Django's with."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import audit_signals

        audit_signals.connect()


class AdminConfig(admin.AdminConfig):
    default_site = "accounts.admin_site.AdminSite"
    default = False
