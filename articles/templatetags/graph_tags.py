"""The nodes of a graph as SVG and as HTML: a link, or what is wanted."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles import url_for
from articles.graph import shapes
from articles.graph.map_layout import Cluster, MapNode
from articles.graph.neighbourhood_layout import NodeBox
from articles.graph.nodes import Node
from articles.templatetags.articles_tags import html
from articles.text import names

register = template.Library()

BOX = (
    '<rect x="{}" y="{}" width="{}" height="{}" rx="4"/>'
    '<text x="{}" y="{}" lang="{}" direction="{}">{}</text>'
)
ARTICLE = '<a class="node{}" href="{}" aria-label="{}">'
WANTED = '<g class="node wanted"><title>{}</title>'
SPOT = '<path class="symbol" d="{}"/><text y="{}" lang="{}" direction="{}">'
LINE = '<tspan x="{}" dy="{}">{}</tspan>'
ENTRY = '<a href="{}" lang="{}" dir="{}">{}</a>'
LACKING = '<span><span class="wanted" lang="{}" dir="auto">{}</span> <small>({})</small></span>'
HEADLINE = '<text class="cluster-label cluster-{}" x="{}" y="{}">{}</text>'
SIGN = (
    '<svg class="graph legend-symbol cluster-{}" viewBox="0 0 20 20" width="20" height="20" '
    'aria-hidden="true"><path class="symbol" d="{}"/></svg>'
)
# From a sign to the base of its title, and from there to that of the next line.
UNDER, LEADING = 14, 14
# From the middle of a line of text to its base.
BASE = 4


@register.filter
def node(box: NodeBox, centre: int) -> SafeString:
    """A box with its title; `centre` is the article that the picture is about."""
    x, y = box.centre
    language = box.node.language
    places = (box.x, box.y, box.width, box.height, x, y + BASE)
    inside = html(BOX, *map(str, places), language, names.direction(language), box.text)
    return around(box.node, " centre" if box.node.pk == centre else "", inside)


def around(node: Node, kind: str, inside: SafeString) -> SafeString:
    """What is drawn of a node, within its link if it leads anywhere."""
    if not node.slug:
        return SafeString(html(WANTED, lacking(node)) + inside + SafeString("</g>"))
    opened = html(ARTICLE, kind, url_for.article(node.slug), node.title)
    return SafeString(opened + inside + SafeString("</a>"))


@register.filter
def entry(node: Node) -> SafeString:
    """A node in a list."""
    if not node.slug:
        hint = _("no article yet")
        return html(LACKING, node.language, node.title, hint)
    language = node.language
    address = url_for.article(node.slug)
    return html(ENTRY, address, language, names.direction(language), node.title)


def lacking(node: Node) -> str:
    return _("%(name)s (no article yet)") % {"name": node.title}


@register.filter
def spot(spot: MapNode) -> SafeString:
    """A sign on the map with its title; wanted ones are hollow."""
    node = spot.node
    sign = shapes.path(spot.cluster, spot.x, spot.y, spot.radius)
    under = str(spot.y + round(spot.radius) + UNDER)
    drawn = html(SPOT, sign, under, node.language, names.direction(node.language))
    for place, text in enumerate(spot.lines):
        drawn += html(LINE, str(spot.x), str(LEADING if place else 0), text)
    inside = drawn + SafeString("</text>")
    return around(node, f" cluster-{spot.cluster}", inside)


@register.filter
def headline(cluster: Cluster) -> SafeString:
    """The tag over a cluster."""
    name = cluster.tag.name if cluster.tag else _("Others")
    return html(HEADLINE, str(cluster.number), str(cluster.x), str(cluster.y), name)


@register.filter
def sign(cluster: Cluster) -> SafeString:
    """The sign of a cluster, beside words that say what it is."""
    return html(SIGN, str(cluster.number), shapes.path(cluster.number, 10, 10, 6))


@register.filter
def line(ends: tuple[int, int, int, int]) -> str:
    x1, y1, x2, y2 = ends
    return f"M{x1} {y1}L{x2} {y2}"
