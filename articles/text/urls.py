"""Which addresses may stand in a page, and how they are written."""

import re
from urllib.parse import quote, unquote

SCHEMES = frozenset(("http", "https", "mailto", "tel"))
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
# Browsers overlook these when they look for a scheme.
OVERLOOKED = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ufeff]")
ARTICLE = re.compile(r"/articles/(?P<slug>[^/?#]+)/?(?:#(?P<fragment>.*))?\Z")
KEPT = ";/?:@&=+$,-_.!~*'()#%"


def allowed(url: str) -> bool:
    """Whether a link may lead to `url`: a relative address, or one with a safe scheme."""
    scheme = SCHEME.match(OVERLOOKED.sub("", url))
    return not scheme or scheme[1].lower() in SCHEMES


def is_external(url: str) -> bool:
    return url.lower().startswith(("http://", "https://", "//"))


def encoded(url: str) -> str:
    """`url` with all that does not belong into an address percent-encoded."""
    return quote(url, safe=KEPT)


def article(url: str) -> tuple[str, str] | None:
    """The name and the fragment of a link to an article by its address, or None.

    >>> article("/articles/war-and-peace/#plot")
    ('war-and-peace', 'plot')
    """
    match = ARTICLE.match(url)
    return (unquote(match["slug"]), unquote(match["fragment"] or "")) if match else None


def shown(src: str, media: tuple[str, ...]) -> bool:
    """Whether a picture may be fetched from `src`: only from under one of the `media` prefixes."""
    return allowed(src) and any(src.startswith(prefix) for prefix in media) and ".." not in src
