"""Which language the interface speaks to a reader, and which ones it can."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation.trans_real import (
    get_supported_language_variant,
    parse_accept_lang_header,
)

# The language that the interface is written in.
SOURCE = "en"


class Language(NamedTuple):
    """A language of the interface, called as it calls itself."""

    code: str
    name: str
    direction: str


def offered() -> list[Language]:
    return [
        Language(code, name, "rtl" if get_language_info(code)["bidi"] else "ltr")
        for code, name in settings.LANGUAGES
    ]


def chosen(cookies: Mapping[str, str], accepted: str) -> str:
    """The first that the interface speaks of: what the reader chose (a cookie), what the browser
    asks for (``Accept-Language``), in order, and the site's own. Addresses have no part in it."""
    return next(code for code in map(spoken, _wanted(cookies, accepted)) if code)


def _wanted(cookies: Mapping[str, str], accepted: str) -> Iterator[str]:
    yield cookies.get(settings.LANGUAGE_COOKIE_NAME, "")
    for code, weight in parse_accept_lang_header(accepted):
        if weight:
            yield code
    yield settings.LANGUAGE_CODE
    yield SOURCE


def spoken(code: str) -> str:
    """The language of the interface that `code` means, or none: ``ar-EG`` means ``ar``."""
    try:
        return get_supported_language_variant(code.lower())
    except LookupError:
        return ""
