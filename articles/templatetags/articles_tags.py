"""Parts of pages: days and tags, who links here, what is related and why, where to go on."""

from datetime import date, datetime
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import quote

from django import template
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from articles import url_for
from articles.models import Tag
from articles.pagination import Page
from articles.queries.backlinks import Backlink
from articles.queries.related import Related
from articles.text import names

register = template.Library()
register.filter("article_url", url_for.article)
register.filter("tag_url", url_for.tag)
register.filter("graph_url", url_for.graph)
register.filter("backlinks_url", url_for.backlinks)
register.filter("source_url", url_for.source)
register.filter("direction", names.direction)

NAMED_TAGS = 3
# Characters of a sentence before and after a link.
ROOM = 90


# One call for a tag or an entry of the contents or the margin, not a node for each word: these
# would be half of the template.
CONTENT = '<li class="level-{}"><a href="#{}" dir="{}">{}</a></li>'
BACKLINK = '<li lang="{}" dir="{}"><a href="{}">{}</a> <p>{}<mark>{}</mark>{}</p></li>'
TAG = '<a href="{}" dir="auto">{}</a>'
RELATION = '<li lang="{}" dir="{}"><a href="{}">{}</a> <small lang="{}"><bdi>{}</bdi></small></li>'


def html(pattern: str, *texts: str) -> SafeString:
    """`format_html` for plain text: everything is escaped, whatever it says of itself."""
    return mark_safe(pattern.format(*map(escape, texts)))


@register.filter(expects_localtime=True)
def day(moment: datetime) -> str:
    """The day of a moment as the language of the page writes it."""
    return _written(moment.date(), get_language())


@lru_cache(maxsize=4096)
def _written(on: date, _language: str | None) -> str:
    """A date in the active language, which is told for the cache only."""
    return date_format(on)


@register.filter
def tag_link(tag: Tag) -> SafeString:
    return html(TAG, url_for.tag(tag.slug), tag.name)


@register.filter
def contents_entry(heading: dict[str, Any], around: str) -> SafeString:
    """A heading in the list of contents, whose article runs `around`."""
    direction, anchor = heading.get("direction") or around, quote(heading["anchor"])
    return html(CONTENT, str(heading["level"]), anchor, direction, heading["text"])


@register.filter
def backlink(link: Backlink) -> SafeString:
    """An article that links here, and as much of the sentence as there is room for."""
    return html(
        BACKLINK,
        link.language,
        names.direction(link.language),
        url_for.article(link.slug),
        link.title,
        ending(link.before, ROOM),
        link.label,
        beginning(link.after, ROOM),
    )


@register.filter
def relation(entry: Related, language: str) -> SafeString:
    """A related article, and why it is in the `language` of the page."""
    address, direction = url_for.article(entry.slug), names.direction(entry.language)
    return html(RELATION, entry.language, direction, address, entry.title, language, reason(entry))


def reason(entry: Related) -> str:
    """Why an article is related, such as “3 links, named together in 2 articles, tag trade”."""
    parts, comma = [], _(", ")
    if entry.links:
        words = ngettext("%(count)d link", "%(count)d links", entry.links)
        parts.append(words % {"count": entry.links})
    if entry.cited:
        together = ngettext(
            "named together in %(count)d article",
            "named together in %(count)d articles",
            entry.cited,
        )
        parts.append(together % {"count": entry.cited})
    if entry.tags:
        named = [tag.name for tag in entry.tags[:NAMED_TAGS]]
        words = ngettext("tag %(names)s", "tags %(names)s", len(named))
        parts.append(words % {"names": comma.join(named)})
    return comma.join(parts)


def ending(text: str, length: int) -> str:
    """The last words of `text`, at most `length` characters.

    >>> ending("one two three", 9)
    '…two three'
    """
    if len(text) <= length:
        return text
    cut = text[-length - 1 :]
    return f"…{cut.partition(' ')[2] or cut[1:]}"


def beginning(text: str, length: int) -> str:
    """The first words of `text`, at most `length` characters.

    >>> beginning("one two three", 8)
    'one two…'
    """
    if len(text) <= length:
        return text
    cut = text[: length + 1]
    return f"{cut.rpartition(' ')[0] or cut[:-1]}…"


@register.inclusion_tag("articles/pagination.html")
def pages(page: Page[Any], **kept: str) -> dict[str, str]:
    """The way to the pages before and after `page`, with what else the address has to say."""
    others = {name: value for name, value in kept.items() if value}
    before = {**others, "before": page.rows[0].slug} if page.has_previous else {}
    after = {**others, "after": page.rows[-1].slug} if page.has_next else {}
    return {"previous": urlencode(before), "next": urlencode(after)}
