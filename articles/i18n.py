"""The languages of the interface: which ones are offered, and which one a request gets."""

import re
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.core.signals import setting_changed
from django.http import HttpRequest
from django.utils.translation import get_language_from_request, get_language_info

# The language of the strings in the source, which needs no message file.
SOURCE_LANGUAGE = "en"
ZERO_WEIGHT = re.compile(r"\s*q=0(\.0*)?\s*")


class Language(NamedTuple):
    """A language of the interface. `name` is its name in the language itself."""

    code: str
    name: str
    direction: str


def offered_languages() -> list[Language]:
    return [
        Language(code, name, "rtl" if get_language_info(code)["bidi"] else "ltr")
        for code, name in settings.LANGUAGES
    ]


@lru_cache(maxsize=256)
def negotiate_language(cookie: str, accept_language: str) -> str:
    """Return the first language that the interface is translated into: that of the language
    cookie, those of the ``Accept-Language`` header, then ``LANGUAGE_CODE``, as Django's
    `LocaleMiddleware` does. The URL has no influence.

    ``LANGUAGE_CODE`` may be a language that only articles are written in. The interface is then
    in `SOURCE_LANGUAGE`. Cached, because every request for a page calls it.
    """
    request = HttpRequest()
    request.COOKIES = {settings.LANGUAGE_COOKIE_NAME: cookie}
    request.META = {"HTTP_ACCEPT_LANGUAGE": _acceptable(accept_language)}
    language = get_language_from_request(request)
    return language if is_offered(language) else SOURCE_LANGUAGE


def _acceptable(accept_language: str) -> str:
    """Remove languages with a weight of 0, which readers refuse (RFC 9110, 12.4.2). Django would
    only put them last."""
    items = accept_language.split(",")
    return ",".join(item for item in items if not ZERO_WEIGHT.fullmatch(item.partition(";")[2]))


def forget_languages(**_kwargs: object) -> None:
    """Negotiate again, because a setting has changed (in tests)."""
    negotiate_language.cache_clear()


setting_changed.connect(forget_languages)


def is_offered(code: str) -> bool:
    return code in dict(settings.LANGUAGES)
