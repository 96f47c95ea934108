"""Unsaved changes on the server: stored while a user types, offered when the form is opened again,
compared and discarded. And who else is editing the article.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypedDict

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from articles import editing
from articles.admin.base import PRIMARY_KEY
from articles.admin.comparison import differences
from articles.admin.edit_conflict import posted_revision
from articles.admin.save_errors import SAVE_ERRORS, save_error_messages
from articles.admin.save_in_place import accepts_json
from articles.admin.unsaved_forms import FORM_ID, saved_forms
from articles.forms import ArticleForm
from articles.models import Article, Revision, WorkingCopy
from articles.models.revision import complete
from articles.models.working_copy import PRESENCE
from articles.permissions import viewable_articles, viewable_revisions

State = dict[str, Any]

# The parameter of the form's URL that fills it with a working copy.
RESTORE = "restore"


class Presence(TypedDict):
    """The sentence that says who else is editing an article; empty if no other user is."""

    presence: str


class FormContext(TypedDict):
    """What the template of the form gets: the user's own working copies, who else is editing, and
    the id of the form that was posted or is restored."""

    working_copies: list[WorkingCopy]
    presence: str
    form_id: str
    is_restored: bool


def url_patterns(model_admin: Any) -> list[URLPattern]:
    """Return the URLs of the views of this module."""
    has_permission = model_admin.has_form_permission
    return [
        model_admin.view_path(name, require_method(partial(view, model_admin)), has_permission)
        for name, (require_method, view) in VIEWS.items()
    ]


def urls(model_admin: Any) -> dict[str, str]:
    """Return the URLs for the form's JavaScript by name."""
    return {name: model_admin.url(name) for name in VIEWS}


