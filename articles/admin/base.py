"""Base classes of the admin: change lists with bounded costs, and forms that survive errors."""

import re
from typing import Any

from django.contrib import admin
from django.contrib.admin import ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from articles.forms import AdminModelForm

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
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (ValidationError, IntegrityError) as error:
            # Another user saved between this form's validation and its save, so the transaction
            # was rolled back. Validate again: the form then finds the error itself, or gets it
            # from `save_errors`, and is redisplayed with everything that was entered.
            request.save_errors = self.error_messages(error)  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def error_messages(self, error: ValidationError | IntegrityError) -> list[str]:
        """Return the form errors for a failed save of a valid form."""
        if isinstance(error, ValidationError):
            return error.messages
        return [_("Another user just saved an object with the same name. Try again.")]

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
        """Run an action on the selected rows; ignore posted values that are no primary keys."""
        data: Any = request.POST.copy()
        selected = data.getlist(ACTION_CHECKBOX_NAME)
        data.setlist(ACTION_CHECKBOX_NAME, filter(PRIMARY_KEY.fullmatch, selected))
        request.POST = data
        return super().response_action(request, queryset)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Do nothing: `save_model` has saved tags and synonyms together with the object."""
