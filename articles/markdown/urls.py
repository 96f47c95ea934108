"""Which addresses may stand in a page, and how they are written."""

import re
from html import unescape
from urllib.parse import quote, unquote, urljoin

from articles.markdown.escaping import attribute

SCHEMES = frozenset(("http", "https", "mailto", "tel"))
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
# Browsers overlook these when they look for a scheme.
OVERLOOKED = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ufeff]")
HOST = re.compile(r"(?:[^/?#@\s]*@)?[\w.-]*\w[\w.-]*(?::\d{0,4})?(?=[/?#]|\Z)")
OUTSIDE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
ARTICLE = re.compile(r"/articles/(?P<slug>[^/?#]+)/?(?:#(?P<fragment>.*))?\Z")
# An address in a tag that was written by our own rules: every attribute stands in double quotes.
WRITTEN = re.compile(r'(<(?:a|img)(?:\s+[\w-]+="[^"]*")*?\s+(?:href|src)=")([^"]*)(?=")')
KEPT = ";/?:@&=+$,-_.!~*'()#%"


def allowed(url: str) -> bool:
    """Whether a link may lead to `url`: relative, or of a scheme that is safe."""
    scheme = SCHEME.match(OVERLOOKED.sub("", url))
    if scheme and scheme[1].lower() not in SCHEMES:
        return False
    if outside := OUTSIDE.match(url):
        return bool(HOST.match(url, outside.end()))
    return not scheme or scheme[1].lower() in ("mailto", "tel")


def is_external(url: str) -> bool:
    return bool(OUTSIDE.match(url))


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
    return allowed(src) and src.startswith(media) and ".." not in unquote(src)


def caption(src: str) -> str:
    """What a picture can be called that has no words: its file, its host, or its scheme.

    >>> caption("https://example.org/a%20map.png?size=2"), caption("https://example.org/")
    ('a map.png', 'example.org')
    """
    if not allowed(src):
        return src.partition(":")[0]
    path = re.split("[?#]", src, maxsplit=1)[0].rstrip("/")
    return unquote(path.rpartition("/")[2])


def completed(html: str, base: str) -> str:
    """Stored HTML with every address absolute, for those who read it somewhere else.

    >>> completed('<a href="#plot">Plot</a>', "https://example.org/articles/novel/")
    '<a href="https://example.org/articles/novel/#plot">Plot</a>'
    """

    def absolute(match: re.Match[str]) -> str:
        return match[1] + attribute(urljoin(base, unescape(match[2])))

    return WRITTEN.sub(absolute, html)
