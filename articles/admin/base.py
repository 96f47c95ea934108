"""What the desks of articles and tags have in common."""

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

from articles.forms import DeskForm

KEY = re.compile(r"[0-9]{1,18}")


class Pages(Paginator):  # type: ignore[type-arg]
    """Pages that are found by their keys alone, from an index, however far down they are."""

    def page(self, number: int | str) -> Page[Any]:
        page = super().page(number)
        rows: Any = self.object_list
        keys = list(page.object_list.values_list("pk", flat=True))  # type: ignore[attr-defined]
        page.object_list = rows.filter(pk__in=keys)
        return page


class Sheet(ChangeList):
    """A list of which the number of all rows is only told when some are left out."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not (self.query or self.has_active_filters):
            self.full_result_count = self.result_count
        self.result_list = list(self.result_list)
        self.complete(self.result_list)

    def complete(self, rows: list[Any]) -> None:
        """Give the rows of one page what their own columns don't have."""
        raise NotImplementedError


class Desk(admin.ModelAdmin):  # type: ignore[type-arg]
    """A list that counts little, and a form that takes back no word when a save is refused."""

    paginator = Pages
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = ShowFacets.NEVER

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Called what it lists: what Django says bends its words by the rules of English alone.

        No database takes a NUL, and nobody types one.
        """
        asked: Any = request.GET.copy()
        for name, values in request.GET.lists():
            asked.setlist(name, [value.replace("\0", "") for value in values])
        request.GET = asked
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
            # Somebody else wrote between the form's look and the save. Nothing was written, and
            # now the form sees it, or is told: it comes back with all that was typed.
            request.refusal = self.refusal(error)  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def refusal(self, error: ValidationError | IntegrityError) -> list[str]:
        """What to say where saving failed although the form found nothing wrong."""
        if isinstance(error, ValidationError):
            return error.messages
        return [_("Somebody else saved something of the same name just now. Try again.")]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[DeskForm]:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        form.refusal = getattr(request, "refusal", [])
        return form  # type: ignore[no-any-return]

    def response_action(  # type: ignore[override]
        self, request: HttpRequest, queryset: Any
    ) -> HttpResponse | None:
        """Rows are chosen by their keys; whatever else was posted chooses nothing."""
        posted: Any = request.POST.copy()
        chosen = posted.getlist(ACTION_CHECKBOX_NAME)
        posted.setlist(ACTION_CHECKBOX_NAME, filter(KEY.fullmatch, chosen))
        request.POST = posted
        return super().response_action(request, queryset)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Tags and synonyms were written with what has them."""
