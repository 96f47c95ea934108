"""Actions of the list of articles: publish and unpublish."""

from collections.abc import Sequence

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles import editing
from articles.models import Article


@admin.action(description=_("Publish selected articles"), permissions=["publish"])
def publish(
    modeladmin: "admin.ModelAdmin[Article]", request: HttpRequest, queryset: QuerySet[Article]
) -> None:
    articles = editing.publish(queryset, request.user)  # type: ignore[arg-type]
    _log(modeladmin, request, articles)
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
    articles = editing.unpublish(queryset, request.user)  # type: ignore[arg-type]
    _log(modeladmin, request, articles)
    modeladmin.message_user(
        request,
        ngettext(
            "%(count)d article unpublished.", "%(count)d articles unpublished.", len(articles)
        )
        % {"count": len(articles)},
        messages.SUCCESS if articles else messages.INFO,
    )


def _log(
    modeladmin: "admin.ModelAdmin[Article]", request: HttpRequest, changed: Sequence[Article]
) -> None:
    for article in changed:
        modeladmin.log_change(request, article, [{"changed": {"fields": [gettext("status")]}}])
