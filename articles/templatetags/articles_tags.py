"""Tags and filters for pages: fragments, URLs, dates, excerpts and reasons."""

from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from articles import url_for
from articles.fragments import Fragment
from articles.queries.related import Related
from articles.text import names, sentences

register = template.Library()
register.filter("article_url", url_for.article)
register.filter("tag_url", url_for.tag)
register.filter("graph_url", url_for.graph)
register.filter("backlinks_url", url_for.backlinks)
register.filter("source_url", url_for.source)
register.filter("direction", names.direction)

# Tags that are given as the reason why an article is related.
MAX_TAGS = 3
# Characters of a sentence before and after a link.
EXCERPT_LENGTH = 91


@register.filter(expects_localtime=True)
def day(moment: datetime) -> str:
    """Return the date of `moment` in the format of the active language."""
    return _format(moment.date(), get_language())


@lru_cache(maxsize=4096)
def _format(value: date, _language: str | None) -> str:
    """Format a date in the active language, which is an argument for the sake of the cache."""
    return date_format(value)


@register.filter
def last_words(text: str) -> str:
    """Return the last words of the text before a link."""
    if len(text) <= EXCERPT_LENGTH:
        return text
    return f"…{sentences.last_words(text, EXCERPT_LENGTH)}"


@register.filter
def first_words(text: str) -> str:
    """Return the first words of the text after a link."""
    if len(text) <= EXCERPT_LENGTH:
        return text
    return f"{sentences.first_words(text, EXCERPT_LENGTH)}…"


@register.filter
def reason(related: Related) -> str:
    """Say why an article is related: “3 links, cited together in 2 articles, tag trade”."""
    tags = tuple(tag.name for tag in related.tags[:MAX_TAGS])
    return _reason(related.links, related.cited, tags, get_language())


@lru_cache(maxsize=4096)
def _reason(links: int, cited: int, tags: tuple[str, ...], _language: str | None) -> str:
    """Say `reason` in the active language, which is an argument for the sake of the cache."""
    parts, comma = [], _(", ")
    if links:
        text = ngettext("%(count)d link", "%(count)d links", links)
        parts.append(text % {"count": links})
    if cited:
        text = ngettext(
            "cited together in %(count)d article", "cited together in %(count)d articles", cited
        )
        parts.append(text % {"count": cited})
    if tags:
        text = ngettext("tag %(names)s", "tags %(names)s", len(tags))
        parts.append(text % {"names": comma.join(tags)})
    return comma.join(parts)


@register.simple_tag
def fragment(template: str, page: str = "", **values: object) -> SafeString:
    """Include a template as a `Fragment`, with `values`. It may compare the name of the `page`."""
    return Fragment(template).render(values, page=page)
