"""The filters of the list of articles."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.translations import language_name
from articles.models import Article, Tag
from articles.queries import statistics
from articles.queries.maintenance import (
    orphans,
    outdated_translations,
    untranslated_into,
    with_wanted_links,
)
from articles.text import names
from articles.widgets import language_choices

# The datalist of tags offers the most used; any other tag can be typed.
MAX_SUGGESTIONS = 300
MISSING = "missing-"
OUTDATED = "older"


class TextInputFilter(admin.SimpleListFilter):
    """A filter by a typed value with suggestions, where there are too many values to list."""

    template = "admin/articles/text_filter.html"
    parameter_name: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def has_output(self) -> bool:
        return True

    def suggestions(self) -> list[tuple[str, str]]:
        """Return pairs of a value and its label for the datalist."""
        raise NotImplementedError

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        params = changelist.get_filters_params()
        yield {
            "name": self.parameter_name,
            "value": self.value() or "",
            "suggestions": self.suggestions(),
            "other_params": [
                (name, value)
                for name, values in params.items()
                if name != self.parameter_name
                for value in values
            ],
            "query": changelist.query,
            "clear_url": changelist.get_query_string(remove=[self.parameter_name]),
        }


class TagFilter(TextInputFilter):
    title = _("tag")
    parameter_name = "tag"

    def suggestions(self) -> list[tuple[str, str]]:
        most_used = sorted(statistics.tags(), key=lambda tag: -tag.usage)
        return sorted((tag.name, "") for tag in most_used[:MAX_SUGGESTIONS])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        name = self.value()
        if not name:
            return queryset
        tag = Tag.objects.resolve([name]).get(names.fold(name))
        return queryset.filter(taggings__tag=tag) if tag else queryset.none()


class LanguageFilter(TextInputFilter):
    title = _("language")
    parameter_name = "language"

    def suggestions(self) -> list[tuple[str, str]]:
        return language_choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        language = (self.value() or "").replace("\0", "").strip()
        return queryset.filter(language=language) if language else queryset


class LinksFilter(admin.SimpleListFilter):
    title = _("links")
    parameter_name = "links"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("wanted", _("With links to wanted articles")),
            ("orphan", _("Orphaned (no incoming links)")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Article]:
        articles: QuerySet[Article] = queryset
        if self.value() == "wanted":
            articles = with_wanted_links(queryset)
        elif self.value() == "orphan":
            articles = orphans(queryset)
        return articles


class TranslationsFilter(admin.SimpleListFilter):
    title = _("translations")
    parameter_name = "translations"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        untranslated = [
            (f"{MISSING}{code}", _("Not in %(language)s") % {"language": language_name(code)})
            for code, _name in settings.LANGUAGES
        ]
        return [*untranslated, (OUTDATED, _("Older than the source"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Article]:
        articles: QuerySet[Article] = queryset
        value = self.value() or ""
        if value == OUTDATED:
            articles = outdated_translations(queryset)
        elif value.removeprefix(MISSING) in dict(settings.LANGUAGES):
            articles = untranslated_into(queryset, value.removeprefix(MISSING))
        return articles
