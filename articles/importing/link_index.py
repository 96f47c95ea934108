"""The documents and files of a source, to look up by what links name."""

import posixpath
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit

from articles.importing.naming import Entry
from articles.importing.site_languages import language_suffix
from articles.importing.trees import MARKDOWN, extension, stem
from articles.text import names

# What may stand for a file in a URL of a page.
PAGE_ENDING = re.compile(r"(?:index)?\.(?:html?|md|mdx|markdown)\Z|/(?:_?index|README)\Z")
# The name of a document that stands for its folder, in Hugo, with its language.
INDEX = re.compile(r"_?index(?P<suffix>\.[a-z-]+)?\Z")
# A post of WordPress by its number: only then, the query tells which document is meant.
POSTS = "/_posts/"
POST_QUERY = re.compile(r"(?:p|page_id)=(?P<number>\d+)\Z")


class Numbers:
    """The numbers of documents by a key that mostly one of them has: a list for each key would
    take twice the memory."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}
        self._others: dict[str, list[int]] = {}

    def add(self, key: str, number: int) -> None:
        if self._first.setdefault(key, number) != number:
            self._others.setdefault(key, []).append(number)

    def of(self, key: str) -> list[int]:
        first = self._first.get(key)
        return [] if first is None else [first, *self._others.get(key, ())]


class Target(NamedTuple):
    """The number of the document that a link leads to, and how many others it could mean."""

    number: int
    others: int = 0


class LinkIndex:
    """The documents and files of a source, to look up by what links name."""

    def __init__(self, entries: list[Entry], files: Iterator[str]) -> None:
        self.entries = entries
        # The keys of names are interned: the plan of names has the same ones.
        self._by_stem = Numbers()
        # By paths without the extension of documents; with it, if another one has that path.
        self._by_path: dict[str, int] = {}
        # By the numbers of documents, their paths in lower case, without extension.
        self._paths: list[str] = []
        self._by_name = Numbers()
        # The indexes of folders, by the names of these.
        self._by_folder = Numbers()
        self._by_url: dict[str, int] = {}
        for index, entry in enumerate(entries):
            self._paths.append(_without_extension(entry.path.casefold()))
            if not entry.is_deleted:
                self._add(index, entry)
        self._files: dict[str, str] = {}
        self._files_by_name: dict[str, list[str]] = {}
        for path in files:
            if extension(path) not in MARKDOWN:
                self._files[path.casefold()] = path
                self._files_by_name.setdefault(last_part(path).casefold(), []).append(path)

    def _add(self, index: int, entry: Entry) -> None:
        path = entry.path.casefold()
        if self._by_path.setdefault(self._paths[index], index) != index:
            self._by_path.setdefault(path, index)
        self._by_stem.add(sys.intern(stem(path)), index)
        if match := INDEX.match(stem(path)):
            folder = last_part(posixpath.dirname(path))
            self._by_folder.add(f"{folder}{match['suffix'] or ''}", index)
        for key in {*entry.source_keys} - {""}:
            self._by_name.add(key, index)
        for url in entry.urls:
            self._by_url.setdefault(normalize_url(url), index)

    def _number(self, path: str) -> int | None:
        """Return the document with this path, in lower case, with its extension or without."""
        if (index := self._by_path.get(path)) is not None:
            return index
        index = self._by_path.get(_without_extension(path))
        if index is None or self.entries[index].path.casefold() != path:
            return None
        return index

    def by_name(self, target: str, path: str) -> Target | None:
        """Return the document that ``[[target]]`` in the document at `path` means.

        By its path, relative or from the root; or else by the end of its path, first in the same
        folder, then in the fewest folders; or else by a title or an alias.
        """
        target = _composed(target).casefold().strip()
        is_path = "/" in target
        if target.startswith("."):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path.casefold()), target))
        return self._nearest(self._candidates(target, is_path), path)

    def _candidates(self, target: str, is_path: bool) -> Sequence[int]:
        """Return the documents that a name, or a path from the root, in lower case may mean."""
        target = _without_extension(target.removeprefix("/"))
        if is_path and (exact := self._number(target)) is not None:
            return [exact]
        same_end = [
            index
            for index in self._by_stem.of(last_part(target))
            if f"/{self._paths[index]}".endswith(f"/{target}")
        ]
        return same_end or self._by_name.of(names.fold(target))

    def _nearest(self, candidates: Sequence[int], path: str) -> Target | None:
        if len(candidates) < 2:
            return Target(candidates[0]) if candidates else None
        folder = posixpath.dirname(path)

        def distance(index: int) -> tuple[bool, int, str]:
            other = self.entries[index].path
            return posixpath.dirname(other) != folder, other.count("/"), other

        return Target(min(candidates, key=distance), len(candidates) - 1)

    def by_url(self, url: str, path: str) -> int | None:
        """Return the document that the URL of a link in the document at `path` means."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        if parts.scheme or parts.netloc or POST_QUERY.match(parts.query):
            return self._by_url.get(normalize_url(url))
        target = _composed(unquote(parts.path))
        if not target:
            return None
        for candidate in (target, PAGE_ENDING.sub("", target).rstrip("/")):
            for resolved in _resolved(candidate, path):
                for variant in _variants(resolved.casefold(), language_suffix(path)):
                    if (index := self._number(variant.lstrip("/"))) is not None:
                        return index
        for resolved in _resolved(target, f"{_without_extension(path)}/x"):
            if (index := self._by_url.get(normalize_url(f"/{resolved}"))) is not None:
                return index
        for resolved in _resolved(target, path):
            if (index := self._by_url.get(normalize_url(f"/{resolved}"))) is not None:
                return index
        for base in self._urls(path):
            # With the slash at the end, and without it, as different sites have them.
            for joined in (urljoin(base, target), urljoin(base.rstrip("/"), target)):
                if (index := self._by_url.get(normalize_url(joined))) is not None:
                    return index
        if (index := self._by_url.get(normalize_url(target))) is not None:
            return index
        return self._by_file_name(target, path)

    def _by_file_name(self, target: str, path: str) -> int | None:
        """Return the document with the name of a file without a folder, as Obsidian and Hugo have
        it, or the post of Jekyll, which may be in the folder of a category."""
        is_file = "/" not in target and extension(target) in MARKDOWN
        if not is_file and not target.startswith(POSTS):
            return None
        name = stem(target).casefold()
        candidates = [*self._by_stem.of(name), *self._by_folder.of(name)]
        if language := language_suffix(path):
            translated = f"{name}.{language}"
            own = [*self._by_stem.of(translated), *self._by_folder.of(translated)]
            candidates = own or candidates
        elif (number := self._number(path.casefold())) is not None:
            tag = self.entries[number].language
            own = [index for index in candidates if self.entries[index].language == tag]
            candidates = own or candidates
        post = self._nearest(candidates, path)
        return post.number if post else None

    def _urls(self, path: str) -> tuple[str, ...]:
        """Return the URLs of the document at `path`, with a slash at the end."""
        number = self._number(path.casefold())
        urls = () if number is None else self.entries[number].urls
        return tuple(url for url in urls if url.endswith("/"))

    def file(self, target: str, path: str) -> str | None:
        """Return the path of the file that a link in the document at `path` means: relative to
        it, from the root, or the one with this name that is nearest."""
        target = _composed(target)
        for resolved in _resolved(target, path):
            if exact := self._files.get(resolved.casefold()):
                return exact
        ending = f"/{target.lstrip('./')}".casefold()
        same_name = self._files_by_name.get(last_part(target).casefold(), ())
        candidates = [name for name in same_name if f"/{name}".casefold().endswith(ending)]
        folder = posixpath.dirname(path)
        return min(
            candidates,
            key=lambda name: (posixpath.dirname(name) != folder, name.count("/"), name),
            default=None,
        )


