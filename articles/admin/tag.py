"""The admin of tags and their synonyms."""

import json
from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles import editing
from articles.admin.changelist import TagChangeList, usage_counts
from articles.admin.deletion import tag_deletion_list
from articles.admin.edit_conflict import tag_conflict_message
from articles.admin.form_admin import FormAdmin
from articles.admin.save_errors import SaveError
from articles.forms import TagForm
from articles.models import Tag, Tagging, TagSynonym
from articles.models.visibility import public
from articles.text import names


class TagAdmin(FormAdmin):
    form = TagForm
    list_display = ["name", "articles", "synonyms", "description"]
    search_fields = ["name"]
    search_help_text = _("Search by name or synonym")
    ordering = ["key"]
    sortable_by = ()
    fieldsets = [(None, {"fields": ["name", "description", "synonyms", "slug"]})]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[TagChangeList]:
        return TagChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Tag], search_term: str
    ) -> tuple[QuerySet[Tag], bool]:
        key = names.fold(search_term)[: names.KEY_LENGTH + 1]
        if not key:
            return queryset, False
        with_synonym = TagSynonym.objects.filter(key__contains=key).values("tag")
        return queryset.filter(Q(key__contains=key) | Q(pk__in=with_synonym)), False

    @admin.display(description=_("articles"))
    def articles(self, tag: Any) -> SafeString:
        """Return the number of articles, as a link to their list."""
        url = reverse("admin:articles_article_changelist")
        label = ngettext(
            "article with the tag %(tag)s", "articles with the tag %(tag)s", tag.usage
        )
        return format_html(
            '<a href="{}?{}">{}<span class="visually-hidden"> {}</span></a>',
            url,
            urlencode({"tag": tag.name}),
            tag.usage,
            label % {"tag": tag.name},
        )

    @admin.display(description=_("synonyms"))
    def synonyms(self, tag: Any) -> str:
        """Return the synonyms that the change list has loaded, or query for them in a form."""
        synonyms = getattr(tag, "synonym_names", None)
        if synonyms is None:
            synonyms = tag.synonyms.order_by("key").values_list("name", flat=True)
        return gettext(", ").join(synonyms)

    def view_on_site(self, tag: Tag) -> str | None:
        visible = Tagging.objects.filter(public("content_object__"), tag=tag)
        return tag.get_absolute_url() if visible.exists() else None

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        base = self.base_values(request, obj) if change else None
        editing.save_tag(obj, form.cleaned_data["synonyms"], base=base)

    def current_base(self, pk: int) -> str:
        tag = Tag.objects.filter(pk=pk).first()
        return json.dumps(editing.tag_state(tag)) if tag else ""

    def base_values(self, request: HttpRequest, obj: Tag) -> dict[str, Any]:
        try:
            values = json.loads(request.POST.get("revision", ""))
        except ValueError:
            return {}
        return values if isinstance(values, dict) else {}

    def error_messages(self, request: HttpRequest, error: SaveError) -> list[str]:
        if isinstance(error, editing.TagEditConflict):
            return [tag_conflict_message(error.tag)]
        return super().error_messages(request, error)

    def delete_model(self, request: HttpRequest, obj: Tag) -> None:
        editing.delete_tags([obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Tag]) -> None:
        editing.delete_tags(queryset)

    def get_deleted_objects(
        self, objs: Sequence[Tag] | QuerySet[Tag], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Return each tag with the number of articles that lose it."""
        tags = list(objs)
        lines = tag_deletion_list(tags, usage_counts([tag.pk for tag in tags]))
        perms_needed = set()
        if not self.has_delete_permission(request):
            perms_needed.add(str(self.opts.verbose_name))
        return lines, {str(self.opts.verbose_name_plural): len(tags)}, perms_needed, []
