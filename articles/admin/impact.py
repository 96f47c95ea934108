"""The notice about links that saving a form would break, while it is filled in; and the repair."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import ngettext

from articles import editing
from articles.admin.form_admin import FormAdmin
from articles.impact_notice import impact_of, notice
from articles.models import Article
from articles.permissions import can_save_article


def preview_impact(model_admin: FormAdmin, request: HttpRequest, pk: int) -> JsonResponse:
    """Return the notice for the posted form as HTML, empty if links and URLs stay the same."""
    article = get_object_or_404(model_admin.get_queryset(request), pk=pk)
    if not model_admin.has_change_permission(request, article):
        raise PermissionDenied
    form = model_admin.get_form(request, article, change=True)(request.POST, instance=article)
    form.full_clean()
    impact = impact_of(form.instance, request.user)
    return JsonResponse({"html": notice(impact, form.instance) if impact else ""})


def lock_for_repair(form: Any) -> None:
    """Lock the articles that `repair_links` will change, before the form is saved."""
    if form.link_repairs:
        editing.lock_linking_articles(form.instance, form.link_repairs.keys())


def repair_links(model_admin: FormAdmin, request: HttpRequest, form: Any) -> None:
    """Change the links to sections that the saved form has renamed, as the user has answered."""
    if not form.link_repairs:
        return
    user: Any = request.user

    def may_change(source: Article) -> bool:
        return can_save_article(user, source)

    changed = editing.repair_section_links(form.instance, form.link_repairs, user, may_change)
    message = ngettext(
        "Links in %(count)d other article were changed.",
        "Links in %(count)d other articles were changed.",
        len(changed),
    )
    model_admin.message_user(request, message % {"count": len(changed)}, messages.SUCCESS)
