"""URLs of articles and tags by slug, as `reverse` returns them.

A page has about fifty of these, so that the pattern of each view is reversed once and then only
filled in.
"""

from functools import lru_cache
from urllib.parse import quote

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

# Stands for the slug when a pattern is reversed. It needs no quoting.
PLACEHOLDER = "slug"
# A view has one pattern for each prefix that the site is served under (SCRIPT_NAME).
MAX_PATTERNS = 128


def origin(request: HttpRequest) -> str:
    """Return the scheme and host of `request`, which an absolute URL begins with."""
    return f"{request.scheme}://{request.get_host()}"


def home() -> str:
    return _url_without_slug("articles:home", get_script_prefix())


def article_index() -> str:
    return _url_without_slug("articles:article_index", get_script_prefix())


def article(slug: str) -> str:
    return _url("articles:article", slug)


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
def _url_without_slug(view: str, _prefix: str) -> str:
    return reverse(view)


@lru_cache(maxsize=MAX_PATTERNS)
def _pattern(view: str, _prefix: str) -> tuple[str, str]:
    """Return the parts of a view's URL before and after the slug."""
    before, _placeholder, after = reverse(view, args=[PLACEHOLDER]).rpartition(PLACEHOLDER)
    return before, after
