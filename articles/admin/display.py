"""An article as readers would see it: its fields in the admin, and what its page needs."""

from collections.abc import Iterable, Sequence

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from articles import derived
from articles.link_rendering import render_links
from articles.models import Article, Tag
from articles.page_rendering import article_values
from articles.queries.links import document_targets, link_targets

STYLESHEETS = tuple(f"articles/css/{name}.css" for name in ("tokens", "prose", "code", "formulas"))


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


def article_page_context(article: Article, tag_names: Iterable[str]) -> dict[str, object]:
    """Return what the template of the site's article page needs, for a state of an article that
    is not stored as such. Sets the derived columns of `article`."""
    document = derived.derive(article)
    targets = document_targets(article, document)
    tags = Tag.objects.filter(name__in=tag_names).order_by("key")
    return article_values(article, tags, render_links(article.html, targets))


def one_per_line(values: Sequence[str]) -> SafeString:
    """Return `values` separated by line breaks, or a dash if there are none."""
    lines = ((value,) for value in values or ["–"])
    return format_html_join(mark_safe("<br>"), '<span dir="auto">{}</span>', lines)
