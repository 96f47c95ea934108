"""The trash: its list, restoring articles from it, and deleting them permanently."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from articles import editing
from articles.admin.base import PRIMARY_KEY
from articles.admin.form_admin import FormAdmin
from articles.admin.save_errors import SAVE_ERRORS
from articles.models import Article, TrashedArticle
from articles.permissions import can_restore_article, restorable_articles, viewable_articles

ARTICLES_PER_PAGE = 50
LIST = "admin:articles_article_trash"


def trash_urls(model_admin: FormAdmin) -> list[URLPattern]:
    views = {
        "trash": require_safe(partial(trash, model_admin)),
        "restore_from_trash": require_POST(partial(restore, model_admin)),
        "empty_trash": require_POST(partial(empty, model_admin)),
    }
    permission = model_admin.has_view_or_change_permission
    return [model_admin.view_path(name, view, permission) for name, view in views.items()]


def trash(model_admin: FormAdmin, request: HttpRequest) -> HttpResponse:
    """List the deleted articles that the user may restore, the last deleted first."""
    rows = restorable_articles(request.user)
    page = Paginator(rows, ARTICLES_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **_page_context(model_admin, request, _("Trash")),
        "page": page,
        "total": page.paginator.count,
    }
    return TemplateResponse(request, "admin/articles/trash/trash.html", context)


def _page_context(model_admin: FormAdmin, request: HttpRequest, title: str) -> dict[str, Any]:
    return {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "can_empty": can_empty(request),
    }


def can_empty(request: HttpRequest) -> bool:
    return request.user.has_perm("articles.empty_trash")


def restore(model_admin: FormAdmin, request: HttpRequest) -> HttpResponse:
    """Restore the selected articles, or all that one operation deleted."""

    def authorize(article: Article) -> None:
        if not can_restore_article(request.user, article):
            raise PermissionDenied

    user: Any = request.user
    try:
        restored = editing.restore_from_trash(
            _selected(request), user, authorize, viewable=viewable_articles(user)
        )
    except SAVE_ERRORS as error:
        for message in model_admin.error_messages(request, error):
            model_admin.message_user(request, message, messages.ERROR)
        return HttpResponseRedirect(reverse(LIST))
    for row in restored:
        model_admin.log_change(request, row.article, _("Restored from the trash."))
    _report(model_admin, request, restored)
    return HttpResponseRedirect(reverse("admin:articles_article_changelist"))


def _selected(request: HttpRequest) -> QuerySet[TrashedArticle]:
    """Return the articles that the posted form names: one by its button, those of an operation,
    or the selected ones."""
    rows = restorable_articles(request.user)
    if operation := request.POST.get("operation"):
        return rows.filter(operation=operation) if _is_uuid(operation) else rows.none()
    keys = [request.POST["only"]] if "only" in request.POST else request.POST.getlist("selected")
    return rows.filter(pk__in=filter(PRIMARY_KEY.fullmatch, keys))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _report(
    model_admin: FormAdmin, request: HttpRequest, restored: Sequence[editing.RestoredArticle]
) -> None:
    """Tell the user which articles are back, and what had to be changed."""
    for row in restored[:ARTICLES_PER_PAGE]:
        sentence = format_html(_("“{}” was restored."), _form_link(row.article))
        level = messages.WARNING if row.changes else messages.SUCCESS
        message = format_html("{} {}", sentence, " ".join(row.changes))
        model_admin.message_user(request, message, level)
    if not restored:
        model_admin.message_user(request, _("Nothing was restored."), messages.INFO)
    elif len(restored) > ARTICLES_PER_PAGE:
        summary = _("%(count)d articles were restored.") % {"count": len(restored)}
        model_admin.message_user(request, summary, messages.SUCCESS)


def _form_link(article: Article) -> SafeString:
    url = reverse("admin:articles_article_change", args=[article.pk])
    return format_html('<a href="{}" dir="auto">{}</a>', url, article.title)


def empty(model_admin: FormAdmin, request: HttpRequest) -> HttpResponse:
    """Ask whether the selected articles are to be deleted permanently, or all; or delete them."""
    if not can_empty(request):
        raise PermissionDenied
    rows = TrashedArticle.objects.all() if "all" in request.POST else _selected(request)
    if "confirmed" in request.POST:
        count = editing.empty_trash(rows)
        message = ngettext(
            "%(count)d article was deleted permanently.",
            "%(count)d articles were deleted permanently.",
            count,
        )
        model_admin.message_user(request, message % {"count": count}, messages.SUCCESS)
        return HttpResponseRedirect(reverse(LIST))
    context = {
        **_page_context(model_admin, request, _("Delete permanently")),
        "articles": rows[:ARTICLES_PER_PAGE],
        "total": rows.count(),
        "all": "all" in request.POST,
    }
    return TemplateResponse(request, "admin/articles/trash/empty.html", context)


def report_deletion(
    model_admin: FormAdmin, request: HttpRequest, trashed: Sequence[TrashedArticle]
) -> None:
    """Tell the user that articles are in the trash now, with a button that undoes it."""
    if trashed:
        context = {"articles": trashed, "operation": trashed[0].operation}
        message = render_to_string("admin/articles/trash/deleted.html", context, request)
        model_admin.message_user(request, message, messages.SUCCESS)
