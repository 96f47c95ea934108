"""Pages that show what restoring a revision or undoing a change does, and then do it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import editing
from articles.admin.base import BaseAdmin
from articles.admin.comparison import differences
from articles.admin.edit_conflict import posted_revision
from articles.admin.history import article_revisions, page_context, stored_article
from articles.admin.save_errors import SAVE_ERRORS
from articles.models import Article, Revision, Status
from articles.models.revision import complete, snapshot
from articles.permissions import can_change_article, can_save_article


def restore(model_admin: BaseAdmin, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Ask whether a revision is to be restored, or restore it.

    The posted form carries the number of the newest revision, so that nothing that was saved since
    is overwritten.
    """
    article, revision = _checked(model_admin, request, pk, number)
    can_restore = can_save_article(request.user, article)
    if request.method == "POST":
        as_draft = article.status == Status.PUBLISHED and (
            "_draft" in request.POST or not can_restore
        )
        base = posted_revision(request)
        run = partial(editing.restore, revision, as_draft=as_draft, base=base)
        message = _("Revision %(number)d is restored.") % {"number": number}
        if as_draft:
            message += " " + _("It is a draft: readers see the article as before.")
        return _run(model_admin, request, article, run, message, as_draft=as_draft)
    context = {
        **page_context(model_admin, request, article, _("Restore revision %d") % number),
        "revision": revision,
        "base_revision": model_admin.current_base(pk),
        "can_restore": can_restore,
        "can_restore_as_draft": article.status == Status.PUBLISHED,
        **_restored_differences(revision),
    }
    return TemplateResponse(request, "admin/articles/history/restore.html", context)


def undo(model_admin: BaseAdmin, request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show what undoing a change would do, or why it can't be undone; or undo it."""
    article, revision = _checked(model_admin, request, pk, number)
    if not can_save_article(request.user, article):
        raise PermissionDenied
    if request.method == "POST":
        message = _("Revision %(number)d is undone.") % {"number": number}
        return _run(model_admin, request, article, partial(editing.undo, revision), message)
    context = {
        **page_context(model_admin, request, article, _("Undo revision %d") % number),
        "revision": revision,
        **_reversal(revision),
    }
    return TemplateResponse(request, "admin/articles/history/undo.html", context)


def _restored_differences(revision: Revision) -> dict[str, Any]:
    """Return what restoring `revision` would change."""
    stored = _stored_state(Article.objects.get(pk=revision.article_id))
    preserved = {name: stored[name] for name in editing.PRESERVED}
    return differences(stored, {**complete(revision.fields), "body": revision.body, **preserved})


def _reversal(revision: Revision) -> dict[str, Any]:
    """Return what undoing `revision` would change, or the reason why it can't be undone."""
    article = Article.objects.get(pk=revision.article_id)
    stored = _stored_state(article)
    try:
        tags = editing.reverse_change(article, revision)
    except editing.UndoConflict as error:
        return {"refusal": " ".join(error.messages)}
    return differences(stored, {**snapshot(article, tags), "body": article.body})


def _stored_state(article: Article) -> dict[str, Any]:
    return {**snapshot(article, editing.tag_names(article)), "body": article.body}


def change_authorization(
    request: HttpRequest, *, as_draft: bool = False
) -> Callable[[Article], None]:
    """Return a function for `editing` that raises PermissionDenied if the user may not change an
    article, or, unless it is changed `as_draft`, what readers see of it."""

    has_permission = can_change_article if as_draft else can_save_article

    def authorize(article: Article) -> None:
        if not has_permission(request.user, article):
            raise PermissionDenied

    return authorize


def _checked(
    model_admin: BaseAdmin, request: HttpRequest, pk: int, number: int
) -> tuple[Article, Revision]:
    """Return an article that the user may change, and a revision of it."""
    article = stored_article(pk)
    if not model_admin.has_change_permission(request, article):
        raise PermissionDenied
    return article, get_object_or_404(article_revisions(request, pk), number=number)


def _run(
    model_admin: BaseAdmin,
    request: HttpRequest,
    article: Article,
    run: Callable[..., Revision | None],
    message: str,
    *,
    as_draft: bool = False,
) -> HttpResponse:
    """Call a function of `editing`, and redirect to the history with its result, or to the same
    page with its error."""
    user: Any = request.user
    try:
        revision = run(
            user=user,
            authorize=change_authorization(request, as_draft=as_draft),
            create_tags=user.has_perm("articles.add_tag"),
        )
    except SAVE_ERRORS as error:
        for text in model_admin.error_messages(request, error):
            model_admin.message_user(request, text, messages.ERROR)
        return HttpResponseRedirect(request.path)
    if revision is None:
        message = _("The article has the state of this revision already.")
    else:
        model_admin.log_change(request, article, message)
    level = messages.SUCCESS if revision else messages.INFO
    model_admin.message_user(request, message, level)
    return HttpResponseRedirect(reverse("admin:articles_article_history", args=[article.pk]))
