"""The settings of a site, in the file by which its generator is recognised → how its documents are
read: in which folders they are, their titles and their URLs."""

import re
from collections.abc import Iterator
from dataclasses import replace

from articles import files
from articles.importing import dialects, front_matter, texts
from articles.importing.fields import flatten
from articles.importing.flavours import Flavour
from articles.importing.front_matter import Value
from articles.importing.permalinks import JEKYLL_STYLES, Permalink
from articles.importing.site_languages import SiteLanguages
from articles.importing.trees import SourceTree, extension

# Bytes of a file of settings.
MAX_SIZE = 1_000_000
JEKYLL_DEFAULT = Permalink(JEKYLL_STYLES["date"], "posts")


def _read(tree: SourceTree, root: str, *file_names: str) -> dict[str, Value]:
    """Return the settings in the first of these files that there is."""
    path = next((root + name for name in file_names if root + name in tree.sizes), None)
    if path is None:
        return {}
    try:
        text = texts.decode(tree.read(path, MAX_SIZE), path).text
    except files.FileError:
        return {}
    return front_matter.parse_settings(text, extension(path))


def configure_mkdocs(flavour: Flavour, tree: SourceTree, root: str) -> Flavour:
    """Read the folder of documents, and the titles in the navigation."""
    settings = _read(tree, root, "mkdocs.yml", "mkdocs.yaml")
    folder = _folder(settings, "docs_dir", "docs")
    titles = dict(_titles(settings.get("nav", settings.get("pages", []))))
    return replace(flavour, folders=(folder,), titles=titles, bases=_bases(settings, "site_url"))


def _titles(value: Value) -> Iterator[tuple[str, str]]:
    """Yield the paths in a navigation with their titles."""
    for item in value if isinstance(value, list) else ():
        for title, target in item.items() if isinstance(item, dict) else ():
            if isinstance(target, str):
                yield target.removeprefix("./"), title
            else:
                yield from _titles(target)


def configure_hugo(flavour: Flavour, tree: SourceTree, root: str) -> Flavour:
    """Read the folder of documents, and the patterns of URLs by section."""
    endings = ("toml", "yaml", "yml", "json")
    file_names = [f"{name}.{ending}" for name in ("hugo", "config") for ending in endings]
    settings = _read(tree, root, *file_names, *(f"config/_default/{name}" for name in file_names))
    for name in ("languages", "permalinks"):
        # They may be in files of their own.
        paths = (f"config/_default/{name}.{ending}" for ending in endings)
        settings.setdefault(name, _read(tree, root, *paths))
    folder = _folder(settings, "contentdir", "content")
    languages = _hugo_languages(settings, root)
    permalinks = settings.get("permalinks", {})
    by_kind = permalinks if isinstance(permalinks, dict) else {}
    pages = by_kind.get("page", by_kind)
    patterns = tuple(
        Permalink(pattern, folder=f"{section.strip('/')}/".lstrip("/"))
        for section, pattern in (pages.items() if isinstance(pages, dict) else ())
        if isinstance(pattern, str)
    )
    bases = _bases(settings, "baseurl")
    folders = (*(path.removeprefix(root) for path in languages.folders), folder)
    return replace(flavour, folders=folders, permalinks=patterns, bases=bases, languages=languages)


def _hugo_languages(settings: dict[str, Value], root: str) -> SiteLanguages:
    """Return the languages of a site, and the folders that they have if not all have the same."""
    languages = {name.lower(): name for name in _mapping(settings, "languages")}
    folders: dict[str, str] = {}
    for code, name in languages.items():
        values = _mapping(_mapping(settings, "languages"), name)
        if folder := _folder(values, "contentdir", ""):
            folders.setdefault(f"{root}{folder}", code)
    by_key = {name.lower(): value for name, value in settings.items()}
    default = _text(by_key, "defaultcontentlanguage").lower() or "en"
    if default not in languages:
        default = next(iter(languages), "")
    return SiteLanguages(tuple(languages), default, folders)


def configure_jekyll(flavour: Flavour, tree: SourceTree, root: str) -> Flavour:
    """Read the patterns of URLs: those of defaults come before those of collections, and that
    before the one of all posts."""
    settings = _read(tree, root, "_config.yml", "_config.yaml", "_config.toml")
    patterns = [*_jekyll_defaults(settings), *_jekyll_collections(settings)]
    if isinstance(pattern := settings.get("permalink"), str) and pattern:
        patterns.append(Permalink(JEKYLL_STYLES.get(pattern, pattern), "posts"))
    host, folder = (_text(settings, name).strip("/") for name in ("url", "baseurl"))
    prefix = f"/{folder}".rstrip("/")
    bases = tuple(filter(None, [f"{host}{prefix}" if host else "", prefix]))
    return replace(
        flavour,
        permalinks=(*patterns, JEKYLL_DEFAULT),
        bases=bases,
        dialect=dialects.jekyll(settings),
    )


def _jekyll_defaults(settings: dict[str, Value]) -> Iterator[Permalink]:
    defaults = settings.get("defaults")
    for item in reversed(defaults) if isinstance(defaults, list) else ():
        scope, values = (_mapping(item, name) for name in ("scope", "values"))
        pattern = values.get("permalink")
        if isinstance(pattern, str) and pattern:
            path = str(scope.get("path") or "").strip("/")
            style = JEKYLL_STYLES.get(pattern, pattern)
            yield Permalink(style, str(scope.get("type") or ""), f"{path}/".lstrip("/"))


def _jekyll_collections(settings: dict[str, Value]) -> Iterator[Permalink]:
    for name in _mapping(settings, "collections"):
        pattern = _mapping(_mapping(settings, "collections"), name).get("permalink")
        if isinstance(pattern, str) and pattern:
            yield Permalink(JEKYLL_STYLES.get(pattern, pattern), name)


def _mapping(value: Value, name: str) -> dict[str, Value]:
    item = value.get(name) if isinstance(value, dict) else None
    return item if isinstance(item, dict) else {}


def _bases(settings: dict[str, Value], key: str) -> tuple[str, ...]:
    """Return the URL of a site, and its path if that is not the root."""
    url = _text({name.lower(): value for name, value in settings.items()}, key).rstrip("/")
    host = re.match(r"(?:https?:)?//[^/]+", url)
    return tuple(filter(None, [url, url[host.end() :]] if host else [url]))


def _text(settings: dict[str, Value], key: str) -> str:
    return " ".join(flatten(settings.get(key, "")))


def _folder(settings: dict[str, Value], key: str, default: str) -> str:
    """Return a folder within that of the settings, with a slash at its end."""
    by_key = {name.lower(): value for name, value in settings.items()}
    folder = " ".join(flatten(by_key.get(key, default))).replace("\\", "/")
    parts = [part for part in folder.split("/") if part not in ("", ".")]
    if not parts or ".." in parts:
        return f"{default}/" if default else ""
    return f"{'/'.join(parts)}/"
