"""The recent changes of the whole site, and the pages of operations on many articles."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import editing
from articles.admin.base import BaseAdmin
from articles.admin.history import revision_number
from articles.admin.restoring import change_authorization
from articles.admin.save_errors import SAVE_ERRORS
from articles.http import query_parameter
from articles.models import Article, Revision, RevisionKind, Tag
from articles.pagination import paginate
from articles.permissions import (
    can_delete_article,
    can_publish,
    can_restore_article,
    viewable_articles,
    viewable_revisions,
)
from articles.queries.recent_changes import (
    ChangeFilter,
    OperationPage,
    recent_operations,
    with_titles,
)
from articles.text import names

FILTERS = ("editor", "kind", "tag", "days")
# The periods that the filter offers, in days.
PERIODS = (1, 7, 30, 90, 365)
MAX_SUGGESTED_EDITORS = 100
REVISIONS_PER_PAGE = 100
# Articles of an operation that one request undoes.
MAX_UNDONE = 500
MAX_REPORTED = 10


def recent_changes(model_admin: BaseAdmin, request: HttpRequest) -> HttpResponse:
    """List the changes of all articles, newest first, an operation on many articles as one."""
    revisions = _viewable(model_admin, request)
    change_filter = requested_filter(request)
    page = recent_operations(change_filter.apply(revisions), revision_number(request, "after"))
    editors = User.objects.filter(is_staff=True, is_active=True).order_by("username")
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Recent changes"),
        "opts": model_admin.opts,
        "page": page,
        "can_undo": can_publish(request.user) and model_admin.has_change_permission(request),
        "filter": change_filter,
        "tag_text": query_parameter(request, "tag"),
        "kinds": RevisionKind.choices,
        "periods": [(days, _period(days)) for days in PERIODS],
        "editors": editors.values_list("username", flat=True)[:MAX_SUGGESTED_EDITORS],
        "first_query": urlencode(_filter_parameters(request)),
        "next_query": _next_query(request, page),
    }
    return TemplateResponse(request, "admin/articles/history/recent_changes.html", context)


def _viewable(model_admin: BaseAdmin, request: HttpRequest) -> QuerySet[Revision]:
    if not model_admin.has_view_or_change_permission(request):
        raise PermissionDenied
    return viewable_revisions(request.user)


def requested_filter(request: HttpRequest) -> ChangeFilter:
    """Return the filter of the query string. What no revision can have is ignored."""
    kind, tag = query_parameter(request, "kind"), query_parameter(request, "tag")
    days = revision_number(request, "days")
    return ChangeFilter(
        editor=query_parameter(request, "editor").strip(),
        kind=kind if kind in RevisionKind else "",
        tag=Tag.objects.resolve([tag]).get(names.fold(tag)) if tag.strip() else None,
        days=days if days in PERIODS else 0,
    )


def _period(days: int) -> str:
    return ngettext("last %(days)d day", "last %(days)d days", days) % {"days": days}


def _next_query(request: HttpRequest, page: OperationPage) -> str:
    if page.last is None:
        return ""
    return urlencode({**_filter_parameters(request), "after": page.last})


def _filter_parameters(request: HttpRequest) -> dict[str, Any]:
    return {name: value for name in FILTERS if (value := query_parameter(request, name))}


def operation_page(model_admin: BaseAdmin, request: HttpRequest, operation: UUID) -> HttpResponse:
    """List the articles that an operation changed."""
    revisions = _viewable(model_admin, request).filter(operation=operation)
    after = revision_number(request, "after")
    page = paginate(revisions.only("pk"), ("pk",), REVISIONS_PER_PAGE, (after,))
    rows = with_titles([revision.pk for revision in page.rows]).order_by("pk")
    if not rows:
        raise Http404
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Changes of one operation"),
        "opts": model_admin.opts,
        "operation": operation,
        "rows": rows,
        "first": rows[0],
        "count": revisions.count(),
        "next_query": urlencode({"after": page.rows[-1].pk}) if page.has_next else "",
        "can_undo": can_publish(request.user) and model_admin.has_change_permission(request),
    }
    return TemplateResponse(request, "admin/articles/history/operation.html", context)


def undo_operation(model_admin: BaseAdmin, request: HttpRequest, operation: UUID) -> HttpResponse:
    """Ask whether an operation is to be undone, or undo it."""
    revisions = _viewable(model_admin, request).filter(operation=operation)
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    count = revisions.count()
    if not count:
        raise Http404
    if request.method == "POST" and count <= MAX_UNDONE:
        return _undo_operation(model_admin, request, operation)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Undo this operation"),
        "opts": model_admin.opts,
        "operation": operation,
        "first": revisions.defer("body", "fields").order_by("pk")[0],
        "count": count,
        "max_undone": MAX_UNDONE,
    }
    return TemplateResponse(request, "admin/articles/history/undo_operation.html", context)


def _undo_operation(model_admin: BaseAdmin, request: HttpRequest, operation: UUID) -> HttpResponse:
    def authorize_restoring(article: Article) -> None:
        if not can_restore_article(request.user, article):
            raise PermissionDenied

    def authorize_deleting(article: Article) -> None:
        if not can_delete_article(request.user, article):
            raise PermissionDenied

    user: Any = request.user
    try:
        undone = editing.undo_operation(
            operation,
            user,
            editing.UndoPermissions(
                authorize=change_authorization(request),
                authorize_restoring=authorize_restoring,
                authorize_deleting=authorize_deleting,
                create_tags=user.has_perm("articles.add_tag"),
                viewable=viewable_revisions(user),
                viewable_articles=viewable_articles(user),
            ),
        )
    except SAVE_ERRORS as error:
        for text in model_admin.error_messages(request, error):
            model_admin.message_user(request, text, messages.ERROR)
        return HttpResponseRedirect(request.path)
    _report(model_admin, request, undone)
    return HttpResponseRedirect(reverse("admin:articles_article_recent_changes"))


def _report(model_admin: BaseAdmin, request: HttpRequest, undone: editing.UndoneOperation) -> None:
    """Tell the user how many articles were changed, and which could not be, with the reason."""
    count = len(undone.revisions) + len(undone.restored) + len(undone.trashed)
    message = ngettext("Undone in %(count)d article.", "Undone in %(count)d articles.", count)
    level = messages.SUCCESS if count else messages.INFO
    model_admin.message_user(request, message % {"count": count}, level)
    for article, changes in ((row.article, row.changes) for row in undone.restored if row.changes):
        text = _("Restored “%(title)s”: %(changes)s")
        values = {"title": article.title, "changes": " ".join(changes)}
        model_admin.message_user(request, text % values, messages.WARNING)
    for title, reason in undone.refusals[:MAX_REPORTED]:
        text = _("Not undone in “%(title)s”: %(reason)s")
        model_admin.message_user(
            request, text % {"title": title, "reason": reason}, messages.WARNING
        )
    more = len(undone.refusals) - MAX_REPORTED
    if more > 0:
        text = ngettext(
            "Not undone in %(count)d more article.", "Not undone in %(count)d more articles.", more
        )
        model_admin.message_user(request, text % {"count": more}, messages.WARNING)
