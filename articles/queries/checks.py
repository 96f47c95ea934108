"""What could be improved in an article: gaps that readers or search engines would notice."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from html import unescape
from urllib.parse import unquote

from django.utils.html import strip_tags

from articles.markdown import Document, Heading
from articles.models import Article
from articles.models.link_resolution import Target, target_of

# What an anchor leads to, and links to anchors, in our own HTML.
ANCHOR = re.compile(r'<[^>]* id="([^"]*)"')
ANCHOR_LINK = re.compile(r'<a[^>]* href="#([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


class Gap(Enum):
    """What an article lacks."""

    SUMMARY = auto()
    TAGS = auto()
    ALT_TEXT = auto()
    HEADING_LEVEL = auto()
    SECTION = auto()


@dataclass(frozen=True)
class Check:
    """A gap, and the parts of the article that have it: images by URL, headings and links by text.

    There are none if the whole article has it.
    """

    gap: Gap
    parts: tuple[str, ...] = ()


def article_checks(
    article: Article, document: Document, targets: Mapping[str, Target], *, has_tags: bool
) -> list[Check]:
    """Return the failed checks of `article`, whose body is `document`, which links to `targets`.

    At most one query.
    """
    checks = [
        Check(Gap.ALT_TEXT, _images_without_alt(document)),
        Check(Gap.HEADING_LEVEL, _headings_after_a_gap(document.headings)),
        Check(Gap.SECTION, _links_to_missing_sections(article, document, targets)),
    ]
    whole = [] if article.summary.strip() else [Check(Gap.SUMMARY)]
    if not has_tags:
        whole.append(Check(Gap.TAGS))
    return [*whole, *(check for check in checks if check.parts)]


def _images_without_alt(document: Document) -> tuple[str, ...]:
    return tuple(image.src for image in document.images if not image.alt.strip())


def _headings_after_a_gap(headings: Iterable[Heading]) -> tuple[str, ...]:
    """Return the headings that are more than one level below the one before (WCAG technique G141).

    The title is on the first level.
    """
    skipping, level = [], 1
    for heading in headings:
        if heading.level > level + 1:
            skipping.append(heading.text)
        level = heading.level
    return tuple(skipping)


def _links_to_missing_sections(
    article: Article, document: Document, targets: Mapping[str, Target]
) -> tuple[str, ...]:
    """Return the labels of links to sections that the linked articles, or this one, don't have."""
    links = [link for link in document.links if link.fragment]
    anchors = {article.pk: {heading.anchor for heading in document.headings}}
    linked = {link.key: target_of(targets, link.key) for link in links}
    others = {target.pk for target in linked.values() if target} - {article.pk}
    if others:
        rows = Article.objects.filter(pk__in=others).values_list("pk", "toc")
        anchors |= {pk: {heading["anchor"] for heading in toc} for pk, toc in rows}
    missing = [
        link.label
        for link in links
        if (target := linked[link.key]) and link.fragment not in anchors.get(target.pk, ())
    ]
    return (*missing, *_broken_anchors(document.html))


def _broken_anchors(html: str) -> list[str]:
    """Return the labels of links within the article that lead to no heading or footnote of it."""
    anchors = set(ANCHOR.findall(html))
    labels = {
        unquote(unescape(anchor)): unescape(strip_tags(label))
        for anchor, label in ANCHOR_LINK.findall(html)
    }
    return [label for anchor, label in labels.items() if anchor not in anchors]
