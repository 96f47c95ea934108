"""Slugs → the addresses of the site, as `reverse` gives them, some fifty times a page."""

from functools import cache
from urllib.parse import quote

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

SLOT = "slot"


def origin(request: HttpRequest) -> str:
    """The scheme and host of the request, which a path is appended to for an absolute URL."""
    return f"{request.scheme}://{request.get_host()}"


def home() -> str:
    return _plain("articles:home", get_script_prefix())


def article_index() -> str:
    return _plain("articles:article_index", get_script_prefix())


def article(slug: str) -> str:
    return _address("articles:article", slug)


def backlinks(slug: str) -> str:
    return _address("articles:backlinks", slug)


def source(slug: str) -> str:
    return _address("articles:source", slug)


def feed_of_language(language: str) -> str:
    return _address("articles:feed_of_language", language)


def preview(slug: str) -> str:
    return _address("articles:preview", slug)


def graph(slug: str) -> str:
    return _address("articles:graph", slug)


def tag(slug: str) -> str:
    return _address("articles:tag", slug)


def feed_of_tag(slug: str) -> str:
    return _address("articles:feed_of_tag", slug)


def _address(view: str, slug: str) -> str:
    before, after = _around(view, get_script_prefix())
    return f"{before}{quote(slug)}{after}"


@cache
def _plain(view: str, _prefix: str) -> str:
    return reverse(view)


@cache
def _around(view: str, _prefix: str) -> tuple[str, str]:
    """What stands before and after the slug."""
    before, _slot, after = reverse(view, args=[SLOT]).rpartition(SLOT)
    return before, after
