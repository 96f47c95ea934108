"""What pages say: why an article is related, what part of a sentence has room, where to go on."""

from typing import Any

from django import template
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext

from articles import addresses
from articles.models.related import Related
from articles.views.paging import Page

register = template.Library()
register.filter("article_address", addresses.article)
register.filter("tag_address", addresses.tag)

NAMED_TAGS = 3


@register.filter
def reason(entry: Related) -> str:
    """Why an article is related, such as “3 links, tag peacekeeping”."""
    parts = []
    if entry.links:
        parts.append(ngettext("%d link", "%d links", entry.links) % entry.links)
    if entry.tags:
        named = gettext(", ").join(tag.name for tag in entry.tags[:NAMED_TAGS])
        parts.append(ngettext("tag %s", "tags %s", len(entry.tags[:NAMED_TAGS])) % named)
    return gettext(", ").join(parts)


@register.filter
def ending(text: str, length: int) -> str:
    """The last words of `text`, at most `length` characters.

    >>> ending("one two three", 9)
    '…two three'
    """
    if len(text) <= length:
        return text
    cut = text[-length - 1 :]
    return f"…{cut.partition(' ')[2] or cut[1:]}"


@register.filter
def beginning(text: str, length: int) -> str:
    """The first words of `text`, at most `length` characters.

    >>> beginning("one two three", 8)
    'one two…'
    """
    if len(text) <= length:
        return text
    cut = text[: length + 1]
    return f"{cut.rpartition(' ')[0] or cut[:-1]}…"


@register.inclusion_tag("articles/pages.html")
def pages(page: Page[Any], **kept: str) -> dict[str, str]:
    """The way to the pages before and after `page`, with what else the address has to say."""
    others = {name: value for name, value in kept.items() if value}
    before = {**others, "before": page.rows[0].slug} if page.has_previous else {}
    after = {**others, "after": page.rows[-1].slug} if page.has_next else {}
    return {"previous": urlencode(before), "next": urlencode(after)}
