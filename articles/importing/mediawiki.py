"""Dumps of MediaWiki, the XML of Special:Export and dumpBackup.php → documents.

A dump is read twice, because redirects may come before their targets. Only titles are in memory.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote

from django.utils.translation import gettext as _

from articles.files import FileError
from articles.importing.documents import Problem, ReadDocument, SkippedDocument, SourceDocument
from articles.importing.options import ImportOptions
from articles.importing.requirements import MissingRequirement, optional_module
from articles.importing.trees import SourceTree
from articles.importing.wikitext import Wiki, WikitextError, convert
from articles.importing.wikitext.links import file_key
from articles.importing.xml_records import (
    Element,
    XMLError,
    find_xml,
    open_xml,
    read_records,
    root_of,
)

MAIN_NAMESPACE = 0
# Longer chains of redirects are circles, or nobody follows them.
MAX_REDIRECTS = 10
IGNORED = {"contributor", "comment", "upload", "logitem", "discussionthreadinginfo"}
WIKITEXT = ("", "wikitext")


class WikiPage(NamedTuple):
    """A page of a wiki: its wikitext, and the line of the file where that begins."""

    title: str
    namespace: int
    redirect: str
    text: str
    line: int
    timestamp: datetime | None
    # Why it can't be imported, or an empty string.
    problem: str


@dataclass
class Dump:
    """What all pages of a dump depend on: the wiki, and which titles redirect to which page."""

    wiki: Wiki = field(default_factory=Wiki)
    namespace_names: dict[int, str] = field(default_factory=dict)
    # Title of a page → the titles that lead to it, in the order of the dump.
    aliases: dict[str, list[str]] = field(default_factory=dict)
    # Redirects whose target is not a page of the dump, and that target.
    broken_redirects: dict[str, str] = field(default_factory=dict)
    language: str = ""


def is_dump(tree: SourceTree) -> bool:
    """Return whether a source has a dump of MediaWiki."""
    return bool(dump_path(tree))


def dump_path(tree: SourceTree) -> str:
    """Return the path of the first dump of a source, or an empty string."""
    return find_xml(tree, lambda root: root.name == "mediawiki")


def read_mediawiki(tree: SourceTree, options: ImportOptions) -> Iterator[ReadDocument]:
    """Yield the pages of the main namespace of a dump. Redirects are aliases of their target.

    Raises `FileError` if the dump is not well-formed, or if mwparserfromhell is not installed.
    """
    path = dump_path(tree)
    if not path:
        raise FileError(
            tree.name, "it has no dump of MediaWiki (XML that begins with <mediawiki>)."
        )
    try:
        optional_module("mwparserfromhell", "Dumps of MediaWiki")
        dump = read_dump(tree, path)
    except MissingRequirement as error:
        raise FileError(path, error.message) from error
    except XMLError as error:
        raise FileError(path, f"line {error.line}: {error.message}") from error
    for page in pages(tree, path):
        if not (page.redirect and page.namespace == MAIN_NAMESPACE):
            yield _document(path, dump, page)
        elif target := dump.broken_redirects.get(page.title):
            message = _("“%(title)s” redirects to “%(target)s”, which the dump does not have.") % {
                "title": page.title,
                "target": target,
            }
            yield SkippedDocument(Problem(path, page.line, message))


def _document(path: str, dump: Dump, page: WikiPage) -> ReadDocument:
    if page.namespace != MAIN_NAMESPACE:
        namespace = dump.namespace_names.get(page.namespace, str(page.namespace))
        message = _("“%(title)s” is a page of the namespace %(namespace)s.") % {
            "title": page.title,
            "namespace": namespace,
        }
        return SkippedDocument(Problem(path, page.line, message))
    if page.problem:
        message = f"“{page.title}”: {page.problem}"
        return SkippedDocument(Problem(path, page.line, message))
    try:
        converted = convert(page.text, page.title, dump.wiki)
    except WikitextError as error:
        return SkippedDocument(Problem(path, page.line, f"“{page.title}”: {error.message}"))
    return SourceDocument(
        path=page.title,
        body=converted.markdown,
        body_line=page.line,
        line_numbers=tuple(page.line + line for line in converted.lines),
        file=path,
        title=page.title,
        aliases=tuple(dump.aliases.get(page.title, ())),
        urls=_urls(dump, page.title),
        language=dump.language,
        updated=page.timestamp,
        tags=tuple(converted.tags),
        problems=tuple(
            Problem(path, page.line + issue.line, issue.message) for issue in converted.issues
        ),
    )


def _urls(dump: Dump, title: str) -> tuple[str, ...]:
    page_url = dump.wiki.page_url
    return (page_url + quote(title.replace(" ", "_"), safe="/:()!,"),) if page_url else ()


def read_dump(tree: SourceTree, path: str) -> Dump:
    """Read what pages depend on. Raises `XMLError` if the dump is not well-formed."""
    root = root_of(tree, path)
    dump = Dump(language=root.attributes.get("xml:lang", "") if root else "")
    redirects: dict[str, str] = {}
    titles: set[str] = set()
    with open_xml(tree, path) as stream:
        for record in read_records(stream, {"siteinfo", "page"}, {*IGNORED, "revision"}):
            if record.name == "siteinfo":
                _read_site(dump, record)
            elif _number(record.value("ns")) == MAIN_NAMESPACE:
                if target := _redirect(record):
                    redirects[record.value("title")] = target
                else:
                    titles.add(record.value("title"))
    _resolve(dump, redirects, titles)
    dump.wiki = replace(dump.wiki, files=_files(tree))
    return dump


def _files(tree: SourceTree) -> dict[str, str]:
    """Return the paths of the files of a source by what wikitext calls them, without folders."""
    return {file_key(posixpath.basename(path)): path for path in reversed(list(tree.sizes))}


def _resolve(dump: Dump, redirects: dict[str, str], titles: set[str]) -> None:
    """Fill in the aliases: what leads to a redirect leads to the target of that."""
    for title, first in redirects.items():
        target = first
        for _step in range(MAX_REDIRECTS):
            if target not in redirects:
                break
            target = redirects[target]
        if target in titles:
            dump.aliases.setdefault(target, []).append(title)
        else:
            dump.broken_redirects[title] = target


def _read_site(dump: Dump, record: Element) -> None:
    base = record.value("base")
    namespaces = record.find("namespaces")
    for namespace in namespaces.children if namespaces else ():
        number = _number(namespace.attributes.get("key", ""))
        dump.namespace_names[number] = namespace.text.strip()
    numbers = {name.lower(): number for number, name in dump.namespace_names.items() if name}
    page_url = base[: base.rfind("/") + 1] if base.startswith(("http://", "https://")) else ""
    dump.wiki = Wiki(numbers, page_url)


def pages(tree: SourceTree, path: str) -> Iterator[WikiPage]:
    """Yield the pages of a dump, each with its last revision. Raises `XMLError`."""
    with open_xml(tree, path) as stream:
        for record in read_records(stream, {"page"}, IGNORED):
            yield _page(record)


def _page(record: Element) -> WikiPage:
    revision = record.find("revision")
    text = revision.find("text") if revision else None
    model = revision.value("model") if revision else ""
    problem = ""
    if not record.value("title"):
        problem = _("The page has no title.")
    elif revision is None or text is None or "deleted" in text.attributes:
        problem = _("The page has no text.")
    elif text.is_truncated:
        problem = _("The text of the page is too long.")
    elif model not in WIKITEXT:
        problem = _("The page is no wikitext, but %(model)s.") % {"model": model}
    return WikiPage(
        title=record.value("title"),
        namespace=_number(record.value("ns")),
        redirect=_redirect(record),
        text=text.text if text else "",
        line=text.line if text else record.line,
        timestamp=_timestamp(revision.value("timestamp") if revision else ""),
        problem=problem,
    )


def _redirect(record: Element) -> str:
    """Return the title that a page redirects to, without a section."""
    redirect = record.find("redirect")
    title = redirect.attributes.get("title", "") if redirect else ""
    return title.partition("#")[0].replace("_", " ").strip()


def _number(text: str) -> int:
    try:
        return int(text[:10])
    except ValueError:
        return MAIN_NAMESPACE


def _timestamp(text: str) -> datetime | None:
    try:
        timestamp = datetime.fromisoformat(text)
    except ValueError:
        return None
    return timestamp if timestamp.tzinfo else None
