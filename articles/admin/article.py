"""The desk of articles: list, form, and who may do what."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.forms import Script
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from articles import editing
from articles.admin import views
from articles.admin.base import Desk
from articles.admin.changelist import LanguageFilter, LinksFilter, Listing, TagFilter
from articles.admin.display import consequences, lines, losses, overtaken, read
from articles.admin.links import links, wanted
from articles.admin.status import SENTENCES, FormConfig, state, visibility
from articles.admin.translations import TranslationsFilter, begun, panel
from articles.forms import ArticleForm
from articles.models import Article, Revision, Status
from articles.models.fields import site_language

Fieldsets = list[tuple[Any, dict[str, Any]]]

WRITING: Fieldsets = [
    (None, {"fields": ["title", "summary", "body"]}),
    (_("Status"), {"fields": ["status"]}),
    (_("Tags"), {"fields": ["tags"]}),
    (_("Names"), {"fields": ["slug", "aliases", "former"]}),
    (_("Dates"), {"fields": ["publish_at", "expire_at"], "classes": ["collapse"]}),
    (
        _("Further"),
        {"fields": ["language", "translation_of", "author", "featured"], "classes": ["collapse"]},
    ),
]
READING: Fieldsets = [
    (None, {"fields": ["title", "summary", "shown_body"]}),
    (_("Status"), {"fields": ["status"]}),
    (_("Tags"), {"fields": ["shown_tags"]}),
    (_("Names"), {"fields": ["slug", "shown_aliases", "shown_former"]}),
    *WRITING[4:],
]
# What is given back where it can't be saved.
TYPED = ("title", "summary", "body", "tags", "aliases", "former")
QUESTIONS: dict[str, Callable[[HttpRequest], JsonResponse]] = {
    "names": views.names,
    "sections": views.sections,
    "tags": views.tags,
    "slug": views.slug,
    "preview": views.preview,
}


class ArticleAdmin(Desk):
    form = ArticleForm
    list_display = ["title", "state", "listed_tags", "links_in", "links_out", "changed"]
    list_filter = ["status", LinksFilter, TagFilter, LanguageFilter, TranslationsFilter]
    search_fields = ["title"]
    search_help_text = _("Any name: title, address, alias, former name.")
    ordering = ["-updated", "-pk"]
    sortable_by = ["changed"]
    actions = ["publish", "unpublish"]

    class Media:
        js = [Script("articles/js/admin/article-form.js", type="module")]

    # Who may do what

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """Without `publish_article` nobody changes what readers see, will see, or saw."""
        return super().has_change_permission(request, obj) and self._may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self._may_touch(request, obj)

    def _may_touch(self, request: HttpRequest, article: Article | None) -> bool:
        free = article is None or article.status in (Status.DRAFT, Status.REVIEW)
        return free or request.user.has_perm("articles.publish_article")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        may = request.user.has_perms(["articles.change_article", "articles.publish_article"])
        return bool(may)

    def may_ask(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) or self.has_view_or_change_permission(request)

    # The list

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Listing]:
        return Listing

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Article], bool]:
        return (queryset.named(search_term) if search_term else queryset), False

    @admin.display(description=_("status"))
    def state(self, article: Article) -> str:
        return state(article)

    @admin.display(description=_("tags"))
    def listed_tags(self, article: Any) -> str:
        return gettext(", ").join(article.tag_names)

    @admin.display(description=_("links in"))
    def links_in(self, article: Any) -> int:
        number: int = article.links_in
        return number

    @admin.display(description=_("links out"))
    def links_out(self, article: Any) -> int:
        number: int = article.links_out
        return number

    @admin.display(description=_("updated"), ordering="updated")
    def changed(self, article: Article) -> Any:
        return article.updated

    @admin.action(description=_("Publish the selected articles"), permissions=["publish"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        changed = self._move(request, queryset, Status.PUBLISHED, editing.publish)
        hidden = sum(not article.is_public for article in changed)
        self.message_user(
            request,
            ngettext("%(count)d article published.", "%(count)d articles published.", len(changed))
            % {"count": len(changed)},
            messages.SUCCESS if changed else messages.INFO,
        )
        if hidden:
            self.message_user(
                request,
                ngettext(
                    "%(count)d of them is hidden from readers by its dates.",
                    "%(count)d of them are hidden from readers by their dates.",
                    hidden,
                )
                % {"count": hidden},
                messages.WARNING,
            )

    @admin.action(
        description=_("Take the selected articles back to drafts"), permissions=["publish"]
    )
    def unpublish(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        changed = self._move(request, queryset, Status.DRAFT, editing.unpublish)
        self.message_user(
            request,
            ngettext(
                "%(count)d article taken back to draft.",
                "%(count)d articles taken back to drafts.",
                len(changed),
            )
            % {"count": len(changed)},
            messages.SUCCESS if changed else messages.INFO,
        )

    def _move(
        self,
        request: HttpRequest,
        chosen: QuerySet[Article],
        status: Status,
        move: Callable[[Iterable[Article], Any], int],
    ) -> list[Article]:
        """Give `chosen` another status where they have not got it. Returns those that changed."""
        keys = chosen.values_list("pk", flat=True)
        articles = Article.objects.filter(pk__in=list(keys)).defer("html", "text", "toc")
        changed = [article for article in articles if article.status != status]
        move(changed, request.user)
        for article in changed:
            self.log_change(request, article, [{"changed": {"fields": [gettext("status")]}}])
        return changed

    # The form

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Fieldsets:  # type: ignore[override]
        return READING if obj and not self.has_change_permission(request, obj) else WRITING

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new article may be begun from a link: with the title that is wanted."""
        title = request.GET.get("title", "").replace("\0", "").strip()
        return {
            "title": title,
            "slug": editing.free_slug(title, site_language()) if title else "",
            "author": request.user.get_full_name(),  # type: ignore[union-attr]
            **begun(request),
        }

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
        writing, *side = context["adminform"]
        stored = Article.objects.listed().get(pk=obj.pk) if obj and obj.pk else None
        may_change = not stored or self.has_change_permission(request, stored)
        context |= {
            "writing": writing,
            "side": side,
            "told": self._told(request),
            "visibility": visibility(stored) if stored else "",
            "page": stored.get_absolute_url() if stored and stored.is_public else "",
            "revision": (newest := Revision.objects.newest(stored.pk).first() if stored else None),
            "base": _shown(request, newest),
            "links": links(stored) if stored else None,
            "loss": consequences([stored])[0] if stored else "",
            "translations": panel(stored, may_add=self.has_add_permission(request)),
            "may_change": may_change,
            "may_delete": stored and self.has_delete_permission(request, stored),
            "show_delete": False,
            "show_save_and_add_another": False,
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _told(self, request: HttpRequest) -> FormConfig:
        return FormConfig(
            addresses={
                name: reverse(f"admin:articles_article_{name}") for name in [*QUESTIONS, "stub"]
            },
            words={name: str(sentence) for name, sentence in SENTENCES.items()},
            may={
                "add": self.has_add_permission(request),
                "add_tag": request.user.has_perm("articles.add_tag"),
            },
        )

    @admin.display(description=_("body"))
    def shown_body(self, article: Article) -> SafeString:
        return read(article)

    @admin.display(description=_("tags"))
    def shown_tags(self, article: Article) -> SafeString:
        return lines(editing.tag_names(article))

    @admin.display(description=_("aliases"))
    def shown_aliases(self, article: Article) -> SafeString:
        return lines(article.aliases)

    @admin.display(description=_("former names"))
    def shown_former(self, article: Article) -> SafeString:
        return lines(article.former)

    # Changes

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        user: Any = request.user
        editing.save(obj, form.cleaned_data["tags"], user, base=_base(request) if change else None)

    def refusal(self, error: ValidationError | IntegrityError) -> list[str]:
        if isinstance(error, editing.EditConflict):
            return [overtaken(error.newest)]
        return super().refusal(error)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "POST" and object_id:
            stored = self.get_object(request, unquote(object_id))
            if stored is None or self._was_taken_away(request, stored):
                return self._give_back(request, stored)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _was_taken_away(self, request: HttpRequest, article: Article) -> bool:
        """Whether somebody who may change articles may not change this one any more."""
        return self.has_change_permission(request) and not self.has_change_permission(
            request, article
        )

    def _give_back(self, request: HttpRequest, article: Article | None) -> HttpResponse:
        """What was typed can't be saved any more; whoever typed it gets it back."""
        labels = ((name, ArticleForm.base_fields[name].label) for name in TYPED)
        typed = [(label, request.POST.get(name, "")) for name, label in labels]
        context = {
            **self.admin_site.each_context(request),
            "title": _("This could not be saved"),
            "article": article,
            "typed": typed,
            "opts": self.opts,
        }
        return TemplateResponse(
            request,
            "admin/articles/article/not_saved.html",
            context,
            status=403 if article else 404,
        )

    def delete_model(self, request: HttpRequest, obj: Article) -> None:
        editing.delete([obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> None:
        editing.delete(queryset)

    def get_deleted_objects(
        self, objs: Sequence[Article] | QuerySet[Article], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Each article with what goes with it, in numbers."""
        articles = list(objs)
        refused = {
            str(self.opts.verbose_name)
            for article in articles
            if not self.has_delete_permission(request, article)
        }
        return losses(articles), {str(self.opts.verbose_name_plural): len(articles)}, refused, []

    # What the browser asks

    def get_urls(self) -> list[URLPattern]:
        asking = [self._address(name, view, self.may_ask) for name, view in QUESTIONS.items()]
        return [
            *asking,
            self._address("wanted", partial(wanted, self), self.has_view_or_change_permission),
            self._address("stub", require_POST(self.begin_stub), self.has_add_permission),
            *super().get_urls(),
        ]

    def _address(
        self,
        name: str,
        view: Callable[[HttpRequest], HttpResponse],
        may: Callable[[HttpRequest], bool],
    ) -> URLPattern:
        def guarded(request: HttpRequest) -> HttpResponse:
            if not may(request):
                raise PermissionDenied
            return view(request)

        return path(
            f"{name}/", self.admin_site.admin_view(guarded), name=f"articles_article_{name}"
        )

    def begin_stub(self, request: HttpRequest) -> JsonResponse:
        """A draft of that title, so that it can be linked to."""
        title = " ".join(request.POST.get("title", "").split())
        language = request.POST.get("language", "").strip()
        try:
            article = editing.create_stub(title, language, request.user)  # type: ignore[arg-type]
        except ValidationError as error:
            return views.refusal(" ".join(error.messages))
        self.log_addition(request, article, [{"added": {}}])
        return JsonResponse({"title": article.title, "slug": article.slug}, status=201)


def _shown(request: HttpRequest, newest: Revision | None) -> int | None:
    """The revision that whoever writes has seen: the newest, unless he comes back to a form that
    was refused for another reason."""
    told = getattr(request, "refusal", None)
    seen = _base(request) if request.method == "POST" and not told else None
    if seen is not None:
        return seen
    return newest.number if newest else None


def _base(request: HttpRequest) -> int | None:
    """The number of the revision that was shown when somebody began to write."""
    written = request.POST.get("revision", "")
    return int(written) if re.fullmatch(r"[0-9]{1,9}", written) else None
