"""The list of tags, and a tag."""

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router

from articles import url_for
from articles.api import schemas
from articles.api.errors import ERRORS, CanonicalName
from articles.api.pagination import cursor_page
from articles.models import Tag, Tagging
from articles.queries import statistics

router = Router(tags=["Tags"])


@router.get("", response={200: schemas.TagList, ERRORS: schemas.Error}, summary="List tags")
def tags(request: HttpRequest, pagination: Query[schemas.Pagination]) -> Any:
    """The tags of public articles, in the order of their creation."""
    rows, next_url = cursor_page(request, Tagging.objects.public_tags(), pagination, "pk")
    usage, origin = statistics.tag_totals(), url_for.origin(request)
    items = [schemas.TagSummary.from_tag(tag, usage.get(tag.pk, 0), origin) for tag in rows]
    return schemas.TagList(items=items, next=next_url)


@router.get(
    "/{path:name}", response={200: schemas.TagDetail, ERRORS: schemas.Error}, summary="Get a tag"
)
def tag(request: HttpRequest, name: str) -> Any:
    """The tag with this slug. Its name and its synonyms redirect to it."""
    if "\0" in name:
        raise Http404
    usage = statistics.tag_totals()
    by_slug = Tag.objects.filter(slug=name).first()
    match = by_slug or next(iter(Tag.objects.resolve([name], public=True).values()), None)
    if not match or match.pk not in usage:
        raise Http404
    if not by_slug:
        raise CanonicalName(match.slug)
    return schemas.TagDetail.from_tag(match, usage[match.pk], url_for.origin(request))
