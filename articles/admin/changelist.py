"""The list of articles: its filters, and what it shows besides an article's own columns."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.base import Sheet
from articles.models import Article, Tag, Tagging
from articles.queries import statistics
from articles.text import names
from articles.widgets import language_choices

# So many are offered while one types; any other can be written out.
OFFERED = 300


class Listing(Sheet):
    """Articles without their large columns. Tags and numbers of links are asked for the rows of
    one page at once, after these are known."""

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Article]:
        articles: Any = super().get_queryset(request, exclude_parameters)
        listed: QuerySet[Article] = articles.listed()
        return listed

    def complete(self, rows: list[Any]) -> None:
        keys = [article.pk for article in rows]
        counted = Article.objects.filter(pk__in=keys).with_link_counts()
        numbers = {row[0]: row[1:] for row in counted.values_list("pk", "links_in", "links_out")}
        tags: dict[int, list[str]] = {}
        taggings = Tagging.objects.filter(content_object__in=keys).order_by("tag__key")
        for key, name in taggings.values_list("content_object", "tag__name"):
            tags.setdefault(key, []).append(name)
        for article in rows:
            article.links_in, article.links_out = numbers[article.pk]
            article.tag_names = tags.get(article.pk, [])


class WrittenFilter(admin.SimpleListFilter):
    """A filter whose value is typed, with some offered: there are too many to list them all."""

    template = "admin/articles/text_filter.html"
    parameter_name: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def has_output(self) -> bool:
        return True

    def offered(self) -> list[tuple[str, str]]:
        raise NotImplementedError

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:  # type: ignore[override]
        kept = changelist.get_filters_params()
        yield {
            "name": self.parameter_name,
            "value": self.value() or "",
            "offered": self.offered(),
            "kept": [
                (name, value)
                for name, values in kept.items()
                if name != self.parameter_name
                for value in values
            ],
            "query": changelist.query,
            "without": changelist.get_query_string(remove=[self.parameter_name]),
        }


class TagFilter(WrittenFilter):
    title = _("tag")
    parameter_name = "tag"

    def offered(self) -> list[tuple[str, str]]:
        used = sorted(statistics.tags(), key=lambda tag: -tag.usage)
        return sorted((tag.name, "") for tag in used[:OFFERED])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        written = self.value()
        if not written:
            return queryset
        tag = Tag.objects.resolve([written]).get(names.fold(written))
        return queryset.filter(taggings__tag=tag) if tag else queryset.none()


class LanguageFilter(WrittenFilter):
    title = _("language")
    parameter_name = "language"

    def offered(self) -> list[tuple[str, str]]:
        return language_choices()

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        written = (self.value() or "").replace("\0", "").strip()
        return queryset.filter(language=written) if written else queryset


class LinksFilter(admin.SimpleListFilter):
    title = _("links")
    parameter_name = "links"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("wanted", _("Has wanted links")),
            ("orphan", _("Orphan: nothing links to it")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Article]:
        articles: QuerySet[Article] = queryset
        if self.value() == "wanted":
            articles = queryset.with_wanted_links()
        elif self.value() == "orphan":
            articles = queryset.orphans()
        return articles
