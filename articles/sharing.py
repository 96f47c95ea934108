"""What pages say of themselves to machines: OpenGraph, Twitter cards, JSON-LD (schema.org)."""

import json
import re
from collections.abc import Iterable
from html import escape, unescape
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles import addresses
from articles.models import Article, Tag

IMAGE = re.compile(r'<img src="([^"]*)" alt="([^"]*)"')
CARD = "articles/card.png"
CARD_SIZE = ("1200", "630")
SEARCH = "/search/?q={search_term_string}"
# Nothing in a script that HTML could take for its end, or XHTML for a reference.
IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}

Property = tuple[str, str]
Facts = dict[str, Any]


def of_article(article: Article, tags: Iterable[Tag], origin: str) -> SafeString:
    tags = list(tags)
    url = origin + article.get_absolute_url()
    image, alt = picture(article, url) or (None, "")
    properties = [
        ("og:type", "article"),
        ("og:title", article.title),
        ("og:description", article.summary),
        ("og:locale", article.language.replace("-", "_")),
        ("article:published_time", article.published.isoformat()),
        ("article:modified_time", article.renewed.isoformat()),
        ("article:author", article.author),
        *(("article:tag", tag.name) for tag in tags),
    ]
    trail = [
        (_("Articles"), reverse("articles:index")),
        (article.title, article.get_absolute_url()),
    ]
    source = escape(origin + addresses.source(article.slug))
    return mark_safe(
        f'<link rel="alternate" type="text/markdown" href="{source}">'
        + _properties(properties + _common(url, origin, image, alt))
        + script(_article(article, tags, url, image or card(origin)), _trail(trail, origin))
    )


def of_tag(tag: Tag, origin: str) -> SafeString:
    url = origin + tag.get_absolute_url()
    properties = [
        ("og:type", "website"),
        ("og:title", tag.name),
        ("og:description", tag.description),
    ]
    trail = [(_("Tags"), reverse("articles:tags")), (tag.name, tag.get_absolute_url())]
    return mark_safe(
        _feed(addresses.feed_of_tag(tag.slug), f"{settings.SITE_NAME}: {tag.name}", origin)
        + _properties(properties + _common(url, origin))
        + script(_trail(trail, origin))
    )


def of_site(origin: str) -> SafeString:
    url = origin + reverse("articles:home")
    properties = [("og:type", "website"), ("og:title", settings.SITE_NAME)]
    return mark_safe(
        _feed(reverse("articles:feed"), settings.SITE_NAME, origin)
        + _properties(properties + _common(url, origin))
        + script(_site(url, origin))
    )


def picture(article: Article, url: str) -> tuple[str, str] | None:
    """The address and the words of the first picture of its text: it is of our own media."""
    found = IMAGE.search(article.html)
    return (urljoin(url, unescape(found[1])), unescape(found[2])) if found else None


def card(origin: str) -> str:
    return urljoin(origin, static(CARD))


def _common(url: str, origin: str, image: str | None = None, alt: str = "") -> list[Property]:
    width, height = ("", "") if image else CARD_SIZE
    return [
        ("og:url", url),
        ("og:site_name", settings.SITE_NAME),
        ("og:image", image or card(origin)),
        ("og:image:width", width),
        ("og:image:height", height),
        ("og:image:alt", alt if image else settings.SITE_NAME),
        ("twitter:card", "summary_large_image"),
    ]


def _properties(properties: Iterable[Property]) -> str:
    """Twitter reads the properties of OpenGraph, but for the kind of its card."""
    return "".join(
        f'<meta {"name" if name.startswith("twitter") else "property"}="{name}"'
        f' content="{escape(content)}">'
        for name, content in properties
        if content
    )


def _feed(path: str, title: str, origin: str) -> str:
    address = f'href="{escape(origin + path)}" title="{escape(title)}"'
    return f'<link rel="alternate" type="application/atom+xml" {address}>'


def _article(article: Article, tags: Iterable[Tag], url: str, image: str) -> Facts:
    facts = {
        "@type": "Article",
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "headline": article.title,
        "description": article.summary,
        "inLanguage": article.language,
        "datePublished": article.published.isoformat(),
        "dateModified": article.renewed.isoformat(),
        "author": {"@type": "Person", "name": article.author} if article.author else None,
        "publisher": {"@type": "Organization", "name": settings.SITE_NAME},
        "image": image,
        "keywords": [tag.name for tag in tags],
        "wordCount": article.words,
    }
    return {name: value for name, value in facts.items() if value}


def _trail(steps: Iterable[tuple[str, str]], origin: str) -> Facts:
    steps = [(settings.SITE_NAME, reverse("articles:home")), *steps]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": origin + path}
            for place, (name, path) in enumerate(steps, start=1)
        ],
    }


def _site(url: str, origin: str) -> Facts:
    return {
        "@type": "WebSite",
        "@id": url,
        "url": url,
        "name": settings.SITE_NAME,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": origin + SEARCH},
            "query-input": "required name=search_term_string",
        },
    }


def script(*things: Facts) -> str:
    """JSON-LD as a block of data, which no browser runs and no CSP needs to allow."""
    data = {"@context": "https://schema.org", "@graph": list(things)}
    text = json.dumps(data, ensure_ascii=False).translate(IN_SCRIPT)
    return f'<script type="application/ld+json">{text}</script>'
