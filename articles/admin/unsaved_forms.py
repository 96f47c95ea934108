"""Forms that were posted but not saved: their text survives a login and a new CSRF token.

The browser keeps what is typed, too (drafts.js). The session tells it which forms were saved.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.forms import ArticleForm, TagForm

FORM_VIEW = re.compile(r"articles_\w+_(?:add|change)")
SIGNED_FORM = "unsaved_form"
SALT = "articles.admin.unsaved_forms"
MAX_AGE = 24 * 3600
FORM_ID = re.compile(r"[a-z0-9]{1,64}")
SAVED_FORMS = "saved_objects"
MAX_SAVED_FORMS = 50
TOKEN = "csrfmiddlewaretoken"
# The fields whose text is shown, with their labels: the longest ones last.
LABELS: dict[str, Any] = {
    name: form.base_fields[name].label
    for form, fields in (
        (ArticleForm, ("title", "summary", "tags", "aliases", "former", "body")),
        (TagForm, ("name", "description", "synonyms")),
    )
    for name in fields
}


class UnsavedForm(NamedTuple):
    """The URL that a form was posted to, and its values by field."""

    url: str
    fields: Mapping[str, Sequence[str]]


def is_posted_form(request: HttpRequest) -> bool:
    """Return whether the request posts a form of this app: one that holds text of the user."""
    match = request.resolver_match
    return bool(
        request.method == "POST"
        and match
        and match.app_name == "admin"
        and FORM_VIEW.fullmatch(match.url_name or "")
    )


def unsaved_form(request: HttpRequest) -> UnsavedForm | None:
    """Return the form that the request posts, or that the posted login form carries, if any."""
    if is_posted_form(request):
        fields = {name: values for name, values in request.POST.lists() if name != TOKEN}
        return UnsavedForm(request.get_full_path(), fields)
    try:
        signed = request.POST.get(SIGNED_FORM, "")
        return UnsavedForm(*signing.loads(signed, salt=SALT, max_age=MAX_AGE))
    except signing.BadSignature:
        return None


def log_in_to_save(request: HttpRequest, form: UnsavedForm) -> HttpResponse:
    """Return the login page, which carries the form until the user is logged in."""
    login_form = admin.site.login_form or AdminAuthenticationForm
    context = {
        **admin.site.each_context(request),
        "title": _("Log in"),
        "form": login_form(request),
        "app_path": reverse("admin:login"),
        "next": form.url,
        "username": request.user.get_username(),
        SIGNED_FORM: signing.dumps(form, salt=SALT, compress=True),
    }
    return render(request, "admin/login.html", context, status=403)


def save_again(request: HttpRequest, form: UnsavedForm, status: int = 200) -> HttpResponse:
    """Return a page with the text of the form and a button that posts it again."""
    context = {
        **admin.site.each_context(request),
        "title": _("Your changes are not saved yet"),
        "url": form.url,
        "fields": [(name, value) for name, values in form.fields.items() for value in values],
        "texts": labelled_texts(form),
    }
    return render(request, "admin/articles/save_again.html", context, status=status)


def labelled_texts(form: UnsavedForm) -> list[tuple[Any, str]]:
    """Return the texts of a form with the labels of their fields."""
    return [
        (label, value) for name, label in LABELS.items() for value in form.fields.get(name, ())
    ]


def remember_saved_form(request: HttpRequest, pk: int) -> None:
    """Add the id of the posted form, which saved the object `pk`, to those of `saved_forms`."""
    form_id = request.POST.get("form_id", "")
    if FORM_ID.fullmatch(form_id):
        saved = [*request.session.get(SAVED_FORMS, {}).items(), (form_id, pk)]
        request.session[SAVED_FORMS] = dict(saved[-MAX_SAVED_FORMS:])


def saved_forms(request: HttpRequest) -> list[str]:
    """Return the ids of the forms that were saved last in this session."""
    return list(request.session.get(SAVED_FORMS, {}))


def created_object(request: HttpRequest) -> int | None:
    """Return the primary key of the object that the posted form of a new one has created already:
    the browser sends it again if the response was lost."""
    pk: int | None = request.session.get(SAVED_FORMS, {}).get(request.POST.get("form_id", ""))
    return pk
