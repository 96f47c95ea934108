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
from articles.fragments import Fragment, rendered_once
from articles.models import Article, Tag
from articles.queries.tags import ArticleTag

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


class Head(NamedTuple):
    """What the metadata of an article's page say, besides the settings of the site. `published`
    and `modified` are in ISO format."""

    slug: str
    title: str
    summary: str
    author: str
    language: str
    published: str
    modified: str
    image_url: str
    image_alt: str
    word_count: int
    tags: tuple[str, ...]


def article_metadata(article: Article, tags: Iterable[ArticleTag], origin: str) -> SafeString:
    head = Head(
        article.slug,
        article.title,
        article.summary,
        article.author,
        article.language,
        article.published.isoformat(),
        article.last_visible_change.isoformat(),
        article.image_url,
        article.image_alt,
        article.word_count,
        tuple(tag.name for tag in tags),
    )
    return _article_metadata(head, origin)


@rendered_once
def _article_metadata(head: Head, origin: str) -> SafeString:
    path = url_for.article(head.slug)
    url = origin + path
    image = _article_image(head, url) or _site_image(origin)
    breadcrumbs = [(_("Articles"), url_for.article_index()), (head.title, path)]
    values = {
        "title": head.title,
        "summary": head.summary,
        "author": head.author,
        "published": head.published,
        "modified": head.modified,
        "tags": ARTICLE_TAG.join({"name": name} for name in head.tags),
        "locale": head.language.replace("-", "_"),
        "source_url": origin + url_for.source(head.slug),
    }
    nodes = _article(head, url, image.url), _breadcrumb_list(breadcrumbs, origin)
    return ARTICLE.render(values | _common(url, image, nodes))


def tag_metadata(tag: Tag, origin: str) -> SafeString:
    return _tag_metadata(tag.slug, tag.name, tag.description, origin)


@rendered_once
def _tag_metadata(slug: str, name: str, description: str, origin: str) -> SafeString:
    path = url_for.tag(slug)
    breadcrumbs = [(_("Tags"), url_for.tags()), (name, path)]
    feed_url = origin + url_for.tag_feed(slug)
    values = {"name": name, "description": description, "feed_url": feed_url}
    url = origin + path
    nodes = [_breadcrumb_list(breadcrumbs, origin)]
    return TAG.render(values | _common(url, _site_image(origin), nodes))


@rendered_once
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


def _article_image(head: Head, url: str) -> Image | None:
    """Return the first image of the text. Its URL may be relative to that of the article."""
    if not head.image_url:
        return None
    return Image(urljoin(url, head.image_url), head.image_alt)


def _site_image(origin: str) -> Image:
    path = static(SITE_IMAGE)
    url = origin + path if path.startswith("/") else path
    return Image(url, settings.SITE_NAME, *SITE_IMAGE_SIZE)


def _article(head: Head, url: str, image: str) -> Node:
    node = {
        "@type": "Article",
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "headline": head.title,
        "description": head.summary,
        "inLanguage": head.language,
        "datePublished": head.published,
        "dateModified": head.modified,
        "author": {"@type": "Person", "name": head.author} if head.author else None,
        "publisher": {"@type": "Organization", "name": settings.SITE_NAME},
        "image": image,
        "keywords": list(head.tags),
        "wordCount": head.word_count,
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
