"""What stands before and after an article among those that have a tag in common with it."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Case, OuterRef, QuerySet, Subquery, When

from articles.models.article import Article
from articles.models.prepared import Prepared
from articles.models.tag import Tag, Tagging
from articles.models.visibility import public

COLUMNS = ("slug", "title", "language")


class Step(NamedTuple):
    """An article that stands beside another one."""

    slug: str
    title: str
    language: str


class Way(NamedTuple):
    """The articles on both sides in the order of a tag, as far as there are any."""

    tag: Tag
    previous: Step | None
    next: Step | None


@Prepared
def _tags(
    article: int, key: str, slug: str, at: datetime
) -> QuerySet[Tag, tuple[int, str, str, str]]:
    """The tags of an article; the one called `slug` with its neighbours, from an index."""
    tagged = Tagging.objects.filter(public("content_object__", at), tag=OuterRef("pk"))
    before = tagged.filter(sort_key__lte=key).exclude(sort_key=key, content_object__gte=article)
    after = tagged.filter(sort_key__gte=key).exclude(sort_key=key, content_object__lte=article)
    steps = {
        f"{side}_{column}": Case(
            When(slug=slug, then=Subquery(rows.values(f"content_object__{column}")[:1]))
        )
        for side, rows in (
            ("before", before.order_by("-sort_key", "-content_object")),
            ("after", after.order_by("sort_key", "content_object")),
        )
        for column in COLUMNS
    }
    tags = Tag.objects.filter(taggings__content_object=article).annotate(**steps)
    found: QuerySet[Tag, tuple[int, str, str, str]]
    found = tags.values_list("pk", "name", "slug", "key", *steps)
    return found


def along(article: Article, slug: str) -> tuple[list[Tag], Way | None]:
    """The tags of `article`, and the way along the one of that slug, if it has it. One query."""
    tags, way = [], None
    width = len(COLUMNS)
    for pk, name, tag_slug, key, *steps in _tags.rows(article.pk, article.sort_key, slug):
        tag = Tag(pk=pk, name=name, slug=tag_slug, key=key)
        tags.append(tag)
        if tag_slug == slug:
            way = Way(tag, _step(steps[:width]), _step(steps[width:]))
    return tags, way


def _step(columns: list[str | None]) -> Step | None:
    slug, title, language = columns
    return Step(slug, title or "", language or "") if slug else None
