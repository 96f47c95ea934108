"""One tag for its page, its synonyms, and the tags of an article."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from articles.models import Tag
from articles.models.tag import TagSynonym
from articles.sql import CompiledQuery


class ArticleTag(NamedTuple):
    """A tag as the page of an article displays it. A page has several, and making instances of
    the model takes as long as the rest of reading them."""

    pk: int
    name: str
    slug: str
    key: str


@CompiledQuery
def _with_slug(slug: str, at: datetime) -> QuerySet[Tag]:
    tags: QuerySet[Tag] = Tag.objects.filter(slug=slug).order_by()
    return tags


@CompiledQuery
def _public_synonyms(tag: int, at: datetime) -> QuerySet[TagSynonym, Any]:
    return TagSynonym.objects.filter(tag=tag, hidden=False).values_list("name")


def tag_with_slug(slug: str) -> Tag | None:
    return next(iter(_with_slug.objects(slug)), None)


def public_synonyms(tag: int) -> list[str]:
    """Return the synonyms of a tag that readers may see, in alphabetical order."""
    return [name for (name,) in _public_synonyms.rows(tag)]
