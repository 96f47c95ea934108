"""How articles hang together: the neighbourhood of one, and the map of all."""

from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import get_language_bidi, gettext_lazy
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from articles import url_for
from articles.graph import map_layout, neighbourhood_layout
from articles.graph.nodes import Node
from articles.models import Article, Tag
from articles.queries import statistics
from articles.queries.neighbourhood import neighbourhood
from articles.views.article import redirect_or_404
from articles.views.pagination import parameter

OFFERED = 200
ROWS = {"": 14, "small": 6}
STEPS = {
    -1: gettext_lazy("Articles that link here"),
    1: gettext_lazy("What this article links to"),
    -2: gettext_lazy("Beside those that link here"),
    2: gettext_lazy("Beside those that it links to"),
}


class Step(NamedTuple):
    """The nodes of one column under their title."""

    title: object
    nodes: list[Node]


@require_safe
@vary_on_cookie
def graph(request: HttpRequest, name: str) -> HttpResponse:
    """What leads to an article and where it leads, two links far, drawn and as a list."""
    shown = Article.objects.public().only("slug", "title", "language")
    found = shown.filter(slug=name).first() if "\0" not in name else None
    if not found:
        return redirect_or_404(request, name, url_for.graph, otherwise=f"{name}/graph")
    rows = ROWS.get(parameter(request, "size"), ROWS[""])
    nodes, places, edges = neighbourhood(found, rows)
    drawn = neighbourhood_layout.layout(nodes, places, edges, mirrored=get_language_bidi())
    steps = [
        Step(
            title,
            [node for node in neighbourhood_layout.sort_nodes(nodes) if places[node.pk] == place],
        )
        for place, title in STEPS.items()
    ]
    context = {"article": found, "drawn": drawn, "steps": [step for step in steps if step.nodes]}
    return render(request, "articles/graph.html", context)


@require_safe
def whole(request: HttpRequest) -> HttpResponse:
    """The map of all articles, or of those with one tag: the strongest of them."""
    tags = statistics.tags()
    slug = parameter(request, "tag")
    tag = Tag.objects.filter(slug=slug).first() if slug else None
    if slug and slug not in {used.slug for used in tags}:
        raise Http404
    found = statistics.whole(tag.pk if tag else None)
    drawn = map_layout.layout(found.groups, found.edges, mirrored=get_language_bidi())
    context = {
        "tag": tag,
        "tags": _offered(tags, slug),
        "whole": found,
        "left_out": found.total - found.shown,
        "atlas": drawn,
        "view": f"{drawn.left} {drawn.top} {drawn.width} {drawn.height}",
        "width": str(drawn.width),
        "height": str(drawn.height),
        "place": f"?{urlencode({'tag': slug})}" if slug else "",
    }
    return render(request, "articles/map.html", context)


def _offered(tags: list[statistics.TagInUse], chosen: str) -> list[statistics.TagInUse]:
    """The tags of most articles, in order, and the one that was chosen."""
    largest = {tag.slug for tag in sorted(tags, key=lambda tag: -tag.usage)[:OFFERED]}
    return [tag for tag in tags if tag.slug in largest or tag.slug == chosen]
