"""Metadata of pages for search engines and social media: OpenGraph and JSON-LD (schema.org).

Each function returns the HTML of a template in ``articles/metadata/``; `origin` is the scheme and
host of all URLs.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import urljoin

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles import url_for
from articles.fragments import Fragment
from articles.models import Article, Tag

# The image of pages that have none of their own, and its size in pixels.
SITE_IMAGE = "articles/card.png"
SITE_IMAGE_SIZE = (1200, 630)
SEARCH_PARAMETERS = "?q={search_term_string}"
# Characters that could end the script element, or line breaks to old JavaScript engines.
UNSAFE_IN_SCRIPT = re.compile("[<>&\u2028\u2029]")
JSON = json.JSONEncoder(ensure_ascii=False)

ARTICLE = Fragment("articles/metadata/article.html")
ARTICLE_TAG = Fragment("articles/metadata/article_tag.html")
TAG = Fragment("articles/metadata/tag.html")
SITE = Fragment("articles/metadata/site.html")

Node = dict[str, Any]


class Image(NamedTuple):
    """The image that represents a page; its size in pixels is 0 where it is not known."""

    url: str
    alt: str
    width: int = 0
    height: int = 0


def article_metadata(article: Article, tags: Iterable[Tag], origin: str) -> SafeString:
    tags = list(tags)
    url = origin + article.get_absolute_url()
    image = _article_image(article, url) or _site_image(origin)
    breadcrumbs = [
        (_("Articles"), url_for.article_index()),
        (article.title, article.get_absolute_url()),
    ]
    values = {
        "title": article.title,
        "summary": article.summary,
        "author": article.author,
        "published": article.published.isoformat(),
        "modified": article.last_visible_change.isoformat(),
        "tags": ARTICLE_TAG.join({"name": tag.name} for tag in tags),
        "locale": article.language.replace("-", "_"),
        "source_url": origin + url_for.source(article.slug),
    }
    nodes = _article(article, tags, url, image.url), _breadcrumb_list(breadcrumbs, origin)
    return ARTICLE.render(values | _common(url, image, nodes))


def tag_metadata(tag: Tag, origin: str) -> SafeString:
    breadcrumbs = [(_("Tags"), url_for.tags()), (tag.name, tag.get_absolute_url())]
    values = {
        "name": tag.name,
        "description": tag.description,
        "feed_url": origin + url_for.tag_feed(tag.slug),
    }
    url = origin + tag.get_absolute_url()
    nodes = [_breadcrumb_list(breadcrumbs, origin)]
    return TAG.render(values | _common(url, _site_image(origin), nodes))


def site_metadata(origin: str) -> SafeString:
    url = origin + url_for.home()
    values = {"feed_url": origin + url_for.feed()}
    return SITE.render(values | _common(url, _site_image(origin), [_website(url, origin)]))


def _common(url: str, image: Image, nodes: Iterable[Node]) -> dict[str, object]:
    """Return the values of ``common.html``, which the others include."""
    return {
        "url": url,
        "image_url": image.url,
        "image_alt": image.alt,
        "image_width": image.width or "",
        "image_height": image.height or "",
        "json_ld": json_ld(*nodes),
    }


def _article_image(article: Article, url: str) -> Image | None:
    """Return the first image of the text. Its URL may be relative to that of the article."""
    if not article.image_url:
        return None
    return Image(urljoin(url, article.image_url), article.image_alt)


def _site_image(origin: str) -> Image:
    return Image(urljoin(origin, static(SITE_IMAGE)), settings.SITE_NAME, *SITE_IMAGE_SIZE)


def _article(article: Article, tags: Iterable[Tag], url: str, image: str) -> Node:
    node = {
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
    return {name: value for name, value in node.items() if value}


def _breadcrumb_list(breadcrumbs: Iterable[tuple[str, str]], origin: str) -> Node:
    breadcrumbs = [(settings.SITE_NAME, url_for.home()), *breadcrumbs]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": origin + path}
            for position, (name, path) in enumerate(breadcrumbs, start=1)
        ],
    }


def _website(url: str, origin: str) -> Node:
    search = f"{origin}{url_for.site_urls()['search']}{SEARCH_PARAMETERS}"
    return {
        "@type": "WebSite",
        "@id": url,
        "url": url,
        "name": settings.SITE_NAME,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": search},
            "query-input": "required name=search_term_string",
        },
    }


def json_ld(*nodes: Node) -> SafeString:
    """Return `nodes` as JSON-LD that is safe within a ``script`` element.

    Browsers don't execute such a data block, so that the Content Security Policy allows it.
    """
    data = {"@context": "https://schema.org", "@graph": list(nodes)}
    text = JSON.encode(data)
    return mark_safe(UNSAFE_IN_SCRIPT.sub(lambda match: f"\\u{ord(match[0]):04X}", text))
