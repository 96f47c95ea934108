"""Searches with no results, for editors who decide what to write next. Read-only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.link_rendering import add_article_url
from articles.models import FailedSearch


class FailedSearchAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["query_link", "count", "last_searched"]
    list_display_links = None
    search_fields = ["query"]
    ordering = ["-count", "query"]

    @admin.display(description=_("query"), ordering="query")
    def query_link(self, failed_search: FailedSearch) -> SafeString:
        """Return the query as a link to the form of a new article with that title."""
        url = add_article_url(failed_search.query)
        return format_html('<a href="{}" dir="auto">{}</a>', url, failed_search.query)

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
