"""URLs of articles and tags by slug, as `reverse` returns them.

A page has about fifty of these, so that the pattern of each view is reversed once and then only
filled in.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib import parse

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

# Views that every page links to, by the name of their URL in templates.
SITE_VIEWS = {
    "home": "articles:home",
    "article_index": "articles:article_index",
    "tags": "articles:tags",
    "map": "articles:map",
    "random": "articles:random",
    "search": "articles:search",
    "suggest": "articles:suggest",
    "opensearch": "articles:opensearch",
    "language": "articles:language",
    "feed": "articles:feed",
    "api_docs": "articles:api:docs",
    "admin": "admin:index",
}
# Stands for the slug when a pattern is reversed. It needs no quoting.
PLACEHOLDER = "slug"
# A view has one pattern for each prefix that the site is served under (SCRIPT_NAME).
MAX_PATTERNS = 128
# Slugs are quoted once: that takes longer than the rest of a link. They have some 30 characters.
MAX_SLUGS = 16_384

# The entry of a request's META with its origin.
ORIGIN = "articles.origin"

quote = lru_cache(maxsize=MAX_SLUGS)(parse.quote)


def origin(request: HttpRequest) -> str:
    """Return the scheme and host of `request`, which an absolute URL begins with. Django checks
    the host each time, which a page needs several times."""
    if ORIGIN not in request.META:
        request.META[ORIGIN] = f"{request.scheme}://{request.get_host()}"
    return str(request.META[ORIGIN])


def is_same_origin(request: HttpRequest) -> bool:
    """Return whether a page of this site sent the request, by Fetch Metadata or, in browsers
    without it, the Origin header."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in ("same-origin", "none")
    return request.headers.get("Origin") == origin(request)


def site_urls() -> Mapping[str, str]:
    """Return the URLs of `SITE_VIEWS`.

    In templates they take the place of ``{% url %}`` tags, which make up a tenth of the time that
    an article page takes to render.
    """
    return _site_urls(get_script_prefix())


def home() -> str:
    return site_urls()["home"]


def article_index() -> str:
    return site_urls()["article_index"]


def tags() -> str:
    return site_urls()["tags"]


def feed() -> str:
    return site_urls()["feed"]


def article(slug: str) -> str:
    return _url("articles:article", slug)


def articles(slugs: Iterable[str]) -> list[str]:
    """Return the URLs of many articles: the pattern is looked up once."""
    before, after = _pattern("articles:article", get_script_prefix())
    return [f"{before}{quote(slug)}{after}" for slug in slugs]


def backlinks(slug: str) -> str:
    return _url("articles:backlinks", slug)


def source(slug: str) -> str:
    return _url("articles:source", slug)


def preview(slug: str) -> str:
    return _url("articles:preview", slug)


def graph(slug: str) -> str:
    return _url("articles:graph", slug)


def tag(slug: str) -> str:
    return _url("articles:tag", slug)


def tag_feed(slug: str) -> str:
    return _url("articles:tag_feed", slug)


def _url(view: str, slug: str) -> str:
    before, after = _pattern(view, get_script_prefix())
    return f"{before}{quote(slug)}{after}"


@lru_cache(maxsize=MAX_PATTERNS)
def _site_urls(_prefix: str) -> Mapping[str, str]:
    return {name: reverse(view) for name, view in SITE_VIEWS.items()}


@lru_cache(maxsize=MAX_PATTERNS)
def _pattern(view: str, _prefix: str) -> tuple[str, str]:
    """Return the parts of a view's URL before and after the slug."""
    before, _placeholder, after = reverse(view, args=[PLACEHOLDER]).rpartition(PLACEHOLDER)
    return before, after
