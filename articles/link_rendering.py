"""Stored HTML → what is read: links lead to where their names lead now."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles import url_for
from articles.markdown import wikilinks
from articles.models.link_resolution import Target


def render_links(html: str, targets: Mapping[str, Target], *, write: bool) -> SafeString:
    """The HTML of a text with its wikilinks made real.

    A link to no article is marked; for those who may `write` it, it leads to where that is done.
    """

    def url_of(key: str) -> str | None:
        target = targets.get(key)
        return url_for.article(target.slug) if target else None

    def missing(name: str, label: str) -> str:
        if write:
            return format_html(
                '<a class="wanted" href="{}">{}</a>', add_article_url(name), mark_safe(label)
            )
        return f'<span class="wanted">{label}{said}</span>'

    said = f'<span class="visually-hidden" lang="{get_language()}"> ({_("no article yet")})</span>'
    return mark_safe(wikilinks.resolve_links(html, url_of, missing))


def add_article_url(title: str) -> str:
    """The address at which an editor begins an article."""
    return f"{reverse('admin:articles_article_add')}?{urlencode({'title': title})}"
