"""The list of tags, and the articles with each tag."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from articles.models import Tag, Tagging
from articles.models.visibility import public
from articles.queries import statistics
from articles.queries.related import related_tags
from articles.views.pagination import alphabetical_page, canonical_query, requested_position

ARTICLE_COLUMNS = ("slug", "title", "summary", "language", "sort_key")


@require_safe
def tags(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/tags.html", {"tags": statistics.tags()})


@require_safe
def tag(request: HttpRequest, name: str) -> HttpResponse:
    """List the articles with a tag in alphabetical order. A synonym redirects to its tag."""
    name = name.replace("\0", "")
    tag = Tag.objects.filter(slug=name).first()
    if not tag:
        return _redirect_synonym(request, name)
    position = requested_position(request)
    taggings = Tagging.objects.filter(public("content_object__"), tag=tag)
    columns = (f"content_object__{column}" for column in ARTICLE_COLUMNS)
    rows = taggings.select_related("content_object").only("sort_key", *columns)
    page = alphabetical_page(rows, position, tie_breaker="content_object")
    if not page.rows:
        raise Http404
    context = {
        "tag": tag,
        "page": replace(page, rows=[tagging.content_object for tagging in page.rows]),
        "synonyms": tag.synonyms.filter(hidden=False),
        "canonical_query": canonical_query(page, position),
        "article_query": f"?{urlencode({'tag': tag.slug})}",
        "related_tags": related_tags(tag),
    }
    return render(request, "articles/tag.html", context)


def _redirect_synonym(request: HttpRequest, name: str) -> HttpResponse:
    tag = next(iter(Tag.objects.resolve([name.strip("/")], public=True).values()), None)
    if not tag or not Tagging.objects.filter(public("content_object__"), tag=tag).exists():
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    url = tag.get_absolute_url()
    return redirect(f"{url}?{query}" if query else url, permanent=True)
