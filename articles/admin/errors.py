"""Pages for refused requests, in the design of the admin or of the site."""

from http import HTTPStatus

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from articles.admin import unsaved_forms
from articles.admin.save_in_place import accepts_json, refused
from articles.url_for import is_same_origin


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Show that the user lacks a permission, and the text that was posted with a valid token."""
    match = request.resolver_match
    if match is None or match.app_name != "admin":
        return render(request, "403.html", status=403)
    if accepts_json(request):
        return refused(_("You don't have permission to save this any more."), HTTPStatus.FORBIDDEN)
    form = unsaved_forms.unsaved_form(request) if exception else None
    context = {
        **admin.site.each_context(request),
        "title": _("Permission denied"),
        "texts": unsaved_forms.labelled_texts(form) if form else [],
    }
    return render(request, "admin/403.html", context, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Give a form back whose token is outdated because the user has logged in again.

    Only if the browser says that the form is one of this site's pages: a page of another site
    must not bring its own text into a form of ours.
    """
    if accepts_json(request):
        # The form's JavaScript then gets a new token, which a page of another site can't read.
        return refused(_("The page was open for too long."), HTTPStatus.FORBIDDEN)
    form = unsaved_forms.unsaved_form(request) if is_same_origin(request) else None
    if form and admin.site.has_permission(request):
        return unsaved_forms.save_again(request, form, status=403)
    if form:
        return unsaved_forms.log_in_to_save(request, form)
    match = request.resolver_match
    if match and match.view_name == "admin:login":
        # Two login pages were open. The page is shown again with the present token.
        return redirect(request.get_full_path())
    return permission_denied(request)
