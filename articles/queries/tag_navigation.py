"""What stands before and after an article among those that have a tag in common with it."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery

from articles.models.article import Article
from articles.models.tag import Tag, Tagging
from articles.models.visibility import public
from articles.sql import CompiledQuery

COLUMNS = ("slug", "title", "language")


class Step(NamedTuple):
    """An article that stands beside another one."""

    slug: str
    title: str
    language: str


class TagNavigation(NamedTuple):
    """The articles on both sides in the order of a tag, as far as there are any."""

    tag: Tag
    previous: Step | None
    next: Step | None


@CompiledQuery
def _sides(
    tag: int, article: int, key: str, at: datetime
) -> QuerySet[Tag, tuple[str | None, ...]]:
    """What stands before and after an article, from an index of the tag."""
    tagged = Tagging.objects.filter(public("content_object__", at), tag=OuterRef("pk"))
    before = tagged.filter(sort_key__lte=key).exclude(sort_key=key, content_object__gte=article)
    after = tagged.filter(sort_key__gte=key).exclude(sort_key=key, content_object__lte=article)
    steps = {
        f"{side}_{column}": Subquery(rows.values(f"content_object__{column}")[:1])
        for side, rows in (
            ("before", before.order_by("-sort_key", "-content_object")),
            ("after", after.order_by("sort_key", "content_object")),
        )
        for column in COLUMNS
    }
    found: QuerySet[Tag, tuple[str | None, ...]]
    found = Tag.objects.filter(pk=tag).annotate(**steps).values_list(*steps)
    return found


def along(article: Article, tag: Tag) -> TagNavigation | None:
    """The way along a tag that `article` has; none if the tag is deleted by now. One query."""
    rows = _sides.rows(tag.pk, article.pk, article.sort_key)
    if not rows:
        return None
    width = len(COLUMNS)
    return TagNavigation(tag, _step(rows[0][:width]), _step(rows[0][width:]))


def _step(columns: tuple[str | None, ...]) -> Step | None:
    slug, title, language = columns
    return Step(slug, title or "", language or "") if slug else None
