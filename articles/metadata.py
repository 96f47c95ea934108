"""Metadata in the head of pages: OpenGraph, Twitter cards, JSON-LD (schema.org)."""

import json
import re
from collections.abc import Iterable
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urljoin

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles import url_for
from articles.models import Article, Tag

DEFAULT_IMAGE = "articles/card.png"
DEFAULT_IMAGE_SIZE = ("1200", "630")
SEARCH_URL = "/search/?q={search_term_string}"
# Characters that could end a script in HTML, or begin an entity in XHTML.
UNSAFE_IN_SCRIPT = re.compile("[<>&\u2028\u2029]")
JSON = json.JSONEncoder(ensure_ascii=False)

Property = tuple[str, str]
Thing = dict[str, Any]


class OpenGraphImage(NamedTuple):
    """The image that represents a page, with its size in pixels if that is known."""

    url: str
    alt: str
    width: str = ""
    height: str = ""


def article_metadata(article: Article, tags: Iterable[Tag], origin: str) -> SafeString:
    tags = list(tags)
    url = origin + article.get_absolute_url()
    image = _first_image(article, url) or _default_image(origin)
    properties = [
        ("og:type", "article"),
        ("og:title", article.title),
        ("og:description", article.summary),
        ("og:locale", article.language.replace("-", "_")),
        ("article:published_time", article.published.isoformat()),
        ("article:modified_time", article.last_visible_change.isoformat()),
        ("article:author", article.author),
        *(("article:tag", tag.name) for tag in tags),
    ]
    breadcrumbs = [
        (_("Articles"), url_for.article_index()),
        (article.title, article.get_absolute_url()),
    ]
    source = escape(origin + url_for.source(article.slug))
    return mark_safe(
        f'<link rel="alternate" type="text/markdown" href="{source}">'
        + _meta_tags(properties + _common_properties(url, image))
        + script(_article_thing(article, tags, url, image.url), _breadcrumbs(breadcrumbs, origin))
    )


def tag_metadata(tag: Tag, origin: str) -> SafeString:
    url = origin + tag.get_absolute_url()
    properties = [
        ("og:type", "website"),
        ("og:title", tag.name),
        ("og:description", tag.description),
    ]
    breadcrumbs = [(_("Tags"), reverse("articles:tags")), (tag.name, tag.get_absolute_url())]
    return mark_safe(
        _feed_link(url_for.tag_feed(tag.slug), f"{settings.SITE_NAME}: {tag.name}", origin)
        + _meta_tags(properties + _common_properties(url, _default_image(origin)))
        + script(_breadcrumbs(breadcrumbs, origin))
    )


def site_metadata(origin: str) -> SafeString:
    url = origin + url_for.home()
    properties = [("og:type", "website"), ("og:title", settings.SITE_NAME)]
    return mark_safe(
        _feed_link(reverse("articles:feed"), settings.SITE_NAME, origin)
        + _meta_tags(properties + _common_properties(url, _default_image(origin)))
        + script(_site_thing(url, origin))
    )


def _first_image(article: Article, url: str) -> OpenGraphImage | None:
    """The first image of the text. Its URL may be relative to that of the article."""
    if not article.image_url:
        return None
    return OpenGraphImage(urljoin(url, article.image_url), article.image_alt)


def _default_image(origin: str) -> OpenGraphImage:
    return OpenGraphImage(
        urljoin(origin, static(DEFAULT_IMAGE)), settings.SITE_NAME, *DEFAULT_IMAGE_SIZE
    )


def _common_properties(url: str, image: OpenGraphImage) -> list[Property]:
    return [
        ("og:url", url),
        ("og:site_name", settings.SITE_NAME),
        ("og:image", image.url),
        ("og:image:width", image.width),
        ("og:image:height", image.height),
        ("og:image:alt", image.alt),
        ("twitter:card", "summary_large_image"),
    ]


def _meta_tags(properties: Iterable[Property]) -> str:
    """Return meta elements, without empty ones. OpenGraph uses `property`, Twitter uses `name`."""
    return "".join(
        f'<meta {"name" if name.startswith("twitter") else "property"}="{name}"'
        f' content="{escape(content)}">'
        for name, content in properties
        if content
    )


def _feed_link(path: str, title: str, origin: str) -> str:
    attributes = f'href="{escape(origin + path)}" title="{escape(title)}"'
    return f'<link rel="alternate" type="application/atom+xml" {attributes}>'


def _article_thing(article: Article, tags: Iterable[Tag], url: str, image: str) -> Thing:
    thing = {
        "@type": "Article",
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "headline": article.title,
        "description": article.summary,
        "inLanguage": article.language,
        "datePublished": article.published.isoformat(),
        "dateModified": article.last_visible_change.isoformat(),
        "author": {"@type": "Person", "name": article.author} if article.author else None,
        "publisher": {"@type": "Organization", "name": settings.SITE_NAME},
        "image": image,
        "keywords": [tag.name for tag in tags],
        "wordCount": article.word_count,
    }
    return {name: value for name, value in thing.items() if value}


def _breadcrumbs(ancestors: Iterable[tuple[str, str]], origin: str) -> Thing:
    items = [(settings.SITE_NAME, url_for.home()), *ancestors]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": origin + path}
            for position, (name, path) in enumerate(items, start=1)
        ],
    }


def _site_thing(url: str, origin: str) -> Thing:
    return {
        "@type": "WebSite",
        "@id": url,
        "url": url,
        "name": settings.SITE_NAME,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": origin + SEARCH_URL},
            "query-input": "required name=search_term_string",
        },
    }


def script(*things: Thing) -> str:
    """Return JSON-LD in a data block, which browsers don't run, so no CSP has to allow it."""
    data = {"@context": "https://schema.org", "@graph": list(things)}
    text = UNSAFE_IN_SCRIPT.sub(lambda match: f"\\u{ord(match[0]):04X}", JSON.encode(data))
    return f'<script type="application/ld+json">{text}</script>'
