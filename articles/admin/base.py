"""Base classes of the admin: change lists with bounded costs, and forms that survive errors."""

import re
from collections.abc import Callable, Set
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst

from articles import editing
from articles.admin import views
from articles.admin.edit_conflict import merge, merged_message
from articles.admin.save_errors import SAVE_ERRORS, SaveError, save_error_messages
from articles.forms import AdminModelForm
from articles.signals import edit_conflict
from articles.transactions import retry_once

PRIMARY_KEY = re.compile(r"[0-9]{1,18}")


class PrimaryKeyPaginator(Paginator):  # type: ignore[type-arg]
    """A paginator that finds the rows of a page by primary key (a deferred join).

    The offset is then skipped in an index alone, which keeps pages far down the list cheap.
    """

    def page(self, number: int | str) -> Page[Any]:
        page = super().page(number)
        rows: Any = self.object_list
        keys = list(page.object_list.values_list("pk", flat=True))  # type: ignore[attr-defined]
        page.object_list = rows.filter(pk__in=keys)
        return page


class BaseChangeList(ChangeList):
    """A change list that loads related data for the rows of one page at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        # Without a search or a filter this is the number of all rows: no second count is needed.
        if not (self.query or self.has_active_filters):
            self.full_result_count = self.result_count
        self.result_list = list(self.result_list)
        self.add_related_data(self.result_list)

    def add_related_data(self, rows: list[Any]) -> None:
        """Set attributes on the rows of one page that their own columns don't have."""
        raise NotImplementedError


class BaseAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A `ModelAdmin` with cheap counts, whose form is redisplayed when saving fails."""

    paginator = PrimaryKeyPaginator
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    # After a conflict, the form shows the stored values of these fields, whatever was posted.
    fields_of_newest: Set[str] = frozenset()

    @property
    def media(self) -> forms.Media:
        """No scripts of Django's: they are for windows of related objects and prepopulated fields,
        which these forms don't have."""
        return forms.Media()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list under the plural name of its model, since Django's own title ("Select
        article to change") puts model names into sentences by English grammar.

        NUL characters are removed from the query string: no database accepts them.
        """
        params: Any = request.GET.copy()
        for name, values in request.GET.lists():
            params.setlist(name, [value.replace("\0", "") for value in values])
        request.GET = params
        context = {
            "title": capfirst(self.opts.verbose_name_plural),
            "media": forms.Media(js=["admin/js/actions.js"]),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form or save what was posted. If it can't be saved, give all of it back."""
        arguments = (request, object_id, form_url, extra_context)
        view = partial(super().changeform_view, *arguments)
        if request.method != "POST":
            # Read before the values that the form shows, so that it is not newer than they are.
            request.base_revision = self.base_to_display(request, object_id)  # type: ignore[attr-defined]
            return view()

        @transaction.atomic
        def save() -> HttpResponse:
            return self.refusal(request, object_id) or view()

        try:
            return retry_once(save)
        except (PermissionDenied, self.model.DoesNotExist):
            # The object was deleted or published while this request waited for its lock.
            response = self.refusal(request, object_id)
            if response is None:
                raise
            return response
        except SAVE_ERRORS as error:
            return self.refusal(request, object_id) or self._redisplay(error, *arguments)

    def refusal(self, request: HttpRequest, object_id: str | None) -> HttpResponse | None:
        """Return a page with the posted text if the object was deleted, or if the user may change
        such objects, but not this one any more; else None."""
        if not object_id or not self.has_change_permission(request):
            return None
        obj = self.get_object(request, unquote(object_id))
        if obj is None or not self.has_change_permission(request, obj):
            return views.changes_not_saved(self, request, obj)
        return None

    def _redisplay(
        self,
        error: SaveError,
        request: HttpRequest,
        object_id: str | None,
        form_url: str,
        extra_context: dict[str, Any] | None,
    ) -> HttpResponse:
        """Return the form with everything that was entered, and with the error of its save.

        The transaction was rolled back. The form is validated again: it then finds the error
        itself, or gets it from `save_errors`. So nothing is saved, and no transaction is begun,
        which might wait for the same lock again.
        """
        _leave_session(request, error)
        if isinstance(error, editing.EditConflict | editing.TagEditConflict):
            edit_conflict.send(type(error))
        response = self.conflict_response(request, error, unquote(object_id or ""))
        if response:
            return response
        errors = self.error_messages(request, error)
        if object_id and isinstance(error, editing.TagEditConflict):
            request.has_edit_conflict = True  # type: ignore[attr-defined]
            errors += self._merge(request, unquote(object_id))
        request.save_errors = errors  # type: ignore[attr-defined]
        return self._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[attr-defined,no-any-return]

    def conflict_response(
        self, request: HttpRequest, error: SaveError, object_id: str
    ) -> HttpResponse | None:
        """Return a page of its own for an edit conflict, if the admin has one."""
        return None

    def _merge(self, request: HttpRequest, object_id: str) -> list[str]:
        """Merge what is stored into the posted values. Return a message if that changes any."""
        base = self._stored_base(object_id)
        stored = self.get_object(request, object_id)
        form_class = self.get_form(request, stored, change=True)
        newest = form_class(instance=stored)
        form = form_class(request.POST, instance=self.get_object(request, object_id))
        merged = merge(form, newest, self.base_values(request, stored), self.fields_of_newest)
        merged.data["revision"] = str(base)
        request.POST = merged.data  # type: ignore[assignment]
        return [merged_message(merged.updated)] if merged.updated else []

    def base_to_display(self, request: HttpRequest, object_id: str | None) -> int | str:
        """Return the base of the values that the form shows: those that are stored."""
        return self._stored_base(object_id)

    def _stored_base(self, object_id: str | None) -> int | str:
        is_valid = object_id and PRIMARY_KEY.fullmatch(object_id)
        return self.current_base(int(object_id)) if is_valid else ""  # type: ignore[arg-type]

    def current_base(self, pk: int) -> int | str:
        """Return what identifies the stored state of an object, which its form carries as
        `revision`; any value if there is no such object."""
        raise NotImplementedError

    def posted_base(self, request: HttpRequest) -> int | str:
        """Return the `current_base` at the time when the posted form was shown."""
        return request.POST.get("revision", "")

    def base_values(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Return the values, by field, that the posted form was filled in on, if known."""
        raise NotImplementedError

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        # A form that is shown again keeps its base, so that a conflict is still detected.
        base = getattr(request, "base_revision", None)
        context["base_revision"] = self.posted_base(request) if base is None else base
        response: Any = super().render_change_form(request, context, add, change, form_url, obj)
        if request.method == "POST" and change and obj:
            # Validation has assigned the refused values to `obj`, which headings show.
            stored = self.get_object(request, str(obj.pk)) or obj
            response.context_data |= {"original": stored, "subtitle": str(stored)}
        return response  # type: ignore[no-any-return]

    def error_messages(self, request: HttpRequest, error: SaveError) -> list[str]:
        """Return the messages for a failed save of a valid form, or for a failed action."""
        return save_error_messages(error, request.user)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        view = partial(super().delete_view, request, object_id, extra_context)
        return self._with_error_message(request, view) if request.method == "POST" else view()

    def _with_error_message(
        self, request: HttpRequest, view: Callable[[], HttpResponse | None]
    ) -> Any:
        """Return the response of `view`; if it can't save, redirect to the same URL with the
        error."""
        try:
            return retry_once(view)
        except SAVE_ERRORS as error:
            _leave_session(request, error)
            for message in self.error_messages(request, error):
                self.message_user(request, message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[AdminModelForm]:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        form.save_errors = getattr(request, "save_errors", [])
        return form  # type: ignore[no-any-return]

    def response_action(  # type: ignore[override]
        self, request: HttpRequest, queryset: Any
    ) -> HttpResponse | None:
        """Run an action on the selected rows in one transaction; ignore posted values that are no
        primary keys."""
        data: Any = request.POST.copy()
        selected = data.getlist(ACTION_CHECKBOX_NAME)
        data.setlist(ACTION_CHECKBOX_NAME, filter(PRIMARY_KEY.fullmatch, selected))
        request.POST = data
        action = transaction.atomic(super().response_action)
        # Each attempt reads the selected rows again.
        return self._with_error_message(request, lambda: action(request, queryset.all()))  # type: ignore[no-any-return]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Do nothing: `save_model` has saved tags and synonyms together with the object."""


def _leave_session(request: HttpRequest, error: SaveError) -> None:
    """Don't save the session if the database is busy: that would wait for the same lock again."""
    if isinstance(error, OperationalError):
        request.session.modified = False
