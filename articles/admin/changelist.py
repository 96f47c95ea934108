"""The change lists of articles and tags: rows with the related data that their columns show."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib.admin.views.main import ORDER_VAR
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest

from articles import search
from articles.admin.base import BaseChangeList
from articles.admin.filters import ArticleFilter, Choice
from articles.admin.status import article_state
from articles.models import Article, Tag, Tagging, TagSynonym
from articles.permissions import search_scope, viewable_drafts, viewable_names, viewable_revisions
from articles.queries.article_rows import drafts_by_article, last_editors, matching_names
from articles.queries.maintenance import link_counts


class ActiveFilter(NamedTuple):
    """A filter that narrows the list, and the URL of the list without it."""

    title: str
    value: str
    remove_url: str


class ArticleChangeList(BaseChangeList):
    """Articles without their large columns, with what the list shows besides their own."""

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Article]:
        self.user = request.user
        articles: Any = super().get_queryset(request, exclude_parameters)
        self.is_complete = getattr(request, "search_is_complete", True)
        queryset: QuerySet[Article] = articles.for_lists()
        return queryset

    def add_related_data(self, rows: list[Any]) -> None:
        keys = [article.pk for article in rows]
        counts = link_counts(keys)
        tags = Tagging.objects.tags_by_article(keys)
        drafts = drafts_by_article(viewable_drafts(self.user), keys)
        editors = last_editors(viewable_revisions(self.user), keys)
        matches = matching_names(viewable_names(self.user), keys, self.query)
        for article in rows:
            article.links_in, article.links_out = counts[article.pk]
            article.tag_list = tags[article.pk]
            article.state = article_state(article, drafts.get(article.pk))
            article.last_editor = editors.get(article.pk, "")
            article.matching_name = matches.get(article.pk, "")

    @property
    def states(self) -> list[Choice]:
        spec: Any = self.filter_specs[0]
        choices: list[Choice] = spec.links(self)
        return choices

    @property
    def field_filters(self) -> list[ArticleFilter]:
        """The filters that have a field in the form above the list."""
        specs: list[Any] = self.filter_specs[1:]
        return specs

    @property
    def active_filters(self) -> list[ActiveFilter]:
        return [
            ActiveFilter(
                str(spec.title),
                spec.selected_label,
                self.get_query_string(remove=[spec.parameter_name, "p"]),
            )
            for spec in self.field_filters
            if spec.selected_label
        ]


def search_list(request: HttpRequest, articles: QuerySet[Article], text: str) -> QuerySet[Article]:
    """Return the articles that match a query, those with a matching name first unless the list is
    sorted by a column."""
    if not text:
        return articles
    matches = search.find_matches(text, search_scope(request.user))
    request.search_is_complete = matches.complete  # type: ignore[attr-defined]
    rows = articles.filter(pk__in=matches.pks)
    if request.GET.get(ORDER_VAR):
        return rows
    by_name = Case(When(pk__in=matches.names, then=0), default=1)
    return rows.order_by(by_name, *rows.query.order_by)


class TagChangeList(BaseChangeList):
    """Tags with their synonyms and the number of their articles."""

    def add_related_data(self, rows: list[Any]) -> None:
        keys = [tag.pk for tag in rows]
        usage = usage_counts(keys)
        synonyms: dict[int, list[str]] = {}
        ordered = TagSynonym.objects.filter(tag__in=keys).order_by("key")
        for pk, name in ordered.values_list("tag", "name"):
            synonyms.setdefault(pk, []).append(name)
        for tag in rows:
            tag.usage = usage[tag.pk]
            tag.synonym_names = synonyms.get(tag.pk, [])


def usage_counts(keys: Sequence[int]) -> dict[int, int]:
    """Return the number of articles, by primary key of the tag, public or not."""
    tags = Tag.objects.filter(pk__in=keys).order_by().with_usage()
    return dict(tags.values_list("pk", "usage"))
