"""How articles hang together: the neighbourhood of one, and the map of all."""

from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import get_language_bidi, gettext_lazy
from django.views.decorators.vary import vary_on_cookie

from articles import addresses
from articles.graph import clusters, columns
from articles.graph.parts import Node
from articles.methods import read_only
from articles.models import Article, Tag, corpus
from articles.models.neighbours import neighbourhood
from articles.views.article import elsewhere
from articles.views.paging import parameter

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


@read_only
@vary_on_cookie
def graph(request: HttpRequest, name: str) -> HttpResponse:
    """What leads to an article and where it leads, two links far, drawn and as a list."""
    shown = Article.objects.public().only("slug", "title", "language")
    found = shown.filter(slug=name).first() if "\0" not in name else None
    if not found:
        return elsewhere(request, name, addresses.graph, otherwise=f"{name}/graph")
    rows = ROWS.get(parameter(request, "size"), ROWS[""])
    nodes, places, edges = neighbourhood(found, rows)
    drawn = columns.drawn(nodes, places, edges, mirrored=get_language_bidi())
    steps = [
        Step(title, [node for node in columns.in_order(nodes) if places[node.pk] == place])
        for place, title in STEPS.items()
    ]
    context = {"article": found, "drawn": drawn, "steps": [step for step in steps if step.nodes]}
    return render(request, "articles/graph.html", context)


@read_only
def whole(request: HttpRequest) -> HttpResponse:
    """The map of all articles, or of those with one tag: the strongest of them."""
    tags = corpus.tags()
    slug = parameter(request, "tag")
    tag = Tag.objects.filter(slug=slug).first() if slug else None
    if slug and slug not in {used.slug for used in tags}:
        raise Http404
    found = corpus.whole(tag.pk if tag else None)
    drawn = clusters.drawn(found.groups, found.edges, mirrored=get_language_bidi())
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


def _offered(tags: list[corpus.TagInUse], chosen: str) -> list[corpus.TagInUse]:
    """The tags of most articles, in order, and the one that was chosen."""
    largest = {tag.slug for tag in sorted(tags, key=lambda tag: -tag.usage)[:OFFERED]}
    return [tag for tag in tags if tag.slug in largest or tag.slug == chosen]
