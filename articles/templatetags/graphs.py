"""The nodes of a graph as SVG and as HTML: a link, or what is wanted."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles import addresses
from articles.graph.columns import Box
from articles.graph.parts import Node
from articles.templatetags.wording import html
from articles.text import names

register = template.Library()

BOX = (
    '<rect x="{}" y="{}" width="{}" height="{}" rx="4"/>'
    '<text x="{}" y="{}" lang="{}" direction="{}">{}</text>'
)
ARTICLE = '<a class="node{}" href="{}" aria-label="{}">'
WANTED = '<g class="node wanted"><title>{}</title>'
# From the middle of a line of text to its base.
BASE = 4


@register.filter
def node(box: Box, centre: int) -> SafeString:
    """A box with its title; `centre` is the article that the picture is about."""
    x, y = box.middle
    language = box.node.language
    places = (box.x, box.y, box.width, box.height, x, y + BASE)
    inside = html(BOX, *map(str, places), language, names.direction(language), box.text)
    return around(box.node, " centre" if box.node.pk == centre else "", inside)


def around(node: Node, kind: str, inside: SafeString) -> SafeString:
    """What is drawn of a node, within its link if it leads anywhere."""
    if not node.slug:
        return SafeString(html(WANTED, lacking(node)) + inside + SafeString("</g>"))
    opened = html(ARTICLE, kind, addresses.article(node.slug), node.title)
    return SafeString(opened + inside + SafeString("</a>"))


@register.filter
def entry(node: Node) -> SafeString:
    """A node in a list."""
    if not node.slug:
        hint = _("no article yet")
        pattern = '<span class="wanted" lang="{}" dir="auto">{}</span> <small>({})</small>'
        return html(pattern, node.language, node.title, hint)
    pattern = '<a href="{}" lang="{}" dir="auto">{}</a>'
    return html(pattern, addresses.article(node.slug), node.language, node.title)


def lacking(node: Node) -> str:
    return _("%(name)s (no article yet)") % {"name": node.title}
