"""What could be improved in an article: gaps that readers or search engines would notice."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from html import unescape
from urllib.parse import unquote

from django.utils.html import strip_tags

from articles.markdown import Document, Heading
from articles.markdown.anchors import Anchors, ids_in, last_id, toc_anchors
from articles.markdown.headings import skipped_levels
from articles.models import Article
from articles.models.link_resolution import Target, target_of

# Links within a page, in our own HTML.
ANCHOR_LINK = re.compile(r'<a[^>]* href="#([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


class Gap(Enum):
    """What an article lacks."""

    SUMMARY = auto()
    TAGS = auto()
    ALT_TEXT = auto()
    HEADING_LEVEL = auto()
    SECTION = auto()
    DROPPED_HTML = auto()


@dataclass(frozen=True)
class Check:
    """A gap, and the parts of the article that have it: images by URL, headings and links by text,
    HTML by tag and line.

    There are none if the whole article has it.
    """

    gap: Gap
    parts: tuple[str, ...] = ()


def article_checks(
    article: Article, document: Document, targets: Mapping[str, Target], *, has_tags: bool
) -> list[Check]:
    """Return the failed checks of `article`, whose body is `document`, which links to `targets`.

    At most two queries.
    """
    checks = [
        Check(Gap.ALT_TEXT, _images_without_alt(document)),
        Check(Gap.HEADING_LEVEL, _headings_after_a_gap(document.headings)),
        Check(Gap.SECTION, _links_to_missing_sections(article, document, targets)),
        Check(Gap.DROPPED_HTML, _dropped_tags(document)),
    ]
    whole = [] if article.summary.strip() else [Check(Gap.SUMMARY)]
    if not has_tags:
        whole.append(Check(Gap.TAGS))
    return [*whole, *(check for check in checks if check.parts)]


def _images_without_alt(document: Document) -> tuple[str, ...]:
    return tuple(image.src for image in document.images if image.lacks_alt)


def _dropped_tags(document: Document) -> tuple[str, ...]:
    return tuple(f"<{tag.name}> ({tag.line})" for tag in document.dropped)


def _headings_after_a_gap(headings: Sequence[Heading]) -> tuple[str, ...]:
    return tuple(headings[index].text for index in skipped_levels(headings))


def _links_to_missing_sections(
    article: Article, document: Document, targets: Mapping[str, Target]
) -> tuple[str, ...]:
    """Return the labels of links to sections that the linked articles, or this one, don't have."""
    linked = [
        (link, target.pk)
        for link in document.links
        if link.fragment and (target := target_of(targets, link.key))
    ]
    others = {pk for _link, pk in linked} - {article.pk}
    toc = {article.pk: Anchors(document.headings)}
    if others:
        rows = Article.objects.filter(pk__in=others).values_list("pk", "toc")
        toc |= {pk: toc_anchors(entries) for pk, entries in rows}
    missing = [(link, pk) for link, pk in linked if not toc[pk].find(link.fragment)]
    ids = _other_ids(article, document, {pk for _link, pk in missing})
    labels = [link.label for link, pk in missing if last_id(link.fragment) not in ids[pk]]
    return (*labels, *_broken_anchors(document.html))


def _other_ids(
    article: Article, document: Document, targets: Collection[int]
) -> dict[int, set[str]]:
    """Return all ids of articles, among them those of blocks, which no table of contents has."""
    ids = {article.pk: ids_in(document.html)}
    if others := set(targets) - {article.pk}:
        rows = Article.objects.filter(pk__in=others).values_list("pk", "html")
        ids |= {pk: ids_in(html) for pk, html in rows}
    return ids


def _broken_anchors(html: str) -> list[str]:
    """Return the labels of links within the article that lead to no heading or footnote of it."""
    anchors = ids_in(html)
    labels = {
        unquote(unescape(anchor)): unescape(strip_tags(label))
        for anchor, label in ANCHOR_LINK.findall(html)
    }
    return [label for anchor, label in labels.items() if anchor not in anchors]
