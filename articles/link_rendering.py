"""Stored HTML → the HTML of a page, in which each wikilink leads where its name leads now."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles import url_for
from articles.markdown import wikilinks
from articles.models.link_resolution import Target, target_of


def render_links(
    html: str, targets: Mapping[str, Target], *, link_missing: bool = False
) -> SafeString:
    """Return `html` with its wikilinks as links to `targets`, which are keyed by folded name.

    A link to a missing article is marked as such. With `link_missing`, for editors, it leads to
    the form that creates the article.
    """

    def url_of(key: str) -> str | None:
        target = target_of(targets, key)
        return url_for.article(target.slug) if target else None

    def missing(name: str, label: str) -> str:
        if link_missing:
            return format_html(
                '<a class="wanted" href="{}">{}</a>',
                add_article_url(wikilinks.last_part(name)),
                mark_safe(label),
            )
        return f'<span class="wanted">{label}{note}</span>'

    note = f'<span class="visually-hidden" lang="{get_language()}"> ({_("no article yet")})</span>'
    return mark_safe(wikilinks.replace_wikilinks(html, url_of, missing))


def add_article_url(title: str) -> str:
    """Return the URL of the admin form that adds an article, with its title filled in."""
    return f"{reverse('admin:articles_article_add')}?{urlencode({'title': title})}"
