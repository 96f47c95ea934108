"""The base of admins whose form has JavaScript: its settings, and the view of its session."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from articles.admin import views
from articles.admin.base import BaseAdmin
from articles.admin.js_messages import JS_MESSAGES, FormConfig
from articles.admin.unsaved_forms import saved_forms


class FormAdmin(BaseAdmin):
    """An admin whose form checks before a save that it can succeed, and keeps what is typed."""

    def has_form_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may open the form, if only to read it."""
        return self.has_add_permission(request) or self.has_view_or_change_permission(request)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        context["form_config"] = self.form_config(request)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def form_config(self, request: HttpRequest) -> FormConfig:
        return FormConfig(
            urls={"login": reverse("admin:login"), "session": self.url("session")},
            messages={name: str(message) for name, message in JS_MESSAGES.items()},
            permissions={},
            user=str(request.user.pk),
            saved=saved_forms(request),
        )

    def get_urls(self) -> list[URLPattern]:
        session = self.view_path("session", views.session, self.has_form_permission)
        return [session, *super().get_urls()]

    def url(self, name: str) -> str:
        """Return the URL of a `view_path`."""
        return reverse(f"admin:{self._url_name(name)}")

    def view_path(
        self,
        name: str,
        view: Callable[[HttpRequest], HttpResponse],
        has_permission: Callable[[HttpRequest], bool],
    ) -> URLPattern:
        def view_with_permission(request: HttpRequest) -> HttpResponse:
            if not has_permission(request):
                raise PermissionDenied
            return view(request)

        wrapped = self.admin_site.admin_view(view_with_permission)
        return path(f"{name}/", wrapped, name=self._url_name(name))

    def _url_name(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"
