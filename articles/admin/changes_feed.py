"""The private Atom feed of recent changes: at a URL with a token instead of a login."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.syndication.views import Feed
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles import url_for
from articles.admin.base import BaseAdmin
from articles.models import Profile
from articles.permissions import viewable_revisions
from articles.queries.recent_changes import Operation, recent_operations


class ChangesFeed(Feed):  # type: ignore[type-arg]  # Feed is generic in its stubs only.
    """What the owner of a token would see as recent changes, in the language of the site."""

    feed_type = Atom1Feed
    author_name = settings.SITE_NAME

    def get_object(self, request: HttpRequest, token: str) -> User:
        profile = get_object_or_404(Profile.objects.select_related("user"), feed_token=token)
        user: User = profile.user
        if not (user.is_active and user.is_staff):
            raise Http404
        return user

    def title(self) -> str:
        return f"{settings.SITE_NAME}: {_('Recent changes')}"

    def link(self) -> str:
        return reverse("admin:articles_article_recent_changes")

    def items(self, user: User) -> list[Operation]:
        return recent_operations(viewable_revisions(user)).operations

    def item_title(self, operation: Operation) -> str:
        if operation.count > 1:
            articles = ngettext("%(count)d article", "%(count)d articles", operation.count)
            subject = articles % {"count": operation.count}
        else:
            subject = _printable(operation.revision.title)  # type: ignore[attr-defined]
        return f"{subject} · {operation.revision.get_kind_display()}"

    def item_description(self, operation: Operation) -> str:
        revision = operation.revision
        size = f"+{revision.words_added} −{revision.words_removed}"
        comment = _printable(revision.comment)
        return f"{comment} ({size})" if operation.count == 1 else comment

    def item_link(self, operation: Operation) -> str:
        revision = operation.revision
        if operation.count > 1 or not revision.article_id:
            return reverse("admin:articles_article_operation", args=[revision.operation])
        url = reverse("admin:articles_article_compare", args=[revision.article_id])
        return f"{url}?new={revision.number}"

    def item_guid(self, operation: Operation) -> str:
        return operation.revision.operation.urn

    def item_author_name(self, operation: Operation) -> str | None:
        return operation.revision.editor or None

    def item_pubdate(self, operation: Operation) -> datetime:
        return operation.revision.created

    def item_updateddate(self, operation: Operation) -> datetime:
        return operation.revision.created


def _printable(text: str) -> str:
    """Return `text` without control characters, which XML can't contain."""
    return "".join(filter(str.isprintable, text))


@never_cache
@require_safe
def changes_feed(request: HttpRequest, token: str) -> HttpResponse:
    with override(settings.LANGUAGE_CODE):
        return ChangesFeed()(request, token=token)


def feed_settings(model_admin: BaseAdmin, request: HttpRequest) -> HttpResponse:
    """Show the URL of the private feed; create a new one, or revoke it."""
    if not model_admin.has_view_or_change_permission(request):
        raise PermissionDenied
    user: Any = request.user.pk
    if request.method == "POST":
        if "revoke" in request.POST:
            Profile.objects.revoke_feed_token(user)
        else:
            Profile.objects.create_feed_token(user)
        return HttpResponseRedirect(request.path)
    profile = Profile.objects.filter(user=user).first()
    token = profile.feed_token if profile else None
    path = reverse("admin:articles_article_changes_feed", args=[token]) if token else ""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Private feed of recent changes"),
        "opts": model_admin.opts,
        "feed_url": f"{url_for.origin(request)}{path}" if path else "",
    }
    return TemplateResponse(request, "admin/articles/history/feed_settings.html", context)
