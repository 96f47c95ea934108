"""The page of an edit conflict: the changes of both sides, with a choice where they overlap.

It posts to the form's own URL, as the form does.
"""

from http import HTTPStatus
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import editing
from articles.admin.comparison import differences
from articles.admin.conflict_resolution import (
    FormMerge,
    has_posted_parts,
    merge_forms,
    resolve_conflicts,
)
from articles.admin.edit_conflict import posted_revision
from articles.admin.unsaved_forms import FORM_ID
from articles.admin.working_copies import RESTORE, display_name, posted_fields
from articles.forms import ArticleForm
from articles.models import Article, Revision, RevisionKind
from articles.models.revision import complete

# The posted number of the revision with which the user wants to save the combined changes.
MERGE_WITH = "merge_with"
# The button that opens the combined text in the form.
EDIT_RESULT = "_edit_result"
FIELDS = tuple(ArticleForm.base_fields)
DATES = ("publish_at", "expire_at")


def read_resolution(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse | None:
    """Put together what the page of a conflict posts. Return a response if it is to be edited, not
    saved."""
    if not has_posted_parts(request.POST):
        return None
    data: Any = request.POST.copy()
    resolve_conflicts(data, FIELDS)
    request.POST = data
    article = model_admin.get_object(request, object_id) if EDIT_RESULT in data else None
    if article is None or not model_admin.has_change_permission(request, article):
        return None
    return _edit_result(request, article)


def _edit_result(request: HttpRequest, article: Article) -> HttpResponse | None:
    """Open the combined text in the form, as a working copy. Return None if it is too long."""
    user: Any = request.user
    posted_id = request.POST.get("form_id", "")
    form_id = posted_id if FORM_ID.fullmatch(posted_id) else get_random_string(20).lower()
    values, base = posted_fields(request), posted_revision(request)
    try:
        editing.store_working_copy(user, form_id, article, base, values)
    except ValidationError:
        # A field is too long: the form refuses it, too, and shows it again.
        return None
    return HttpResponseRedirect(f"{request.path}?{RESTORE}={form_id}")


def conflict_response(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Return the page of a conflict between the posted form and what is stored.

    If the user has agreed to combine both, or if both are the same, they are saved.
    """
    newest = Revision.objects.newest(int(object_id)).get()
    stored = model_admin.get_object(request, object_id)
    base = model_admin.base_values(request, stored)
    form_class = model_admin.get_form(request, stored, change=True)
    form = form_class(request.POST, instance=model_admin.get_object(request, object_id))
    merge = merge_forms(form, form_class(instance=stored), base, model_admin.fields_of_newest)
    agreed = request.POST.get(MERGE_WITH) == str(newest.number) and not merge.conflict_count
    if (agreed or merge.is_same) and not hasattr(request, "posted"):
        return _save_merged(model_admin, request, object_id, merge, newest)
    context = {
        **model_admin.admin_site.each_context(request),
        **_messages(request, merge, newest),
        **_differences(merge, form, newest),
        "opts": model_admin.opts,
        "article": stored,
        "merge": merge,
        "newest": newest,
        "base_number": posted_revision(request) if base else None,
        "form_id": request.POST.get("form_id", ""),
        "conflict": {"newest": newest.number, "is_clean": not merge.conflict_count},
    }
    template = "admin/articles/article/conflict.html"
    return TemplateResponse(request, template, context, status=HTTPStatus.CONFLICT)


def _save_merged(
    model_admin: Any, request: HttpRequest, object_id: str, merge: FormMerge, newest: Revision
) -> HttpResponse:
    request.posted = request.POST  # type: ignore[attr-defined]
    request.POST = _merged_data(request, merge, newest)
    response: HttpResponse = model_admin.changeform_view(request, object_id)
    return response


def _merged_data(request: HttpRequest, merge: FormMerge, newest: Revision) -> Any:
    data: Any = request.POST.copy()
    merge.apply(data)
    data["revision"] = str(newest.number)
    return data


def _messages(request: HttpRequest, merge: FormMerge, newest: Revision) -> dict[str, Any]:
    """Return the title of the page, and a sentence that says what is combined."""
    editor = editor_name(request, newest)
    time = date_format(timezone.localtime(newest.created), "TIME_FORMAT")
    title = _("%(editor)s saved this article at %(time)s, while you were writing")
    summary = _summary(merge, editor)
    title %= {"editor": editor, "time": time}
    return {"title": title, "editor": editor, "summary": summary, "message": f"{title}. {summary}"}


def editor_name(request: HttpRequest, revision: Revision) -> str:
    """Return who made a revision, in words that can begin a sentence."""
    if revision.kind == RevisionKind.LOADED or not revision.editor:
        return _("A command")
    if revision.editor == request.user.get_username():
        return _("You, in another window,")
    user = User.objects.filter(username=revision.editor).first()
    return display_name(user) if user else revision.editor


def _summary(merge: FormMerge, editor: str) -> str:
    if count := merge.conflict_count:
        return ngettext(
            "%(count)d of your changes overlaps with another one: choose what to save. "
            "All others are combined.",
            "%(count)d of your changes overlap with others: choose what to save. "
            "All others are combined.",
            count,
        ) % {"count": count}
    mine = ngettext("Your %(count)d change", "Your %(count)d changes", merge.my_changes)
    theirs = ngettext("%(count)d other change", "%(count)d other changes", merge.their_changes)
    return _("%(mine)s and %(theirs)s don't overlap.") % {
        "mine": mine % {"count": merge.my_changes},
        "theirs": theirs % {"count": merge.their_changes},
    }


def _differences(merge: FormMerge, form: Any, newest: Revision) -> dict[str, Any]:
    """Return what the merged form changes in what is stored, with the user's text in conflicts."""
    stored = {**complete(newest.fields), "body": newest.body}
    merged = {
        field.name: form.fields[field.name].to_python(field.text_with_mine)
        for field in merge.fields
        if field.name in stored and field.name not in DATES
    }
    return differences(stored, {**stored, **merged})
