"""Bare addresses in a text → links, by the rules of GitHub Flavored Markdown (6.9)."""

import re
from collections.abc import Iterator

from articles.markdown import urls

FOUND = re.compile(
    r"(?<![a-z0-9_/@.:+-])(?P<url>(?:https?://|www\.)[^\s<>。、，！？；「」『』（）《》]+)"
    r"|(?<![\w/@.:+-])(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)",
    re.IGNORECASE,
)
# What no address is without; looked for first, because it is found much faster.
HINT = re.compile(r"://|www\.|@", re.IGNORECASE)
DOMAIN = re.compile(r"(?:https?://)?(?P<domain>[^/?#:\s]+)", re.IGNORECASE)
# No address is longer: what follows looks at its end again and again.
LENGTH = 2000
ENTITY = re.compile(r"&[a-zA-Z0-9]+;\Z")


def split(text: str) -> Iterator[tuple[str, str]]:
    """The parts of `text`, each with the address it is a link to, or with an empty one.

    >>> list(split("See www.example.org."))
    [('See ', ''), ('www.example.org', 'http://www.example.org'), ('.', '')]
    """
    position = 0
    for match in FOUND.finditer(text) if HINT.search(text) else ():
        if len(match[0]) > LENGTH:
            continue
        shown = _trimmed(match[0]) if match["url"] else match[0].rstrip(".")
        if not (url := _address(shown, bool(match["url"]))):
            continue
        if match.start() > position:
            yield text[position : match.start()], ""
        yield shown, url
        position = match.start() + len(shown)
    if position < len(text):
        yield text[position:], ""


def _address(shown: str, is_url: bool) -> str:
    if not is_url:
        return "" if shown[-1:] in ("-", "_") else f"mailto:{shown}"
    match = DOMAIN.match(shown)
    segments = match["domain"].split(".") if match else []
    if len(segments) < 2 or not all(segments) or any("_" in part for part in segments[-2:]):
        return ""
    url = shown if "://" in shown[:8] else f"http://{shown}"
    return url if urls.allowed(url) else ""


def _trimmed(url: str) -> str:
    """Without the punctuation, entities and unbalanced brackets at its end."""
    surplus = url.count(")") - url.count("(")
    while url:
        if url[-1] in "?!.,:*_~'\"…’”»،؛؟":
            url = url[:-1]
        elif url[-1] == ")" and surplus > 0:
            url, surplus = url[:-1], surplus - 1
        elif url[-1] == ";":
            url = ENTITY.sub("", url) if ENTITY.search(url) else url[:-1]
        else:
            break
    return url
