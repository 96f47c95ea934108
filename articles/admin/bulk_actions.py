"""The actions on selected articles: a page that shows what each would change, then the change as
one operation, and a message with which it can be undone."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from articles import editing
from articles.admin import bulk_changes
from articles.admin.base import BaseAdmin
from articles.admin.bulk_changes import BulkChange, Plan, TagsForm
from articles.admin.recent_changes import MAX_UNDONE
from articles.models import Article
from articles.permissions import AnyUser, can_delete_article, can_save_article
from articles.queries import statistics

# Articles of one action: as many as can be undone by one request.
MAX_ARTICLES = MAX_UNDONE
MAX_SUGGESTED_TAGS = 300
TEMPLATE = "admin/articles/bulk/confirm.html"

# Changes articles as a user, with tags if the action has any. Returns those that changed.
Run = Callable[..., Sequence[Any]]


@dataclass(frozen=True, kw_only=True)
class BulkAction:
    """An action on selected articles, in the form that Django expects of actions.

    `label` is that of its button in the list, `confirm` that of the button on the page which shows
    what it would do. `allowed_permissions` are those of the list, which Django checks; each
    article is checked by `may_change`: an action changes what readers see, and no draft.
    """

    name: str
    label: Promise
    title: Promise
    confirm: Any
    done: Any
    plan: Plan
    run: Run
    may_change: Callable[[AnyUser, Article], bool] = can_save_article
    allowed_permissions: tuple[str, ...] = ("change",)
    has_tags: bool = False
    creates_tags: bool = False
    is_destructive: bool = False
    # Templates read it as an object, although it can be called.
    do_not_call_in_templates = True

    @property
    def __name__(self) -> str:
        return self.name

    @property
    def short_description(self) -> Promise:
        return self.label

    def __call__(
        self, model_admin: BaseAdmin, request: HttpRequest, queryset: QuerySet[Article]
    ) -> HttpResponse | None:
        """Show what the action would change, or if that has been confirmed, change it."""
        articles = list(queryset.defer("body", "html", "text", "toc")[: MAX_ARTICLES + 1])
        if len(articles) > MAX_ARTICLES:
            text = gettext("Select at most %(count)d articles.") % {"count": MAX_ARTICLES}
            model_admin.message_user(request, text, messages.WARNING)
            return None
        form = self._form(request)
        changes = self._changes(request, articles, form)
        if self._is_confirmed(request, form):
            listed = set(request.POST.get("listed", "").split(","))
            self._apply(model_admin, request, _changed(changes, listed), form)
            return None
        return self._confirmation(model_admin, request, changes, form)

    def _form(self, request: HttpRequest) -> TagsForm | None:
        if not self.has_tags:
            return None
        can_create = self.creates_tags and request.user.has_perm("articles.add_tag")
        posted = request.POST if "tags" in request.POST else None
        return TagsForm(posted, must_exist=not can_create)

    def _changes(
        self,
        request: HttpRequest,
        articles: Sequence[Article],
        form: TagsForm | None,
    ) -> list[BulkChange]:
        refusal = gettext("You may not change this article.")
        return [
            change
            if self.may_change(request.user, change.article)
            else change._replace(refusal=refusal)
            for change in self.plan(articles, _tags(form))
        ]

    def _is_confirmed(self, request: HttpRequest, form: TagsForm | None) -> bool:
        """Whether what is posted is what the user has been shown."""
        if "confirmed" not in request.POST:
            return False
        return form is None or (
            form.is_valid() and request.POST.get("listed_tags") == form["tags"].value()
        )

    def _confirmation(
        self,
        model_admin: BaseAdmin,
        request: HttpRequest,
        changes: Sequence[BulkChange],
        form: TagsForm | None,
    ) -> HttpResponse:
        changed = [row for row in changes if not row.refusal]
        ready = form is None or form.is_valid()
        context = {
            **model_admin.admin_site.each_context(request),
            "title": self.title,
            "opts": model_admin.opts,
            "action": self,
            "form": form,
            "is_ready": ready,
            "changed": changed,
            # One field: Django limits their number.
            "listed": ",".join(str(row.article.pk) for row in changed) if ready else "",
            "refused": [row for row in changes if row.refusal],
            "button": _counted(self.confirm, len(changed)) if ready and changed else "",
            "tag_names": _suggested_tags() if form else [],
            "checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, TEMPLATE, context)

    def _apply(
        self,
        model_admin: BaseAdmin,
        request: HttpRequest,
        articles: Sequence[Article],
        form: TagsForm | None,
    ) -> None:

        def authorize(stored: Article) -> None:
            if not self.may_change(request.user, stored):
                raise PermissionDenied

        arguments: dict[str, Any] = {"authorize": authorize, "operation": uuid4()}
        if self.creates_tags:
            arguments["create_tags"] = request.user.has_perm("articles.add_tag")
        tags = (_tags(form),) if self.has_tags else ()
        changed = self.run(articles, *tags, request.user, **arguments)
        LogEntry.objects.log_actions(request.user.pk, changed, CHANGE, str(self.title))  # type: ignore[arg-type]
        context = {
            "text": _counted(self.done, len(changed)),
            "operation": arguments["operation"] if changed else None,
        }
        message = render_to_string("admin/articles/bulk/done.html", context, request)
        level = messages.SUCCESS if changed else messages.INFO
        model_admin.message_user(request, message, level)


class DeletionAction(BulkAction):
    """The deletion, which the admin itself logs and reports."""

    def _apply(
        self,
        model_admin: BaseAdmin,
        request: HttpRequest,
        articles: Sequence[Article],
        form: TagsForm | None,
    ) -> None:
        rows: Any = articles
        model_admin.log_deletions(request, rows)
        model_admin.delete_queryset(request, rows)


def _changed(changes: Sequence[BulkChange], listed: Collection[str]) -> list[Article]:
    """Return the articles that the action changes, of those that the user was shown as such."""
    return [row.article for row in changes if not row.refusal and str(row.article.pk) in listed]


def _tags(form: TagsForm | None) -> list[str]:
    return form.cleaned_data["tags"] if form and form.is_valid() else []


def _counted(message: Any, count: int) -> str:
    return str(message % {"count": count})


def _suggested_tags() -> list[str]:
    most_used, _more = statistics.most_used_tags(MAX_SUGGESTED_TAGS)
    return sorted(tag.name for tag in most_used)


BULK_ACTIONS = (
    BulkAction(
        name="publish",
        label=_("Publish…"),
        title=_("Publish articles"),
        confirm=ngettext_lazy("Publish %(count)d article", "Publish %(count)d articles", "count"),
        done=ngettext_lazy(
            "%(count)d article published.", "%(count)d articles published.", "count"
        ),
        plan=bulk_changes.plan_publication,
        run=editing.publish,
        allowed_permissions=("publish",),
    ),
    BulkAction(
        name="unpublish",
        label=_("Unpublish…"),
        title=_("Unpublish articles"),
        confirm=ngettext_lazy(
            "Unpublish %(count)d article", "Unpublish %(count)d articles", "count"
        ),
        done=ngettext_lazy(
            "%(count)d article unpublished.", "%(count)d articles unpublished.", "count"
        ),
        plan=bulk_changes.plan_unpublishing,
        run=editing.unpublish,
        allowed_permissions=("publish",),
    ),
    BulkAction(
        name="archive",
        label=_("Archive…"),
        title=_("Archive articles"),
        confirm=ngettext_lazy("Archive %(count)d article", "Archive %(count)d articles", "count"),
        done=ngettext_lazy("%(count)d article archived.", "%(count)d articles archived.", "count"),
        plan=bulk_changes.plan_archiving,
        run=editing.archive,
        allowed_permissions=("publish",),
    ),
    BulkAction(
        name="add_tags",
        label=_("Add tags…"),
        title=_("Add tags to articles"),
        confirm=ngettext_lazy(
            "Add tags to %(count)d article", "Add tags to %(count)d articles", "count"
        ),
        done=ngettext_lazy(
            "Tags added to %(count)d article.", "Tags added to %(count)d articles.", "count"
        ),
        plan=bulk_changes.plan_added_tags,
        run=editing.add_tags,
        has_tags=True,
        creates_tags=True,
    ),
    BulkAction(
        name="remove_tags",
        label=_("Remove tags…"),
        title=_("Remove tags from articles"),
        confirm=ngettext_lazy(
            "Remove tags from %(count)d article", "Remove tags from %(count)d articles", "count"
        ),
        done=ngettext_lazy(
            "Tags removed from %(count)d article.",
            "Tags removed from %(count)d articles.",
            "count",
        ),
        plan=bulk_changes.plan_removed_tags,
        run=editing.remove_tags,
        has_tags=True,
    ),
    DeletionAction(
        # The name of Django's own action, which it replaces.
        name="delete_selected",
        label=_("Delete…"),
        title=_("Delete articles"),
        confirm=ngettext_lazy(
            "Move %(count)d article to the trash",
            "Move %(count)d articles to the trash",
            "count",
        ),
        done="",
        plan=bulk_changes.plan_deletion,
        run=editing.delete,
        may_change=can_delete_article,
        allowed_permissions=("delete",),
        is_destructive=True,
    ),
)
