"""Links of wikitext: to pages, categories, files, other wikis and URLs."""

import re
from urllib.parse import quote

from django.utils.translation import gettext as _

from articles.importing.wikitext.fragments import LEFT_OUT
from articles.importing.wikitext.state import Node, State, inner_position

CATEGORY, FILE, MEDIA = 14, 6, -2
MAIN_NAMESPACE = 0
# Standard names, which every wiki understands beside its own.
STANDARD_NAMESPACES = {
    "media": MEDIA,
    "special": -1,
    "talk": 1,
    "user": 2,
    "user talk": 3,
    "project": 4,
    "project talk": 5,
    "file": FILE,
    "image": FILE,
    "file talk": 7,
    "mediawiki": 8,
    "mediawiki talk": 9,
    "template": 10,
    "template talk": 11,
    "help": 12,
    "help talk": 13,
    "category": CATEGORY,
    "category talk": 15,
}
# Prefixes of the interwiki map that all wikis are installed with.
INTERWIKI = {
    "w": "https://en.wikipedia.org/wiki/",
    "wikipedia": "https://en.wikipedia.org/wiki/",
    "wikt": "https://en.wiktionary.org/wiki/",
    "wiktionary": "https://en.wiktionary.org/wiki/",
    "commons": "https://commons.wikimedia.org/wiki/",
    "c": "https://commons.wikimedia.org/wiki/",
    "d": "https://www.wikidata.org/wiki/",
    "wikidata": "https://www.wikidata.org/wiki/",
    "m": "https://meta.wikimedia.org/wiki/",
    "meta": "https://meta.wikimedia.org/wiki/",
    "mw": "https://www.mediawiki.org/wiki/",
    "s": "https://en.wikisource.org/wiki/",
    "wikisource": "https://en.wikisource.org/wiki/",
    "q": "https://en.wikiquote.org/wiki/",
    "wikiquote": "https://en.wikiquote.org/wiki/",
    "b": "https://en.wikibooks.org/wiki/",
    "wikibooks": "https://en.wikibooks.org/wiki/",
    "species": "https://species.wikimedia.org/wiki/",
    "doi": "https://doi.org/",
    "rfc": "https://datatracker.ietf.org/doc/html/rfc",
}
LANGUAGE_PREFIX = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,8})*")
WIKIMEDIA_PAGE_URL = re.compile(r"(https?://)[a-z-]+(\.wik[a-z]+\.org/wiki/)")
# Letters that belong to the link before them: ``[[cat]]s``.
LINK_TRAIL = re.compile("[a-zß-öø-ɏ]+")
OPTION = re.compile(
    r"(?:thumb|thumbnail|frame|framed|frameless|border|left|right|center|none|baseline|middle|sub"
    r"|super|top|text-top|bottom|text-bottom|upright|miniatur|mini|rahmenlos|links|rechts|vignette"
    r"|gauche|droite|centré)|\d*x?\d+ ?px|(?:upright|link|lang|page|class|hochkant) ?=.*",
    re.IGNORECASE | re.DOTALL,
)
FRAMED = re.compile("thumb|thumbnail|frame|framed|mini|miniatur|vignette|cadre", re.IGNORECASE)
SPACES = re.compile(r"[_\s]+")


def page_name(text: str) -> str:
    """Return the name of a page in its normal form: ``Main_ Page`` becomes ``Main Page``."""
    return SPACES.sub(" ", text).strip()


def file_key(name: str) -> str:
    """Return a key that ``my_map.png`` has in common with ``My map.png``."""
    return page_name(name).casefold()


def is_wikilink_target(text: str) -> bool:
    return not re.search(r"[\[\]|\n]", text) and bool(text.strip())


def wikilink(state: State, node: Node, position: int, trail: str = "") -> str:
    """Convert a link in double brackets; `trail` are the letters after it."""
    # The target may hold comments and templates, which are no part of a name.
    target = page_name(state.plain(node.title, position))
    is_displayed = target.startswith(":")
    name = target.removeprefix(":").strip()
    prefix, colon, rest = name.partition(":")
    number = namespace_number(state, prefix) if colon else MAIN_NAMESPACE
    if number == CATEGORY and not is_displayed:
        state.tags.setdefault(page_name(rest).partition("|")[0])
        return trail
    if number == FILE and not is_displayed:
        return file(state, node, page_name(rest), position) + trail
    label = _label(state, node, name, position) + trail
    if number is None:
        return _link_by_prefix(state, node, (prefix, rest), label, is_displayed, position)
    if number == MEDIA:
        return _link(state, quote(_file_path(state, page_name(rest))), label, position)
    if number != MAIN_NAMESPACE:
        state.report(
            _("%(subject)s leads to no article: it becomes text."), f"[[{name}]]", position
        )
        return state.fragments.inline(_line(state, label), state.fragments.plain(label))
    return _page_link(state, node, name, label, position)


def _label(state: State, node: Node, name: str, position: int) -> str:
    if node.text is None:
        return name
    text = state.inline(node.text, inner_position(node, node.text, position))
    return " ".join(text.split()) or name.rpartition(":")[2].strip()


def _line(state: State, label: str) -> str:
    return state.fragments.markdown(label.replace("'''", "").replace("''", ""))


