"""Graphs of links: the articles around one, and the map of all articles."""

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
from articles.http import query_parameter, vary_on_parameters
from articles.models import Article, Tag
from articles.queries import statistics
from articles.queries.neighbourhood import neighbourhood
from articles.views.article import redirect_or_404

# Tags to choose from on the map.
MAX_TAGS = 200
# Articles in a column of the graph, by the value of ``?size=``.
ROWS = {"": 14, "small": 6}
COLUMN_TITLES = {
    -1: gettext_lazy("Articles that link here"),
    1: gettext_lazy("Articles that this one links to"),
    -2: gettext_lazy("Two links away, incoming"),
    2: gettext_lazy("Two links away, outgoing"),
}


class Column(NamedTuple):
    """The nodes of one column of the graph with its title."""

    title: object
    nodes: list[Node]


@require_safe
@vary_on_cookie
@vary_on_parameters("size")
def graph(request: HttpRequest, name: str) -> HttpResponse:
    """Show the articles within two links of an article as a drawing and as a list."""
    articles = Article.objects.public().only("slug", "title", "language")
    article = articles.filter(slug=name).first() if "\0" not in name else None
    if not article:
        return redirect_or_404(request, name, url_for.graph, fallback=f"{name}/graph")
    rows = ROWS.get(query_parameter(request, "size"), ROWS[""])
    nodes, columns, edges = neighbourhood(article, rows)
    drawing = neighbourhood_layout.layout(nodes, columns, edges, mirrored=get_language_bidi())
    ordered = neighbourhood_layout.sort_nodes(nodes)
    titled = [
        Column(title, [node for node in ordered if columns[node.pk] == column])
        for column, title in COLUMN_TITLES.items()
    ]
    context = {
        "article": article,
        "drawing": drawing,
        "columns": [column for column in titled if column.nodes],
    }
    return render(request, "articles/graph.html", context)


@require_safe
@vary_on_parameters("tag")
def article_map(request: HttpRequest) -> HttpResponse:
    """Show the most linked articles of all, or of those with the tag in ``?tag=``, as a map."""
    tags = statistics.tags()
    slug = query_parameter(request, "tag")
    tag = Tag.objects.filter(slug=slug).first() if slug else None
    if slug and slug not in {tag_in_use.slug for tag_in_use in tags}:
        raise Http404
    link_map = statistics.link_map(tag.pk if tag else None)
    drawing = map_layout.layout(link_map.groups, link_map.edges, mirrored=get_language_bidi())
    context = {
        "tag": tag,
        "tags": _choices(tags, slug),
        "link_map": link_map,
        "omitted": link_map.total - link_map.article_count,
        "drawing": drawing,
        "canonical_query": f"?{urlencode({'tag': slug})}" if slug else "",
    }
    return render(request, "articles/map.html", context)


def _choices(tags: list[statistics.TagInUse], selected: str) -> list[statistics.TagInUse]:
    """Return the most used of `tags` in their order, and the selected one."""
    most_used = {tag.slug for tag in sorted(tags, key=lambda tag: -tag.usage)[:MAX_TAGS]}
    return [tag for tag in tags if tag.slug in most_used or tag.slug == selected]