def store(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Store the posted form, unless it was saved meanwhile. Return who else is editing.

    404 if the article has been deleted, 403 if the user may not change it any more, 413 if the
    text is too long, 503 if the database is busy.
    """
    article = _editable_article(model_admin, request, request.POST.get("article", ""))
    form_id, user = request.POST.get("form_id", ""), _user(request)
    if not FORM_ID.fullmatch(form_id):
        return JsonResponse({"error": "form_id"}, status=400)
    if form_id not in saved_forms(request):
        try:
            editing.store_working_copy(
                user, form_id, article, posted_revision(request), posted_fields(request)
            )
        except SAVE_ERRORS as error:
            status = 413 if isinstance(error, ValidationError) else 503
            return JsonResponse({"error": save_error_messages(error, user)[0]}, status=status)
    return JsonResponse(_presence(user, article))


def fields(_model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Return the values of one of the user's working copies, by field, with their revision."""
    copy = _own_copy(request, request.GET.get("id", ""))
    if copy is None:
        raise Http404
    return JsonResponse({"fields": {**copy.fields, "revision": str(copy.base or "")}})


def discard(_model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Delete one of the user's working copies, and show the form as it is stored."""
    copy = _own_copy(request, request.POST.get("id", ""))
    if copy:
        editing.discard_working_copy(_user(request), copy.form_id)
    if accepts_json(request):
        return JsonResponse({})
    if copy is None:
        return HttpResponseRedirect(reverse("admin:articles_article_changelist"))
    messages.success(request, _("The unsaved changes were discarded."))
    return HttpResponseRedirect(form_url(copy))


def presence(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Return who else is editing an article."""
    article = _editable_article(model_admin, request, request.GET.get("article", ""))
    return JsonResponse(_presence(_user(request), article))


def compare(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Show what one of the user's working copies changes in what it was typed into."""
    copy = _own_copy(request, request.GET.get("id", ""))
    if copy is None:
        raise Http404
    revisions = viewable_revisions(request.user).filter(article=copy.article_id)
    base = revisions.filter(number=copy.base).first() if copy.article_id else None
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Compare unsaved changes"),
        "opts": model_admin.opts,
        "copy": copy,
        "article": viewable_articles(request.user).filter(pk=copy.article_id or 0).first(),
        "form_url": form_url(copy),
        **differences(*_compared_states(copy, base)),
    }
    return TemplateResponse(request, "admin/articles/article/working_copy.html", context)


def _compared_states(copy: WorkingCopy, base: Revision | None) -> tuple[State, State]:
    """Return the states before and after the unsaved changes: those of fields that were typed."""
    before = {**complete(base.fields if base else {}), "body": base.body if base else ""}
    form_fields: Any = ArticleForm.base_fields
    typed = {}
    for name in before.keys() & form_fields.keys() - {"status", "publish_at", "expire_at"}:
        try:
            typed[name] = form_fields[name].to_python(copy.fields.get(name, ""))
        except ValidationError:
            typed[name] = copy.fields.get(name, "")
    return before if base else {}, {**before, **typed}


def _presence(user: User, article: Article | None) -> Presence:
    editing_now = WorkingCopy.objects.editing_now(article.pk) if article else []
    return Presence(presence=presence_message(user, editing_now))


def form_context(request: HttpRequest, article: Article | None) -> FormContext:
    """Return the template context of the form of `article`, or of a new one. One query."""
    user, pk = _user(request), article.pk if article else None
    copies = WorkingCopy.objects
    rows = copies.of_form_or_editing_now(user.pk, pk) if pk else copies.of_form(user.pk, None)
    restored = copy_to_restore(request, pk)
    excluded = {*saved_forms(request), restored and restored.form_id}
    own = [row for row in rows if row.user_id == user.pk and row.form_id not in excluded]
    return FormContext(
        working_copies=own,
        presence=presence_message(user, rows),
        form_id=restored.form_id if restored else request.POST.get("form_id", ""),
        is_restored=bool(restored),
    )


def presence_message(user: User, copies: Iterable[WorkingCopy]) -> str:
    """Return “Sara is editing this” for the users of `copies` who are not `user`."""
    limit = timezone.now() - PRESENCE
    names = {row.user_id: display_name(row.user) for row in copies if row.updated > limit}
    others = [name for pk, name in names.items() if pk != user.pk]
    return " ".join(_("%(name)s is editing this.") % {"name": name} for name in others)


def display_name(user: User) -> str:
    return user.get_full_name() or user.get_username()


def copy_to_restore(request: HttpRequest, article: int | None) -> WorkingCopy | None:
    """Return the user's working copy that the URL of the form asks for."""
    copy = _own_copy(request, request.GET.get(RESTORE, "")) if request.method == "GET" else None
    return copy if copy and copy.article_id == article else None


def restored_values(request: HttpRequest, article: int | None) -> dict[str, str]:
    """Return the values of all fields of the working copy that the URL asks for, if any.

    A checkbox that is not checked is not submitted.
    """
    copy = copy_to_restore(request, article)
    return {name: copy.fields.get(name, "") for name in ArticleForm.base_fields} if copy else {}


def form_url(copy: WorkingCopy) -> str:
    if copy.article_id:
        return reverse("admin:articles_article_change", args=[copy.article_id])
    return reverse("admin:articles_article_add")


def posted_fields(request: HttpRequest) -> dict[str, str]:
    """Return the posted values of the fields of the form as they can be stored: without NUL."""
    names = [name for name in ArticleForm.base_fields if name in request.POST]
    return {name: request.POST[name].replace("\0", "") for name in names}


def _own_copy(request: HttpRequest, form_id: str) -> WorkingCopy | None:
    rows = WorkingCopy.objects.filter(user=_user(request).pk, form_id=form_id)
    return rows.first() if FORM_ID.fullmatch(form_id) else None


def _editable_article(model_admin: Any, request: HttpRequest, pk: str) -> Article | None:
    """Return the article with that primary key, or None for a new one.

    Raise Http404 if there is none, and PermissionDenied if the user may not change it.
    """
    if not pk:
        return None
    rows = Article.objects.for_lists()
    is_valid = PRIMARY_KEY.fullmatch(pk)
    article: Article | None = rows.filter(pk=int(pk)).first() if is_valid else None
    if article is None:
        raise Http404
    if not model_admin.has_change_permission(request, article):
        raise PermissionDenied
    return article


def _user(request: HttpRequest) -> Any:
    return request.user


View = Callable[[Any, HttpRequest], HttpResponse]
# By the last part of the URL.
VIEWS: dict[str, tuple[Callable[..., Any], View]] = {
    "working_copy": (require_POST, store),
    "working_copy_fields": (require_GET, fields),
    "discard_working_copy": (require_POST, discard),
    "compare_working_copy": (require_GET, compare),
    "presence": (require_GET, presence),
}
