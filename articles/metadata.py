"""What pages say of themselves to machines: OpenGraph, Twitter cards, JSON-LD (schema.org)."""

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

CARD = "articles/card.png"
CARD_SIZE = ("1200", "630")
SEARCH = "/search/?q={search_term_string}"
# Nothing in a script that HTML could take for its end, or XHTML for a reference.
NOT_IN_SCRIPT = re.compile("[<>&\u2028\u2029]")
JSON = json.JSONEncoder(ensure_ascii=False)

Property = tuple[str, str]
Facts = dict[str, Any]


class Picture(NamedTuple):
    """What stands for a page; its size in pixels, where that is known."""

    address: str
    alt: str
    width: str = ""
    height: str = ""


def of_article(article: Article, tags: Iterable[Tag], origin: str) -> SafeString:
    tags = list(tags)
    url = origin + article.get_absolute_url()
    picture = _picture(article, url) or _card(origin)
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
    trail = [
        (_("Articles"), url_for.article_index()),
        (article.title, article.get_absolute_url()),
    ]
    source = escape(origin + url_for.source(article.slug))
    return mark_safe(
        f'<link rel="alternate" type="text/markdown" href="{source}">'
        + _properties(properties + _common(url, picture))
        + script(_article(article, tags, url, picture.address), _trail(trail, origin))
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
        _feed(url_for.tag_feed(tag.slug), f"{settings.SITE_NAME}: {tag.name}", origin)
        + _properties(properties + _common(url, _card(origin)))
        + script(_trail(trail, origin))
    )


def of_site(origin: str) -> SafeString:
    url = origin + url_for.home()
    properties = [("og:type", "website"), ("og:title", settings.SITE_NAME)]
    return mark_safe(
        _feed(reverse("articles:feed"), settings.SITE_NAME, origin)
        + _properties(properties + _common(url, _card(origin)))
        + script(_site(url, origin))
    )


def _picture(article: Article, url: str) -> Picture | None:
    """The first image of the text. Its URL may be relative to that of the article."""
    if not article.image_url:
        return None
    return Picture(urljoin(url, article.image_url), article.image_alt)


def _card(origin: str) -> Picture:
    return Picture(urljoin(origin, static(CARD)), settings.SITE_NAME, *CARD_SIZE)


def _common(url: str, picture: Picture) -> list[Property]:
    return [
        ("og:url", url),
        ("og:site_name", settings.SITE_NAME),
        ("og:image", picture.address),
        ("og:image:width", picture.width),
        ("og:image:height", picture.height),
        ("og:image:alt", picture.alt),
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
        "dateModified": article.last_visible_change.isoformat(),
        "author": {"@type": "Person", "name": article.author} if article.author else None,
        "publisher": {"@type": "Organization", "name": settings.SITE_NAME},
        "image": image,
        "keywords": [tag.name for tag in tags],
        "wordCount": article.word_count,
    }
    return {name: value for name, value in facts.items() if value}


def _trail(steps: Iterable[tuple[str, str]], origin: str) -> Facts:
    steps = [(settings.SITE_NAME, url_for.home()), *steps]
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
    text = NOT_IN_SCRIPT.sub(lambda sign: f"\\u{ord(sign[0]):04X}", JSON.encode(data))
    return f'<script type="application/ld+json">{text}</script>'