def _page_link(state: State, node: Node, name: str, label: str, position: int) -> str:
    if name.startswith("/"):
        name = f"{state.title}{name.rstrip('/')}"
    elif name.startswith("../"):
        name, label = _relative_page(state.title, name, label)
    page, hash_mark, section = name.partition("#")
    target = page_name(page) + (f"#{page_name(section)}" if hash_mark and section else "")
    if not is_wikilink_target(target):
        state.report(_("%(subject)s can't be a link here: it becomes text."), str(node), position)
        return label
    plain = state.fragments.plain(label).replace("'''", "").replace("''", "")
    text = plain.replace("[", "(").replace("]", ")").replace("|", "/").strip()
    markdown = f"[[{target}]]" if text in ("", target) else f"[[{target}|{text}]]"
    return state.fragments.link(markdown, plain, position)


def _relative_page(title: str, name: str, label: str) -> tuple[str, str]:
    """Return the page that a link from the subpage `title` leads to, ``../`` being the one above,
    and the label, which is the name of that page if it ends with a slash."""
    rest = re.sub(r"\A(?:\.\./)+", "", name)
    above = title.split("/")[: -((len(name) - len(rest)) // len("../"))]
    page = "/".join([*above, *filter(None, [rest.rstrip("/")])])
    if not above:
        return name, label
    return page, page if label == name and not rest else label


def namespace_number(state: State, prefix: str) -> int | None:
    """Return the number of the namespace with that name; None if the prefix is that of another
    wiki, and that of the main namespace if it is a part of a title."""
    key = page_name(prefix).lower()
    if key in state.wiki.namespaces:
        return state.wiki.namespaces[key]
    if key in STANDARD_NAMESPACES:
        return STANDARD_NAMESPACES[key]
    is_other = key in INTERWIKI or (prefix == key and LANGUAGE_PREFIX.fullmatch(key))
    return None if is_other else MAIN_NAMESPACE


def _link_by_prefix(
    state: State,
    node: Node,
    name: tuple[str, str],
    label: str,
    is_displayed: bool,
    position: int,
) -> str:
    """Convert a link to another wiki. The versions in other languages, which MediaWiki lists
    beside the text, are left out."""
    prefix, page = name[0].strip().lower(), page_name(name[1])
    if prefix not in INTERWIKI and not is_displayed:
        state.report(
            _("%(subject)s leads to another language: it is left out."), str(node), position
        )
        return ""
    url = INTERWIKI.get(prefix) or _url_in_language(state, prefix)
    if not url:
        state.report(
            _("%(subject)s leads to an unknown wiki: it becomes text."), str(node), position
        )
        return label
    return _link(state, url + quote(page.replace(" ", "_"), safe="/:#()!,"), label, position)


def _url_in_language(state: State, language: str) -> str:
    """Return the URL of pages in the same wiki of another language, if it is one of Wikimedia."""
    match = WIKIMEDIA_PAGE_URL.fullmatch(state.wiki.page_url)
    return f"{match[1]}{language}{match[2]}" if match else ""


def _link(state: State, url: str, label: str, position: int) -> str:
    markdown = f"[{_line(state, label)}]({destination(url)})"
    return state.fragments.link(markdown, state.fragments.plain(label), position)


def destination(url: str) -> str:
    """Return a URL as the destination of a Markdown link."""
    url = re.sub(r"[\s<>\\]", lambda match: quote(match[0]), url)
    return f"<{url}>" if "(" in url or ")" in url else url


def external_link(state: State, node: Node, position: int) -> str:
    url = str(node.url).strip()
    if node.title is None:
        return state.fragments.inline(f"<{url}>" if node.brackets else url, url)
    label = state.inline(node.title, inner_position(node, node.title, position)).strip()
    return _link(state, url, label or url, position)


def file(state: State, node: Node, name: str, position: int) -> str:
    """Convert an embedded file."""
    parameters = str(node.text).split("|") if node.text is not None else []
    mark = image_with_parameters(state, name, parameters, position)
    is_framed = any(FRAMED.fullmatch(parameter.strip()) for parameter in parameters)
    # A framed image floats beside the text: it is a paragraph of its own.
    return f"\n\n{mark}\n\n{LEFT_OUT}" if is_framed else mark


def image_with_parameters(state: State, name: str, parameters: list[str], position: int) -> str:
    """Return an image. The last one of its parameters that is no option is its caption."""
    alt = next((p.partition("=")[2] for p in parameters if p.strip().startswith("alt=")), "")
    captions = [p for p in _joined(parameters) if not _is_option(p)]
    caption = state.plain_text(captions[-1], position) if captions else ""
    return image(state, name, caption, position, state.plain_text(alt, position))


def _joined(parameters: list[str]) -> list[str]:
    """Join what is parted by bars within links and templates."""
    joined: list[str] = []
    for parameter in parameters:
        is_open = joined and joined[-1].count("[[") + joined[-1].count("{{") > (
            joined[-1].count("]]") + joined[-1].count("}}")
        )
        if is_open:
            joined[-1] += f"|{parameter}"
        else:
            joined.append(parameter)
    return joined


def _is_option(parameter: str) -> bool:
    text = parameter.strip()
    return not text or bool(OPTION.fullmatch(text)) or text.startswith("alt=")


def image(state: State, name: str, caption: str, position: int, alt: str = "") -> str:
    """Return an image, whose alternative text is its caption if it has no other."""
    text = _bracketed(alt or caption)
    title = caption.replace("\\", "").replace('"', "”")
    path = _file_path(state, name)
    markdown = f"![{text}]({destination(quote(path))}" + (f' "{title}")' if title and alt else ")")
    return state.fragments.link(markdown, caption, position)


def _file_path(state: State, name: str) -> str:
    """Return the path of a file in the source, or its name if the source does not have it."""
    return state.wiki.files.get(file_key(name), name)


def _bracketed(text: str) -> str:
    return re.sub(r"([\\\[\]])", r"\\\1", text)
