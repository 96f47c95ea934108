"""Saving without a page load: the response of a form to a browser → JSON for its JavaScript.

The form is posted as without JavaScript, but accepts JSON. What is done and checked is the same.
"""

from http import HTTPStatus
from typing import Any, TypedDict

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from articles.admin.submitted import normalize, submitted_value

JSON = "application/json"


class SavedForm(TypedDict):
    """A form that was saved: its own URL, and the URL that Django would show now.

    `reload` says that more of the page has changed than its values. `fields` are the stored
    values, as a browser would submit them, that differ from those posted.
    """

    url: str
    location: str
    reload: bool
    revision: str
    fields: dict[str, str]
    notifications: list[str]


class RefusedForm(TypedDict):
    """A form that was not saved: why, and the errors of its fields as HTML; those of the whole
    form are under ``__all__``."""

    error: str
    errors: dict[str, str]


class ConflictingForm(RefusedForm):
    """Another user has saved the revision `newest`. Whether the changes of both can be combined
    as they are."""

    newest: int
    is_clean: bool


def accepts_json(request: HttpRequest) -> bool:
    """Return whether the request prefers JSON to a page."""
    return request.get_preferred_type(["text/html", JSON]) == JSON


def refused(error: str, status: int, errors: dict[str, str] | None = None) -> JsonResponse:
    """Return the response for a form that was not saved."""
    return JsonResponse(RefusedForm(error=error, errors=errors or {}), status=status)


def json_response(model_admin: Any, request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return as JSON what `response`, to a posted form, says.

    The status is 422 for a form with errors, and 409 for an edit conflict.
    """
    if response.status_code == HTTPStatus.FOUND:
        return JsonResponse(_saved(model_admin, request, response.headers["Location"]))
    if not isinstance(response, TemplateResponse):
        return response
    context: dict[str, Any] = response.context_data or {}
    if response.status_code == HTTPStatus.CONFLICT:
        conflict = context["conflict"]
        data = ConflictingForm(
            error=context["message"],
            errors={},
            newest=conflict["newest"],
            is_clean=conflict["is_clean"],
        )
        return JsonResponse(data, status=HTTPStatus.CONFLICT)
    if response.status_code != HTTPStatus.OK:
        return refused(str(context.get("message", "")), response.status_code)
    has_conflict = getattr(request, "has_edit_conflict", False)
    status = HTTPStatus.CONFLICT if has_conflict else HTTPStatus.UNPROCESSABLE_ENTITY
    errors = context["adminform"].form.errors
    return refused(_("Not saved."), status, {name: str(lines) for name, lines in errors.items()})


def _saved(model_admin: Any, request: HttpRequest, location: str) -> SavedForm:
    obj, base = request.saved_object, request.saved_base  # type: ignore[attr-defined]
    url = model_admin.change_url(obj.pk)
    reload = getattr(request, "reload_form", False)
    stays = location.partition("?")[0] == url and not reload
    return SavedForm(
        url=url,
        location=location,
        reload=reload,
        revision=str(base),
        fields=changed_values(model_admin, request, obj) if stays else {},
        notifications=_messages(request) if stays else [],
    )


def _messages(request: HttpRequest) -> list[str]:
    """Return the messages for the user, which are not shown by the next page then."""
    return [strip_tags(str(message)) for message in get_messages(request)]


def changed_values(model_admin: Any, request: HttpRequest, obj: Any) -> dict[str, str]:
    """Return the stored values that differ from those posted: generated, cleaned or merged."""
    posted = getattr(request, "posted", request.POST)
    stored = model_admin.get_object(request, str(obj.pk))
    form = model_admin.get_form(request, stored, change=True)(instance=stored)
    values = {name: submitted_value(form, name) for name in form.fields}
    return {
        name: value for name, value in values.items() if value != normalize(posted.get(name, ""))
    }
