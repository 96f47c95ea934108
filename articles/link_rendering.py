"""Stored HTML → the HTML of a page, in which each wikilink leads where its name leads now."""

from collections.abc import Mapping
from urllib.parse import quote

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles import url_for
from articles.markdown import anchors, wikilinks
from articles.markdown.escaping import attribute
from articles.markdown.wikilinks import StoredLink
from articles.models.link_resolution import Target, target_of
from articles.queries.links import LinkedPage, linked_pages


def render_links(
    html: str,
    targets: Mapping[str, Target],
    *,
    pages: Mapping[int, LinkedPage] | None = None,
    link_missing: bool = False,
) -> SafeString:
    """Return `html` with its wikilinks as links to `targets`, which are keyed by folded name.

    A link to a missing article is marked as such. With `link_missing`, for editors, it leads to
    the form that creates the article. `pages` are the `linked_pages` of this and other texts; if
    they are not given, there is one query for them if the text has links to sections or embeds.
    """
    details = linked_pages([(html, targets)]) if pages is None else pages

    def render(link: StoredLink) -> str:
        target = target_of(targets, link.key)
        if not target:
            return _missing(link, note, link_missing=link_missing)
        page = details.get(target.pk)
        url = urls[target.slug] + _fragment(link, page)
        if link.is_embed and page:
            return _card(link, page, url)
        return f'<a href="{attribute(url)}">{link.label}</a>'

    slugs = list({target.slug for target in targets.values()})
    urls = dict(zip(slugs, url_for.articles(slugs), strict=True))
    note = f'<span class="visually-hidden" lang="{get_language()}"> ({_("no article yet")})</span>'
    return mark_safe(wikilinks.replace_wikilinks(html, render))


def _fragment(link: StoredLink, page: LinkedPage | None) -> str:
    """Return ``#`` and the id in `page` that a link to a section leads to."""
    if not link.fragment:
        return ""
    anchor = page.anchors.find(link.fragment) if page else None
    return f"#{quote(anchor or anchors.last_id(link.fragment))}"


def _card(link: StoredLink, page: LinkedPage, url: str) -> str:
    context = {"page": page, "url": url, "section": page.anchors.text(link.fragment)}
    return render_to_string("articles/_link_card.html", context).strip()


def _missing(link: StoredLink, note: str, *, link_missing: bool) -> str:
    if not link_missing:
        return f'<span class="wanted">{link.label}{note}</span>'
    url = add_article_url(wikilinks.last_part(link.name))
    return format_html('<a class="wanted" href="{}">{}</a>', url, mark_safe(link.label))


def add_article_url(title: str) -> str:
    """Return the URL of the admin form that adds an article, with its title filled in."""
    return f"{reverse('admin:articles_article_add')}?{urlencode({'title': title})}"
