"""The previous and the next article in the alphabetical order of a tag."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery

from articles.models import Article, Tag, Tagging
from articles.models.visibility import public
from articles.queries.tags import ArticleTag
from articles.sql import CompiledQuery

COLUMNS = ("slug", "title", "language")


class ArticleRef(NamedTuple):
    """What a link to an article needs."""

    slug: str
    title: str
    language: str


class TagNavigation(NamedTuple):
    """The neighbours of an article in a tag; None at either end."""

    tag: ArticleTag
    previous: ArticleRef | None
    next: ArticleRef | None


@CompiledQuery
def _neighbours(
    tag: int, article: int, sort_key: str, at: datetime
) -> QuerySet[Tag, tuple[str | None, ...]]:
    """The columns of the previous article, then those of the next one, by keyset comparison on the
    index `tagging_a_to_z`."""
    public_taggings = Tagging.objects.filter(public("content_object__", at), tag=OuterRef("pk"))
    before = public_taggings.filter(sort_key__lte=sort_key).exclude(
        sort_key=sort_key, content_object__gte=article
    )
    after = public_taggings.filter(sort_key__gte=sort_key).exclude(
        sort_key=sort_key, content_object__lte=article
    )
    columns = {
        f"{side}_{column}": Subquery(taggings.values(f"content_object__{column}")[:1])
        for side, taggings in (
            ("previous", before.order_by("-sort_key", "-content_object")),
            ("next", after.order_by("sort_key", "content_object")),
        )
        for column in COLUMNS
    }
    rows: QuerySet[Tag, tuple[str | None, ...]]
    rows = Tag.objects.filter(pk=tag).annotate(**columns).values_list(*columns)
    return rows


def tag_navigation(article: Article, tag: ArticleTag) -> TagNavigation | None:
    """Return the neighbours of `article` in `tag`, which it has; None if the tag has been deleted
    meanwhile. One query."""
    rows = _neighbours.rows(tag.pk, article.pk, article.sort_key)
    if not rows:
        return None
    width = len(COLUMNS)
    return TagNavigation(tag, _article_ref(rows[0][:width]), _article_ref(rows[0][width:]))


def _article_ref(columns: tuple[str | None, ...]) -> ArticleRef | None:
    slug, title, language = columns
    return ArticleRef(slug, title or "", language or "") if slug else None
