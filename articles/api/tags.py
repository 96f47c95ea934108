"""Tags, one and many."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest
from ninja import Query, Router

from articles import url_for
from articles.api import schemas
from articles.api.errors import ERRORS, Moved
from articles.api.pagination import page
from articles.models import Tag, Tagging
from articles.models.visibility import public
from articles.queries import statistics

router = Router(tags=["Tags"])


@router.get("", response={200: schemas.Tags, ERRORS: schemas.Problem}, summary="All tags")
def tags(request: HttpRequest, paging: Query[schemas.Paging]) -> Any:
    """In the order in which they were made: those that an article has."""
    seen = Tagging.objects.filter(public("content_object__"), tag=OuterRef("pk"))
    rows, following = page(request, Tag.objects.filter(Exists(seen)), paging, "pk")
    usage = _usage()
    items = [schemas.TagEntry(**_described(tag, usage, url_for.origin(request))) for tag in rows]
    return schemas.Tags(items=items, next=following)


@router.get(
    "/{path:name}", response={200: schemas.Tag, ERRORS: schemas.Problem}, summary="One tag"
)
def tag(request: HttpRequest, name: str) -> Any:
    """By its slug. Other words for it lead there."""
    if "\0" in name:
        raise Http404
    usage = _usage()
    found = Tag.objects.filter(slug=name).first()
    meant = found or next(iter(Tag.objects.resolve([name]).values()), None)
    if not meant or meant.slug not in usage:
        raise Http404
    if not found:
        raise Moved(meant.slug)
    return schemas.Tag(
        **_described(found, usage, url_for.origin(request)),
        description=found.description,
        synonyms=[synonym.name for synonym in found.synonyms.all()],
    )


def _usage() -> dict[str, int]:
    return {tag.slug: tag.usage for tag in statistics.tags()}


def _described(tag: Tag, usage: dict[str, int], origin: str) -> dict[str, Any]:
    return {
        "slug": tag.slug,
        "name": tag.name,
        "url": origin + url_for.tag(tag.slug),
        "articles": usage.get(tag.slug, 0),
    }
