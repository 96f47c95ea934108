"""Filters for the drawings of graphs: the shapes that stand for clusters, as SVG path data."""

from django import template

from articles.graph import shapes
from articles.graph.map_layout import Cluster, MapNode

register = template.Library()

# The legend draws a symbol in a square of 20 × 20 units.
LEGEND_CENTRE, LEGEND_RADIUS = 10, 6


@register.filter
def symbol(node: MapNode) -> str:
    """Return the symbol of a node on the map."""
    return shapes.path(node.cluster, node.x, node.y, node.radius)


@register.filter
def legend_symbol(cluster: Cluster) -> str:
    """Return the symbol of the nodes of a cluster, for its heading in the list."""
    return shapes.path(cluster.number, LEGEND_CENTRE, LEGEND_CENTRE, LEGEND_RADIUS)


@register.filter
def line_path(line: tuple[int, int, int, int]) -> str:
    """Return the path of a straight line between two points, x1, y1, x2, y2."""
    x1, y1, x2, y2 = line
    return f"M{x1} {y1}L{x2} {y2}"
