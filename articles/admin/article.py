"""The admin of articles: permissions, list, form, saving and deletion."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from articles import editing
from articles.admin import hidden_drafts, views, working_copies
from articles.admin.base import PRIMARY_KEY
from articles.admin.bulk_actions import BULK_ACTIONS
from articles.admin.changelist import ArticleChangeList, search_list
from articles.admin.checks import form_checks
from articles.admin.conflict_page import conflict_response, read_resolution
from articles.admin.deletion import article_deletion_list, deletion_summaries
from articles.admin.display import one_per_line, rendered_body
from articles.admin.edit_conflict import posted_revision
from articles.admin.filters import FILTERS
from articles.admin.form_admin import FormAdmin
from articles.admin.history import article_history
from articles.admin.history_urls import history_urls
from articles.admin.impact import lock_for_repair, preview_impact, repair_links
from articles.admin.import_pages import import_urls
from articles.admin.initial_data import initial_article_data
from articles.admin.js_messages import FormConfig
from articles.admin.profile import edit_profile
from articles.admin.publishing import draft_urls, form_context, save_form, saved_response
from articles.admin.save_errors import SaveError
from articles.admin.sharing import share
from articles.admin.side_panels import side_panels
from articles.admin.status import article_state
from articles.admin.trash import report_deletion, trash_urls
from articles.forms import AdminModelForm, ArticleForm
from articles.models import Article, Revision
from articles.permissions import (
    can_change_article,
    can_delete_article,
    viewable_articles,
    viewable_revisions,
)

Fieldsets = list[tuple[Any, dict[str, Any]]]

CHANGE_FIELDSETS: Fieldsets = [
    (None, {"fields": ["title", "summary", "body"]}),
    (_("Tags"), {"fields": ["tags"]}),
    (_("Language"), {"fields": ["language"]}),
    (_("Names"), {"fields": ["slug", "aliases", "former"]}),
    (_("Dates"), {"fields": ["publish_at", "expire_at"], "classes": ["collapse"]}),
    (
        _("More options"),
        {"fields": ["translation_of", "author", "featured"], "classes": ["collapse"]},
    ),
]
# The button to schedule the article has the date of its publication.
UNPUBLISHED_FIELDSETS: Fieldsets = [
    (name, {**options, "fields": [field for field in options["fields"] if field != "publish_at"]})
    for name, options in CHANGE_FIELDSETS
]
VIEW_FIELDSETS: Fieldsets = [
    (None, {"fields": ["title", "summary", "rendered_body"]}),
    (_("Status"), {"fields": ["status"]}),
    (_("Tags"), {"fields": ["tag_list"]}),
    (_("Names"), {"fields": ["slug", "alias_list", "former_name_list"]}),
    *CHANGE_FIELDSETS[4:],
    (_("Language"), {"fields": ["language"]}),
]
# The views that the form's JavaScript reads from: last part of the URL → view.
URLS: dict[str, Callable[[HttpRequest], JsonResponse]] = {
    "names": views.name_suggestions,
    "sections": views.section_suggestions,
    "tags": views.tag_suggestions,
    "slug": views.slug_suggestion,
    "preview": views.preview,
}


class ArticleAdmin(FormAdmin):
    form = ArticleForm
    list_display = ["title_column", "tag_column", "links_in", "links_out", "last_updated"]
    list_filter = FILTERS
    search_fields = ["title"]
    search_help_text = _("Search titles, aliases and texts, drafts included")
    ordering = ["-updated", "-pk"]
    sortable_by = ["title_column", "last_updated"]
    actions = BULK_ACTIONS
    fields_of_newest = frozenset({"publish_at", "expire_at", "publish_change_at"})

    # Permissions

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        """Return the articles that the user may read: any other one is a 404 here."""
        return viewable_articles(request.user).order_by(*self.ordering)

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        if obj is None:
            return super().has_change_permission(request)
        return can_change_article(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        if obj is None:
            return super().has_delete_permission(request)
        return can_delete_article(request.user, obj)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may run the actions that have the permission `publish`."""
        perms = ["articles.change_article", "articles.publish_article"]
        return bool(request.user.has_perms(perms))

    # List

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ArticleChangeList]:
        return ArticleChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Article], search_term: str
    ) -> tuple[QuerySet[Article], bool]:
        return search_list(request, queryset, search_term), False

    # The template of the list shows more than these. They are its columns, by which it is sorted.

    @admin.display(description=_("title"), ordering="sort_key")
    def title_column(self, article: Article) -> str:
        return article.title

    @admin.display(description=_("tags"))
    def tag_column(self, article: Any) -> str:
        return ""

    @admin.display(description=_("links in"))
    def links_in(self, article: Any) -> int:
        return 0

    @admin.display(description=_("links out"))
    def links_out(self, article: Any) -> int:
        return 0

    @admin.display(description=_("changed"), ordering="updated")
    def last_updated(self, article: Article) -> Any:
        return article.updated

    # Form

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Fieldsets:  # type: ignore[override]
        if obj and not self.has_change_permission(request, obj):
            return VIEW_FIELDSETS
        return CHANGE_FIELDSETS if obj and obj.is_due else UNPUBLISHED_FIELDSETS

    def get_form(
        self, request: HttpRequest, obj: Article | None = None, change: bool = False, **kwargs: Any
    ) -> type[AdminModelForm]:
        if self.get_fieldsets(request, obj) is UNPUBLISHED_FIELDSETS:
            # It has all fields, wherever the page shows them.
            kwargs["fields"] = ArticleForm.Meta.fields
        form = super().get_form(request, obj, change, **kwargs)
        form.restored = working_copies.restored_values(request, obj.pk if obj else None)
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return initial_article_data(request)

    def view_on_site(self, article: Article) -> str | None:
        return article.get_absolute_url() if article.is_public else None

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Article | None = None,
    ) -> HttpResponse:
        # Validation has assigned the posted values to `obj`; permissions depend on stored ones.
        stored = Article.objects.for_lists().get(pk=obj.pk) if obj and obj.pk else None
        context["adminform"].fieldsets = self.get_fieldsets(request, stored)
        main_fieldset, *side_fieldsets = context["adminform"]
        can_change = not stored or self.has_change_permission(request, stored)
        context |= {
            "main_fieldset": main_fieldset,
            "side_fieldsets": side_fieldsets,
            "can_change": can_change,
            "state": article_state(stored or Article()),
            **working_copies.form_context(request, stored),
            **(form_context(context["adminform"].form, stored) if can_change else {}),
            **(self._stored_context(request, stored) if stored else {}),
            "checks": form_checks(context["adminform"].form),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _stored_context(self, request: HttpRequest, article: Article) -> dict[str, Any]:
        return {
            **side_panels(request, article, can_add=self.has_add_permission(request)),
            "public_url": self.view_on_site(article),
            "deletion_summary": deletion_summaries([article])[0],
            "can_delete": self.has_delete_permission(request, article),
        }

    def form_config(self, request: HttpRequest) -> FormConfig:
        config = super().form_config(request)
        config["urls"] |= {name: self.url(name) for name in [*URLS, "stub"]}
        config["urls"] |= working_copies.urls(self)
        config["permissions"] = {
            "add": self.has_add_permission(request),
            "add_tag": request.user.has_perm("articles.add_tag"),
        }
        return config

    @admin.display(description=_("body"))
    def rendered_body(self, article: Article) -> SafeString:
        return rendered_body(article)

    @admin.display(description=_("tags"))
    def tag_list(self, article: Article) -> SafeString:
        return one_per_line(editing.tag_names(article))

    @admin.display(description=_("aliases"))
    def alias_list(self, article: Article) -> SafeString:
        return one_per_line(article.aliases)

    @admin.display(description=_("former names"))
    def former_name_list(self, article: Article) -> SafeString:
        return one_per_line(article.former)

    # Saving

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        user: Any = request.user
        request.saved = save_form(  # type: ignore[attr-defined]
            obj,
            form,
            user=user,
            base=posted_revision(request) if change else None,
            authorize=self._authorize(self.has_change_permission, request),
            create_tags=user.has_perm("articles.add_tag"),
        )

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Article:
        lock_for_repair(form)
        article: Article = super().save_form(request, form, change)
        return article

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        repair_links(self, request, form)
        super().save_related(request, form, formsets, change)

    def response_add(
        self, request: HttpRequest, obj: Article, post_url_continue: str | None = None
    ) -> HttpResponse:
        return saved_response(self, request, obj)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        return saved_response(self, request, obj)

    def _authorize(
        self, has_permission: Callable[[HttpRequest, Article], bool], request: HttpRequest
    ) -> Callable[[Article], None]:
        def authorize(stored: Article) -> None:
            if not has_permission(request, stored):
                raise PermissionDenied

        return authorize

    def base_to_display(self, request: HttpRequest, object_id: str | None) -> int | str:
        pk = object_id if object_id and PRIMARY_KEY.fullmatch(object_id) else None
        copy = working_copies.copy_to_restore(request, int(pk) if pk else None)
        return copy.base if copy else super().base_to_display(request, object_id)

    def current_base(self, pk: int) -> int:
        newest = Revision.objects.newest(pk).first()
        return newest.number if newest else 0

    def first_base(self, pk: int) -> int:
        return 1

    def posted_base(self, request: HttpRequest) -> int:
        return posted_revision(request)

    def base_values(self, request: HttpRequest, obj: Article) -> dict[str, Any]:
        revisions = viewable_revisions(request.user).filter(article=obj.pk)
        revisions = revisions.filter(number=posted_revision(request))
        return next(({**base.fields, "body": base.body} for base in revisions), {})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        response = read_resolution(self, request, object_id) if object_id else None
        return response or super().changeform_view(request, object_id, form_url, extra_context)

    def refusal(self, request: HttpRequest, object_id: str | None) -> HttpResponse | None:
        refusal = super().refusal(request, object_id)
        if refusal and object_id and hidden_drafts.has_hidden_draft(request.user, object_id):
            return hidden_drafts.refused_form(self, request, int(object_id))
        return refusal

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """Redirect to the user's draft of an article that is hidden from the user."""
        if hidden_drafts.has_hidden_draft(request.user, object_id):
            query = request.GET.urlencode()
            url = hidden_drafts.draft_url(object_id)
            return redirect(f"{url}?{query}" if query else url)
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[misc,no-any-return]

    def conflict_response(
        self, request: HttpRequest, error: SaveError, object_id: str
    ) -> HttpResponse | None:
        if isinstance(error, editing.EditConflict):
            return conflict_response(self, request, object_id)
        return None

    # History

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not PRIMARY_KEY.fullmatch(object_id):
            raise Http404
        return require_safe(partial(article_history, self))(request, int(object_id))

    # Deletion

    def delete_model(self, request: HttpRequest, obj: Article) -> None:
        self.delete_queryset(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: Iterable[Article]) -> None:
        user: Any = request.user
        authorize = self._authorize(self.has_delete_permission, request)
        report_deletion(self, request, editing.delete(queryset, user, authorize))

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        """Redirect to the list. `delete_queryset` has reported the deletion."""
        return redirect("admin:articles_article_changelist")

    def get_deleted_objects(
        self, objs: Sequence[Article] | QuerySet[Article], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Return each article with its numbers of revisions and incoming links."""
        articles = list(objs)
        perms_needed = {
            str(self.opts.verbose_name)
            for article in articles
            if not self.has_delete_permission(request, article)
        }
        model_count = {str(self.opts.verbose_name_plural): len(articles)}
        return article_deletion_list(articles), model_count, perms_needed, []

    # URLs

    def _impact_url(self) -> URLPattern:
        view = self.admin_site.admin_view(require_POST(partial(preview_impact, self)))
        return path("<int:pk>/impact/", view, name="articles_article_impact")

    def get_urls(self) -> list[URLPattern]:
        wanted_articles = partial(views.wanted_articles, self)
        create_stub = require_POST(partial(views.create_stub, self))
        return [
            *(self.view_path(name, view, self.has_form_permission) for name, view in URLS.items()),
            *working_copies.url_patterns(self),
            self.view_path("wanted", wanted_articles, self.has_view_or_change_permission),
            self.view_path("profile", partial(edit_profile, self), lambda _request: True),
            self.view_path("stub", create_stub, self.has_add_permission),
            path(
                "<int:pk>/share/",
                self.admin_site.admin_view(partial(share, self)),
                name="articles_article_share",
            ),
            *history_urls(self),
            *trash_urls(self),
            *import_urls(self),
            *draft_urls(self),
            self._impact_url(),
            path(
                "<int:pk>/draft/",
                self.admin_site.admin_view(partial(hidden_drafts.hidden_draft, self)),
                name="articles_article_hidden_draft",
            ),
            *super().get_urls(),
        ]
