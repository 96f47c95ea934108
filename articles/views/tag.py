"""The list of tags, and the articles with each tag."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from articles import url_for
from articles.fragments import Fragment
from articles.http import query_parameter, vary_on_parameters
from articles.metadata import tag_metadata
from articles.models import Tag, Tagging
from articles.models.visibility import public
from articles.page_rendering import (
    article_entries,
    letter_entries,
    pagination,
    render_page,
    tag_entries,
    tag_values,
)
from articles.queries import statistics
from articles.queries.alphabetical import tagged_page
from articles.queries.tag_index import tag_index, tag_position, tags_page
from articles.queries.tags import public_synonyms, tag_with_slug
from articles.text import names
from articles.views.pagination import canonical_query, requested_position

RELATED_TAG = Fragment("articles/entries/related_tag.html")
SYNONYM = Fragment("articles/entries/synonym.html")
TAG = Fragment("articles/tag.html")
TAGS = Fragment("articles/tags.html")


@require_safe
@vary_on_parameters("letter", "after", "before")
def tags(request: HttpRequest) -> HttpResponse:
    """List all tags, or those of ``?letter=``."""
    letter = names.fold(query_parameter(request, "letter"))[:1]
    position = requested_position(request, tag_position)
    index = tag_index()
    page = tags_page(letter, position) if letter or position else index.first_page
    values = {
        "tags": tag_entries(tuple(page.rows)),
        "pagination": pagination(page, letter=letter),
        "letter": letter.upper(),
        "letters": letter_entries(index.letters, letter) if index.letters else "",
        "canonical_query": canonical_query(page, position, letter=letter),
    }
    return render_page(request, TAGS, values)


@require_safe
@vary_on_parameters("after", "before")
def tag(request: HttpRequest, name: str) -> HttpResponse:
    """List the articles with a tag in alphabetical order. A synonym redirects to its tag."""
    name = name.replace("\0", "")
    tag = tag_with_slug(name)
    if not tag:
        return _redirect_synonym(request, name)
    position = requested_position(request)
    page = tagged_page(tag.pk, position)
    if not page.rows:
        raise Http404
    comma = gettext(", ")
    values = {
        "name": tag.name,
        "description": tag.description,
        "metadata": tag_metadata(tag, url_for.origin(request)),
        "synonyms": SYNONYM.join(({"name": name} for name in public_synonyms(tag.pk)), comma),
        "related_tags": RELATED_TAG.join(
            (
                {**tag_values(other), "together": other.together}
                for other in statistics.related_tags(tag.pk)
            ),
            comma,
        ),
        "entries": article_entries(page.rows, f"?{urlencode({'tag': tag.slug})}"),
        "pagination": pagination(page),
        "canonical_query": canonical_query(page, position),
    }
    return render_page(request, TAG, values)


def _redirect_synonym(request: HttpRequest, name: str) -> HttpResponse:
    tag = next(iter(Tag.objects.resolve([name.strip("/")], public=True).values()), None)
    if not tag or not Tagging.objects.filter(public("content_object__"), tag=tag).exists():
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    url = tag.get_absolute_url()
    return redirect(f"{url}?{query}" if query else url, permanent=True)
