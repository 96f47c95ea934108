"""The change lists of articles and tags: rows with the related data that their columns show."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from articles.admin.base import BaseChangeList
from articles.models import Article, Tag, Tagging, TagSynonym
from articles.queries.maintenance import link_counts


class ArticleChangeList(BaseChangeList):
    """Articles without their large columns, with tags and numbers of links."""

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Article]:
        articles: Any = super().get_queryset(request, exclude_parameters)
        queryset: QuerySet[Article] = articles.for_lists()
        return queryset

    def add_related_data(self, rows: list[Any]) -> None:
        keys = [article.pk for article in rows]
        counts = link_counts(keys)
        tags = Tagging.objects.tags_by_article(keys)
        for article in rows:
            article.links_in, article.links_out = counts[article.pk]
            article.tag_names = [tag.name for tag in tags[article.pk]]


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
