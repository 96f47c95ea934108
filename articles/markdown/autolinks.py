"""URLs and e-mail addresses in running text → links, as in GitHub Flavored Markdown (6.9)."""

import re
from collections.abc import Iterator

from articles.markdown import urls

CANDIDATE = re.compile(
    r"(?<![a-z0-9_/@.:+-])(?P<url>(?:https?://|www\.)[^\s<>。、，！？；「」『』（）《》]+)"
    r"|(?<![\w/@.:+-])(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)",
    re.IGNORECASE,
)
# Every candidate contains one of these. Searching for them first is much faster.
HINT = re.compile(r"://|www\.|@", re.IGNORECASE)
DOMAIN = re.compile(r"(?:https?://)?(?P<domain>[^/?#:\s]+)", re.IGNORECASE)
# Longer candidates are ignored: trimming reads the end of a URL repeatedly.
MAX_LENGTH = 2000
ENTITY = re.compile(r"&[a-zA-Z0-9]+;\Z")


def split(text: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of `text`, each with the URL that it links to, or with an empty string.

    >>> list(split("See www.example.org."))
    [('See ', ''), ('www.example.org', 'http://www.example.org'), ('.', '')]
    """
    position = 0
    for match in CANDIDATE.finditer(text) if HINT.search(text) else ():
        if len(match[0]) > MAX_LENGTH:
            continue
        label = _trim(match[0]) if match["url"] else match[0].rstrip(".")
        url = _url(label) if match["url"] else _mailto(label)
        if not url:
            continue
        if match.start() > position:
            yield text[position : match.start()], ""
        yield label, url
        position = match.start() + len(label)
    if position < len(text):
        yield text[position:], ""


def _mailto(label: str) -> str:
    return "" if label[-1:] in ("-", "_") else f"mailto:{label}"


def _url(label: str) -> str:
    match = DOMAIN.match(label)
    segments = match["domain"].split(".") if match else []
    if len(segments) < 2 or not all(segments) or any("_" in part for part in segments[-2:]):
        return ""
    url = label if "://" in label[:8] else f"http://{label}"
    return url if urls.is_allowed(url) else ""


def _trim(url: str) -> str:
    """Return `url` without trailing punctuation, entities and unbalanced brackets."""
    unbalanced = url.count(")") - url.count("(")
    while url:
        if url[-1] in "?!.,:*_~'\"…’”»،؛؟":
            url = url[:-1]
        elif url[-1] == ")" and unbalanced > 0:
            url, unbalanced = url[:-1], unbalanced - 1
        elif url[-1] == ";":
            url = ENTITY.sub("", url) if ENTITY.search(url) else url[:-1]
        else:
            break
    return url
