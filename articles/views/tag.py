"""Tags: the index of them, and the articles under each."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from articles.models import Tag, Tagging
from articles.models.visibility import public
from articles.queries import statistics
from articles.views.pagination import page, place, start_of

COLUMNS = ("slug", "title", "summary", "language", "sort_key")


@require_safe
def tags(request: HttpRequest) -> HttpResponse:
    return render(request, "articles/tags.html", {"tags": statistics.tags()})


@require_safe
def tag(request: HttpRequest, name: str) -> HttpResponse:
    """The articles under a tag, in order. Another word for the tag leads to its address."""
    name = name.replace("\0", "")
    found = Tag.objects.filter(slug=name).first()
    if not found:
        return _moved(request, name)
    start = start_of(request)
    taggings = Tagging.objects.filter(public("content_object__"), tag=found)
    columns = (f"content_object__{column}" for column in COLUMNS)
    rows = taggings.select_related("content_object").only("sort_key", *columns)
    shown = page(rows, start, tie="content_object")
    if not shown.rows:
        raise Http404
    context = {
        "tag": found,
        "page": replace(shown, rows=[tagging.content_object for tagging in shown.rows]),
        "synonyms": found.synonyms.all(),
        "place": place(shown, start),
        "along": f"?{urlencode({'tag': found.slug})}",
        "beside": Tag.objects.beside(found),
    }
    return render(request, "articles/tag.html", context)


def _moved(request: HttpRequest, name: str) -> HttpResponse:
    meant = next(iter(Tag.objects.resolve([name.strip("/")]).values()), None)
    if not meant or not Tagging.objects.filter(public("content_object__"), tag=meant).exists():
        raise Http404
    query = request.META.get("QUERY_STRING", "")
    address = meant.get_absolute_url()
    return redirect(f"{address}?{query}" if query else address, permanent=True)
