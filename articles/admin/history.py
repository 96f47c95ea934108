"""The history of an article: the list of its revisions, and each as the site would show it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from articles.admin.base import BaseAdmin
from articles.admin.display import article_page_context
from articles.http import query_parameter
from articles.models import Article, Revision, RevisionKind
from articles.permissions import can_save_article, viewable_revisions
from articles.queries.revisions import history_page, live_number

MAX_DIGITS = 9


def article_revisions(request: HttpRequest, article: int) -> QuerySet[Revision]:
    """Return the revisions of an article that the user may see. Raise PermissionDenied if there
    are revisions, and none of them is visible to the user."""
    revisions = viewable_revisions(request.user).filter(article=article)
    if not revisions.exists() and Revision.objects.filter(article=article).exists():
        raise PermissionDenied
    return revisions


def revision_number(request: HttpRequest, name: str) -> int:
    """Return the number in a parameter of the query string, 0 without a valid one."""
    text = query_parameter(request, name)[:MAX_DIGITS]
    return int(text) if text.isascii() and text.isdigit() else 0


def stored_article(pk: int) -> Article:
    article: Article = get_object_or_404(Article.objects.for_lists(), pk=pk)
    return article


def page_context(
    model_admin: BaseAdmin, request: HttpRequest, article: Article, title: str
) -> dict[str, Any]:
    """Return what the templates of all pages about the history of an article need."""
    return {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "subtitle": article.title,
        "opts": model_admin.opts,
        "article": article,
        "can_change": model_admin.has_change_permission(request, article),
        "can_undo": can_save_article(request.user, article),
        "live_number": live_number(article.pk),
    }


def article_history(model_admin: BaseAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """List the revisions of an article, newest first."""
    article = stored_article(pk)
    revisions = article_revisions(request, pk)
    page = history_page(revisions, revision_number(request, "below"))
    context = {
        **page_context(model_admin, request, article, _("History")),
        "page": page,
        "untouched_since": _untouched_since(page.revisions) if page.newer is None else None,
    }
    return TemplateResponse(request, "admin/articles/history/history.html", context)


def _untouched_since(revisions: list[Revision]) -> Any:
    """Return when the article was loaded, if it has been changed by no user since."""
    newest = next((row for row in revisions if not row.is_draft), None)
    return newest.created if newest and newest.kind == RevisionKind.LOADED else None


def revision_page(
    model_admin: BaseAdmin, request: HttpRequest, pk: int, number: int
) -> HttpResponse:
    """Show a revision with the template of the site, and with the links as they lead today."""
    revision = get_object_or_404(article_revisions(request, pk), number=number)
    stored = stored_article(pk)
    article = revision.as_article()
    article.created = stored.created
    context = {
        **article_page_context(article, revision.tag_names),
        "stored": stored,
        "revision": revision,
        "live_number": live_number(pk),
        "can_change": model_admin.has_change_permission(request, stored),
    }
    return render(request, "admin/articles/history/revision.html", context)
