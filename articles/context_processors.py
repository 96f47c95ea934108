"""Variables of every template: the site, its URL and language, and the reader's theme."""

from collections.abc import Mapping
from typing import TypedDict

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi

from articles import VERSION, i18n, url_for

# Themes that a reader can choose; by default, the operating system decides.
THEMES = ("light", "dark")


class Site(TypedDict):
    SITE_NAME: str
    version: str
    origin: str
    urls: Mapping[str, str]
    language: str
    direction: str
    theme: str
    languages: list[i18n.Language]


def site(request: HttpRequest) -> Site:
    return {
        "SITE_NAME": settings.SITE_NAME,
        "version": VERSION,
        "origin": url_for.origin(request),
        "urls": url_for.site_urls(),
        "language": get_language() or settings.LANGUAGE_CODE,
        "theme": theme if (theme := request.COOKIES.get("theme")) in THEMES else "",
        "direction": "rtl" if get_language_bidi() else "ltr",
        "languages": i18n.offered_languages(),
    }
