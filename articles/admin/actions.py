"""Actions of the list of articles: publish and unpublish."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles import editing
from articles.models import Article, Status


@admin.action(description=_("Publish selected articles"), permissions=["publish"])
def publish(
    modeladmin: "admin.ModelAdmin[Article]", request: HttpRequest, queryset: QuerySet[Article]
) -> None:
    articles = _set_status(modeladmin, request, queryset, Status.PUBLISHED, editing.publish)
    modeladmin.message_user(
        request,
        ngettext("%(count)d article published.", "%(count)d articles published.", len(articles))
        % {"count": len(articles)},
        messages.SUCCESS if articles else messages.INFO,
    )
    if hidden := sum(not article.is_public for article in articles):
        modeladmin.message_user(
            request,
            ngettext(
                "%(count)d of them is not visible to readers because of its dates.",
                "%(count)d of them are not visible to readers because of their dates.",
                hidden,
            )
            % {"count": hidden},
            messages.WARNING,
        )


@admin.action(description=_("Unpublish selected articles"), permissions=["publish"])
def unpublish(
    modeladmin: "admin.ModelAdmin[Article]", request: HttpRequest, queryset: QuerySet[Article]
) -> None:
    articles = _set_status(modeladmin, request, queryset, Status.DRAFT, editing.unpublish)
    modeladmin.message_user(
        request,
        ngettext(
            "%(count)d article unpublished.", "%(count)d articles unpublished.", len(articles)
        )
        % {"count": len(articles)},
        messages.SUCCESS if articles else messages.INFO,
    )


def _set_status(
    modeladmin: "admin.ModelAdmin[Article]",
    request: HttpRequest,
    selected: QuerySet[Article],
    status: Status,
    save: Callable[[Iterable[Article], Any], int],
) -> list[Article]:
    """Call `save` with the selected articles of another status, and return these articles."""
    keys = selected.values_list("pk", flat=True)
    articles = Article.objects.filter(pk__in=list(keys)).defer("html", "text", "toc")
    changed = [article for article in articles if article.status != status]
    save(changed, request.user)
    for article in changed:
        modeladmin.log_change(request, article, [{"changed": {"fields": [gettext("status")]}}])
    return changed
