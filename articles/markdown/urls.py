"""Which URLs a document may contain, and how they are written."""

import re
from collections.abc import Sequence
from html import unescape
from urllib.parse import quote, unquote, urljoin

from articles.markdown.escaping import attribute

SCHEMES = frozenset(("http", "https", "mailto", "tel"))
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
# Browsers ignore these characters when they look for a scheme.
IGNORED = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ufeff]")
PORT = r":(?:[0-5]?\d{0,4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])"
HOST = re.compile(rf"(?:[^/?#@\s]*+@)?[.-]*+\w[\w.-]*+(?:{PORT})?(?=[/?#]|\Z)")
ABSOLUTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
ARTICLE = re.compile(
    r"/articles/(?P<name>[^/?#]+?)(?:/|\.md)?(?:\?[^#]*)?(?:#(?P<fragment>.*))?\Z"
)
# A Markdown file beside that of the article, or in another folder.
FILE = re.compile(
    r"(?:[^?#]*/)?(?P<name>[^/?#]+)\.(?:md|markdown)(?:\?[^#]*)?(?:#(?P<fragment>.*))?\Z",
    re.IGNORECASE,
)
FILE_HINT = re.compile(r"\.m(?:d|arkdown)\b", re.IGNORECASE)
AUTHORITY = re.compile(r"(?:https?:)?//(?P<host>[\w.-]+|\[[\da-f:]+\])(?::\d*)?", re.IGNORECASE)
# A URL in a tag that our own rules wrote: every attribute value is in double quotes.
URL_ATTRIBUTE = re.compile(
    r'(<(?:a|audio|img|video)(?:\s+[\w-]+="[^"]*")*?\s+(?:href|src)=")([^"]*)(?=")'
)
SAFE_CHARACTERS = ";/?:@&=+$,-_.!~*'()#%"


def is_allowed(url: str) -> bool:
    """Return whether a link may lead to `url`: it is relative, or has a safe scheme."""
    scheme = SCHEME.match(IGNORED.sub("", url))
    if scheme and scheme[1].lower() not in SCHEMES:
        return False
    if absolute := ABSOLUTE.match(url):
        return bool(HOST.match(url, absolute.end()))
    return not scheme or scheme[1].lower() in ("mailto", "tel")


def is_external(url: str) -> bool:
    return bool(ABSOLUTE.match(url))


def percent_encode(url: str) -> str:
    """Return `url` with the characters that a URL can't contain percent-encoded."""
    return quote(url, safe=SAFE_CHARACTERS)


def parse_article_url(url: str, hosts: Sequence[str] = ()) -> tuple[str, str] | None:
    """Return the name and the fragment of a link to an article, or None.

    The URL is one of this site, whose `hosts` are as in Django's ``ALLOWED_HOSTS``, or that of a
    Markdown file, which has the name of an article.

    >>> parse_article_url("/articles/war-and-peace/#plot")
    ('war-and-peace', 'plot')
    >>> parse_article_url("https://example.org/articles/war", ["example.org"])
    ('war', '')
    >>> parse_article_url("../Other%20note.md#Part")
    ('Other note', 'Part')
    """
    if "/articles/" not in url and not FILE_HINT.search(url):
        return None
    authority = AUTHORITY.match(url)
    if authority:
        match = ARTICLE.match(url, authority.end()) if _is_own(authority["host"], hosts) else None
    elif SCHEME.match(url):
        return None
    else:
        match = ARTICLE.match(url) or FILE.match(url)
    return (unquote(match["name"]), unquote(match["fragment"] or "")) if match else None


def _is_own(host: str, hosts: Sequence[str]) -> bool:
    host = host.lower()
    return any(
        f".{host}".endswith(pattern) if pattern.startswith(".") else host == pattern
        for pattern in hosts
    )


def is_displayable_image(src: str, media: tuple[str, ...]) -> bool:
    """Return whether an image may be loaded: only from a URL that begins with one of `media`."""
    return is_allowed(src) and src.startswith(media) and ".." not in unquote(src)


def fallback_label(src: str) -> str:
    """Return a label for an image without alternative text: its file name, host or scheme.

    >>> fallback_label("https://example.org/a%20map.png?size=2")
    'a map.png'
    >>> fallback_label("https://example.org/")
    'example.org'
    """
    if not is_allowed(src):
        return src.partition(":")[0]
    path = re.split("[?#]", src, maxsplit=1)[0].rstrip("/")
    return unquote(path.rpartition("/")[2])


def absolutize_urls(html: str, base: str) -> str:
    """Return stored HTML with every URL made absolute, for feeds and the API.

    >>> absolutize_urls('<a href="#plot">Plot</a>', "https://example.org/articles/novel/")
    '<a href="https://example.org/articles/novel/#plot">Plot</a>'
    """

    def absolute(match: re.Match[str]) -> str:
        return match[1] + attribute(urljoin(base, unescape(match[2])))

    return URL_ATTRIBUTE.sub(absolute, html)
