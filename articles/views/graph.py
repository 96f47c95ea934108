"""Graphs of links: the articles around one, and the map of all articles."""

from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi, gettext_lazy
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from articles import url_for
from articles.fragments import Fragment
from articles.graph import map_layout, neighbourhood_layout
from articles.graph.nodes import Node
from articles.http import query_parameter, vary_on_parameters
from articles.models import Article, Tag
from articles.page_rendering import render_page
from articles.queries import statistics
from articles.queries.link_map import LinkMap
from articles.queries.neighbourhood import neighbourhood
from articles.text import names
from articles.views.article import redirect_or_404

MAP = Fragment("articles/map.html")
TAG_OPTION = Fragment("articles/entries/tag_option.html")
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
    slug = query_parameter(request, "tag")
    tag = Tag.objects.filter(slug=slug).first() if slug else None
    if slug and not (tag and tag.pk in statistics.tag_totals()):
        raise Http404
    values = {
        "tag": tag.name if tag else "",
        "options": TAG_OPTION.join(
            {"slug": choice.slug, "name": choice.name, "is_selected": choice.slug == slug}
            for choice in _choices(tag)
        ),
        "contents": _map_contents(tag),
        "canonical_query": f"?{urlencode({'tag': slug})}" if slug else "",
    }
    return render_page(request, MAP, values)


def _map_contents(tag: Tag | None) -> SafeString:
    """Return the map and its list. The one of all articles is rendered once for each content
    version; those of tags, of 100 KB each, would take the place of what is read more often."""
    if tag:
        return _render_map(statistics.link_map(tag.pk))
    name = f"map.{get_language()}.{get_script_prefix()}"
    return statistics.cached_by_version(name, lambda: _render_map(statistics.link_map()))


def _render_map(link_map: LinkMap) -> SafeString:
    drawing = map_layout.layout(link_map.groups, link_map.edges, mirrored=get_language_bidi())
    context = {
        "link_map": link_map,
        "omitted": link_map.total - link_map.article_count,
        "drawing": drawing,
        "urls": url_for.site_urls(),
    }
    return render_to_string("articles/map_contents.html", context)


def _choices(selected: Tag | None) -> list[statistics.TagInUse]:
    """Return the most used tags in alphabetical order, and the selected one."""
    tags, _more = statistics.most_used_tags(MAX_TAGS)
    if not selected or selected.slug in {tag.slug for tag in tags}:
        return tags
    usage = statistics.tag_totals()[selected.pk]
    choices = [*tags, statistics.TagInUse(selected.name, selected.slug, usage)]
    return sorted(choices, key=lambda tag: names.fold(tag.name))
