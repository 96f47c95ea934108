"""Variables of every template: the site, its URL and language, and the reader's theme."""

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest

from articles import fragments, url_for

# Themes that a reader can choose; by default, the operating system decides.
THEMES = ("light", "dark")


def site(request: HttpRequest) -> dict[str, Any]:
    return {**fragments.constants(), **reader(request), "page": page_name(request)}


def reader(request: HttpRequest) -> dict[str, str]:
    """Return the variables that differ between requests for one page."""
    return {
        "origin": url_for.origin(request),
        "canonical_path": quote(request.path),
        "theme": theme if (theme := request.COOKIES.get("theme", "")) in THEMES else "",
    }


def page_name(request: HttpRequest) -> str:
    """Return the name of the page's URL, which is empty for error pages."""
    return (request.resolver_match.url_name or "") if request.resolver_match else ""