def _composed(text: str) -> str:
    """Return a text in NFC, as the paths of a source are: links may have the letters and marks
    of NFD, in which macOS has names of files."""
    return unicodedata.normalize("NFC", text)


def _variants(key: str, language: str) -> Iterator[str]:
    """Yield the paths that a document or the index of a folder may have; first those in the
    language that the name of the linking file has."""
    paths = (key, f"{key}/index", f"{key}/_index", f"{key}/readme")
    if language:
        yield from (f"{_without_extension(path)}.{language}" for path in paths)
    yield from paths


def _resolved(target: str, path: str) -> list[str]:
    """Return the paths that a relative one, in a file at `path`, and an absolute one may mean."""
    absolute = target.lstrip("/")
    relative = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)).lstrip("/")
    return [absolute] if target.startswith("/") else [relative, absolute]


def last_part(path: str) -> str:
    """Return what follows the last slash of a path."""
    return path.rpartition("/")[2]


def _without_extension(path: str) -> str:
    return path[: -len(extension(path))] if extension(path) in MARKDOWN else path


def normalize_url(url: str) -> str:
    """Return a URL without scheme, query, fragment, and the slash or file name at its end.

    >>> normalize_url("https://example.org/a/index.html#x"), normalize_url("/A/b/")
    ('//example.org/a', '/a/b')
    >>> normalize_url("https://example.org/?page_id=7")
    '//example.org?p=7'
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    path = PAGE_ENDING.sub("", _composed(unquote(parts.path))).rstrip("/").casefold()
    host = f"//{parts.netloc}" if parts.netloc else ""
    if not path and (post := POST_QUERY.match(parts.query)):
        return f"{host}?p={post['number']}"
    return f"{host}{path if path.startswith('/') or host else f'/{path}'}"
