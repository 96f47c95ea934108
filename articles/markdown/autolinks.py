"""URLs and e-mail addresses in running text → links, as in GitHub Flavored Markdown (6.9).

Unlike there, a URL also ends where text that is written without spaces goes on after it: at
quotation marks, at brackets and punctuation of East Asian scripts, and at a closing bracket
without an opening one.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

from articles.markdown import urls

# Quotation marks and brackets of all scripts, East Asian punctuation, and characters that direct
# the text; without the apostrophe and the Japanese middle dot, which are common in paths.
STOPS = (
    "\u00ab\u00bb\u0f3a-\u0f3d\u200b\u200e\u200f\u2018\u201a-\u201f\u202a-\u202e\u2039\u203a\u2045"
    "\u2046\u2060\u2066-\u2069\u2329\u232a\u2768-\u2775\u27e6-\u27ef\u2983-\u2998\u2e02-\u2e0d"
    "\u2e1c-\u2e29\u2e42\u2e55-\u2e5c\u3001-\u3003\u3008-\u3011\u3014-\u301f\u303d\ufd3e\ufd3f"
    "\ufe10-\ufe19\ufe30-\ufe6b\ufeff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff64"
)
# Latin, Greek, Cyrillic and Armenian: words of these scripts don't run on into another script.
LETTERS = "0-9a-z\u00c0-\u024f\u0370-\u0587\u1e00-\u1fff"
PATH = rf"[^\s<>\"\u2019{STOPS}]*+"
# Possessive quantifiers need no memory to go back: others took 100 bytes for each character.
CANDIDATE = re.compile(
    r"(?<![a-z0-9_/@.+-])(?P<url>(?:https?://|www\.)[\w.:@-]+"
    rf"(?:[/?#]{PATH}(?>(?:\u2019(?=[{LETTERS}]){PATH})*))?)"
    rf"|(?<![{LETTERS}_/@.+-])(?P<mail>(?:mailto:)?[{LETTERS}_.+-]+@[\w-]+(?>(?:\.[\w-]+)+))",
    re.IGNORECASE,
)
DOMAIN = re.compile(r"(?:https?://)?(?P<domain>[^/?#:\s]+)", re.IGNORECASE)
# A top-level domain, if text of another script follows it: no name of one mixes scripts.
TOP_LEVEL_DOMAIN = re.compile(rf"[a-z0-9][a-z0-9-]*(?=[^{LETTERS}_-])", re.IGNORECASE)
# A host without a dot, as of a server on one's own computer or network, needs a scheme.
LOCAL = re.compile(
    r"https?://(?!xn--)[a-z](?:[a-z0-9-]*[a-z0-9])?(?::\d+)?(?:[/?#]|\Z)", re.IGNORECASE
)
# A port, if text that is written without spaces follows it.
PORT = re.compile(r":\d{1,5}(?=[^\W\d_])(?=[^@/?#\s]*(?:[/?#\s]|\Z))")
# Longer candidates are ignored: trimming reads the end of a URL repeatedly.
MAX_LENGTH = 2000
ENTITY = re.compile(r"&[a-zA-Z0-9]+;\Z")
OPENING = {"]": "[", "}": "{"}


def split(text: str) -> Iterable[tuple[str, str]]:
    """Return the parts of `text`, each with the URL that it links to, or with an empty string.

    >>> list(split("See www.example.org."))
    [('See ', ''), ('www.example.org', 'http://www.example.org'), ('.', '')]
    """
    # Every candidate contains one of these. Searching for them first is much faster.
    if not ("://" in text or "@" in text or "www." in text.lower()):
        return [(text, "")] if text else []
    return _split(text)


def _split(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    for match in CANDIDATE.finditer(text):
        if len(match[0]) > MAX_LENGTH:
            continue
        label = _url_label(match[0]) if match["url"] else _mail_label(match[0])
        url = _url(label) if match["url"] else _mailto(label)
        if not url:
            continue
        start = match.start() + match[0].index(label)
        if start > position:
            yield text[position:start], ""
        yield label, url
        position = start + len(label)
    if position < len(text):
        yield text[position:], ""


def _mail_label(text: str) -> str:
    text = text.lstrip(".+-")
    local, at, domain = text.rpartition("@")
    return f"{local}{at}{_domain(domain)}"


def _mailto(label: str) -> str:
    if label[-1:] in ("-", "_"):
        return ""
    return label if label[:7].lower() == "mailto:" else f"mailto:{label}"


def _url_label(text: str) -> str:
    match = DOMAIN.match(text)
    domain = _domain(match["domain"]) if match else ""
    if match and domain != match["domain"]:
        return text[: match.start("domain")] + domain
    if match and (port := PORT.match(text, match.end())):
        return text[: port.end()]
    return _trim(text[: _closing_bracket(text)])


def _domain(text: str) -> str:
    """Return the domain at the beginning of `text`, without text that is not part of it."""
    text = text.rstrip(".")
    match = TOP_LEVEL_DOMAIN.match(text, text.rfind(".") + 1)
    return text[: match.end()] if match else text


def _closing_bracket(url: str) -> int:
    """Return the index of the first bracket or brace that is closed but not opened, or the end."""
    balance = Counter[str]()
    for index, character in enumerate(url):
        if character in OPENING and not balance[OPENING[character]]:
            return index
        balance[OPENING.get(character, character)] += -1 if character in OPENING else 1
    return len(url)


def _url(label: str) -> str:
    match = DOMAIN.match(label)
    segments = match["domain"].split(".") if match else []
    if not all(segments) or any("_" in part for part in segments[-2:]):
        return ""
    if len(segments) < 2 and not LOCAL.match(label):
        return ""
    url = label if "://" in label[:8] else f"http://{label}"
    return url if urls.is_allowed(url) else ""


def _trim(url: str) -> str:
    """Return `url` without trailing punctuation, entities and unbalanced parentheses."""
    unbalanced = url.count(")") - url.count("(")
    while url:
        if url[-1] in "?!.,:*_~'\"" or _is_punctuation(url[-1]):
            url = url[:-1]
        elif url[-1] == ")" and unbalanced > 0:
            url, unbalanced = url[:-1], unbalanced - 1
        elif url[-1] == ";":
            url = ENTITY.sub("", url) if ENTITY.search(url) else url[:-1]
        else:
            break
    return url


def _is_punctuation(character: str) -> bool:
    """Return whether a character is punctuation of another script than ASCII's."""
    return not character.isascii() and unicodedata.category(character).startswith("P")
