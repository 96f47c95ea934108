"""Read-only field values as HTML, for users who may not change an article."""

from collections.abc import Sequence

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from articles.link_rendering import render_links
from articles.models import Article
from articles.queries.links import link_targets

STYLESHEETS = ("articles/css/tokens.css", "articles/css/prose.css")


def rendered_body(article: Article) -> SafeString:
    """Return the article's text as readers see it.

    It is in a shadow root, so that neither its ids nor its styles mix with those of the admin.
    """
    html = render_links(article.html, link_targets(article))
    stylesheets = format_html_join(
        "", '<link rel="stylesheet" href="{}">', ((static(path),) for path in STYLESHEETS)
    )
    return format_html(
        '<div class="rendered-body"><template shadowrootmode="open">{}'
        '<div class="prose" lang="{}" dir="{}">{}</div></template></div>',
        stylesheets,
        article.language,
        article.direction,
        html,
    )


def one_per_line(values: Sequence[str]) -> SafeString:
    """Return `values` separated by line breaks, or a dash if there are none."""
    lines = ((value,) for value in values or ["–"])
    return format_html_join(mark_safe("<br>"), '<span dir="auto">{}</span>', lines)
