"""What readers looked for in vain, for those who decide what to write next. Nobody changes it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.link_rendering import writing
from articles.models import Miss


class MissAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["looked_for", "number", "day"]
    list_display_links = None
    search_fields = ["key"]
    ordering = ["-number", "key"]

    @admin.display(description=_("looked for"), ordering="key")
    def looked_for(self, miss: Miss) -> SafeString:
        """Leads to where an article of that name is begun."""
        return format_html('<a href="{}" dir="auto">{}</a>', writing(miss.key), miss.key)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("articles.view_article")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
