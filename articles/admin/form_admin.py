"""The base of admins whose form has JavaScript: its settings, and the view of its session."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from articles import editing
from articles.admin import save_in_place, unsaved_forms, views
from articles.admin.base import BaseAdmin
from articles.admin.js_messages import JS_MESSAGES, FormConfig


class FormAdmin(BaseAdmin):
    """An admin whose form checks before a save that it can succeed, and keeps what is typed."""

    def has_form_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may open the form, if only to read it."""
        return self.has_add_permission(request) or self.has_view_or_change_permission(request)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "POST" and not object_id:
            object_id = self._created_before(request)
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if request.method == "POST" and response.status_code == HTTPStatus.FOUND:
            unsaved_forms.remember_saved_form(request, request.saved_object.pk)  # type: ignore[attr-defined]
        if request.method == "POST" and save_in_place.accepts_json(request):
            return save_in_place.json_response(self, request, response)
        return response

    def _created_before(self, request: HttpRequest) -> str | None:
        """Return the primary key of the object that the posted form has created, if it is sent
        again. It is then a change of what it has created."""
        pk = unsaved_forms.created_object(request)
        if pk is None or not self.get_queryset(request).filter(pk=pk).exists():
            return None
        data: Any = request.POST.copy()
        data["revision"] = str(self.first_base(pk))
        request.POST = data
        return str(pk)

    def first_base(self, pk: int) -> int | str:
        """Return the base of an object's form right after the object was created."""
        return self.current_base(pk)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Discard the working copy of the form, which is saved now.

        The row of the object is still locked: no revision after this one can be its base.
        """
        super().save_related(request, form, formsets, change)
        if form_id := request.POST.get("form_id"):
            editing.discard_working_copy(request.user, form_id)  # type: ignore[arg-type]
        request.saved_object = form.instance  # type: ignore[attr-defined]
        request.saved_base = self.current_base(form.instance.pk)  # type: ignore[attr-defined]

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
        context.setdefault("form_id", request.POST.get("form_id", ""))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def form_config(self, request: HttpRequest) -> FormConfig:
        return FormConfig(
            urls={
                "login": reverse("admin:login"),
                "session": self.url("session"),
                "add": self.url("add"),
            },
            messages={name: str(message) for name, message in JS_MESSAGES.items()},
            permissions={},
            user=str(request.user.pk),
            saved=unsaved_forms.saved_forms(request),
            time_zone=timezone.get_current_timezone_name(),
        )

    def get_urls(self) -> list[URLPattern]:
        session = self.view_path("session", views.session, self.has_form_permission)
        return [session, *super().get_urls()]

    def change_url(self, pk: int) -> str:
        return reverse(f"admin:{self._url_name('change')}", args=[pk])

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
