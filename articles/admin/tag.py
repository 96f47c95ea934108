"""The desk of tags: how often each is used, and the other words for it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import editing
from articles.admin.base import Desk, Sheet
from articles.forms import TagForm
from articles.models import Tag, Tagging, TagSynonym
from articles.models.visibility import public
from articles.text import names


class TagListing(Sheet):
    """Tags with the numbers and synonyms of one page, asked for after its rows are known."""

    def complete(self, rows: list[Any]) -> None:
        keys = [tag.pk for tag in rows]
        usage = usages(keys)
        synonyms: dict[int, list[str]] = {}
        found = TagSynonym.objects.filter(tag__in=keys).order_by("key")
        for key, name in found.values_list("tag", "name"):
            synonyms.setdefault(key, []).append(name)
        for tag in rows:
            tag.usage = usage[tag.pk]
            tag.other_words = synonyms.get(tag.pk, [])


def usages(keys: Sequence[int]) -> dict[int, int]:
    counted = Tag.objects.filter(pk__in=keys).order_by().with_usage()
    return dict(counted.values_list("pk", "usage"))


class TagAdmin(Desk):
    form = TagForm
    list_display = ["name", "articles", "synonyms", "description"]
    search_fields = ["name"]
    search_help_text = gettext_lazy("Part of a tag or of a synonym.")
    ordering = ["key"]
    sortable_by = ()
    fieldsets = [(None, {"fields": ["name", "description", "synonyms", "slug"]})]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[TagListing]:
        return TagListing

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Tag], search_term: str
    ) -> tuple[QuerySet[Tag], bool]:
        key = names.fold(search_term)
        if not key:
            return queryset, False
        synonymous = TagSynonym.objects.filter(key__contains=key).values("tag")
        return queryset.filter(Q(key__contains=key) | Q(pk__in=synonymous)), False

    @admin.display(description=gettext_lazy("articles"))
    def articles(self, tag: Any) -> SafeString:
        address = reverse("admin:articles_article_changelist")
        return format_html(
            '<a href="{}?{}">{}<span class="visually-hidden"> {}</span></a>',
            address,
            urlencode({"tag": tag.name}),
            tag.usage,
            _("articles with the tag %(tag)s") % {"tag": tag.name},
        )

    @admin.display(description=gettext_lazy("synonyms"))
    def synonyms(self, tag: Any) -> str:
        """In the list, those that were asked for with the page; in a form to read, its own."""
        words = getattr(tag, "other_words", None)
        if words is None:
            words = tag.synonyms.order_by("key").values_list("name", flat=True)
        return _(", ").join(words)

    def view_on_site(self, tag: Tag) -> str | None:
        visible = Tagging.objects.filter(public("content_object__"), tag=tag)
        return tag.get_absolute_url() if visible.exists() else None

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        editing.save_tag(obj, form.cleaned_data["synonyms"])

    def delete_model(self, request: HttpRequest, obj: Tag) -> None:
        editing.delete_tags([obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Tag]) -> None:
        editing.delete_tags(queryset)

    def get_deleted_objects(
        self, objs: Sequence[Tag] | QuerySet[Tag], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Each tag with the number of articles that lose it."""
        tags = list(objs)
        usage = usages([tag.pk for tag in tags])
        refused = set()
        if not self.has_delete_permission(request):
            refused.add(str(self.opts.verbose_name))
        losses = [
            format_html('<span dir="auto">{}</span> – {}', tag.name, _loss(usage[tag.pk]))
            for tag in tags
        ]
        return losses, {str(self.opts.verbose_name_plural): len(tags)}, refused, []


def _loss(number: int) -> str:
    return ngettext(
        "%(count)d article has it, and stays without it.",
        "%(count)d articles have it, and stay without it.",
        number,
    ) % {"count": number}
