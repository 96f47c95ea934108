"""Files → findings, by all processors: first the names of all articles are read, then each file is
linted with them, and last what depends on two articles is decided.

The pure functions that worker processes run take tasks, and read the files and the names
themselves.
"""

import os
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from articles import files
from articles.linting import content_rules, front_matter_rules, link_rules
from articles.linting.findings import Finding
from articles.linting.link_rules import ArticleLinks
from articles.linting.linted_texts import LintedDocument, LintedFile
from articles.linting.options import LintOptions
from articles.linting.site_names import ArticleEntry, SiteNames
from articles.linting.tag_lists import (
    TagList,
    count_tags,
    near_duplicates,
    read_tag_list,
    tag_list_findings,
)
from articles.markdown.anchors import ids_in
from articles.serializers.validation import find_faults
from articles.text import names
from articles.workers import Workers

Result = TypeVar("Result")

# Called with the number of files that are done, and of those that were added.
Advance = Callable[[int, int], None]

# Files that are handed to the workers at once, for each process: their texts may be in memory.
BATCH = 200
NOT_JSON = "it is not a file of fixtures: {}"


@dataclass(frozen=True, slots=True)
class LintItem:
    """A file, or a text without one. `extra_names` lead to the article as well. The findings of
    `context` are not reported."""

    name: str
    entry: files.FileEntry | None = None
    content: bytes = b""
    extra_names: tuple[str, ...] = ()
    is_context: bool = False

    def read(self) -> bytes:
        """Raises `FileError`."""
        return files.read(self.entry) if self.entry else self.content


@dataclass(frozen=True, slots=True)
class LintTask:
    """A file to lint with the names in the file `site`; without one, its own names are read."""

    item: LintItem
    options: LintOptions
    site: str = ""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What was found in one file; `problem` says why it can't be read."""

    findings: tuple[Finding, ...] = ()
    articles: tuple[ArticleLinks, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class LintResult:
    """All findings in order, the number of files, and why files could not be read."""

    findings: list[Finding]
    files: int
    problems: list[str]


def lint(
    items: Sequence[LintItem],
    options: LintOptions,
    workers: Workers,
    *,
    tags: LintItem | None = None,
    advance: Advance = lambda _done, _added: None,
) -> LintResult:
    """Lint `items`, with the file of tags if there is one."""
    advance(0, len(items))
    findings: list[Finding] = []
    problems: list[str] = []
    tag_list, tag_file = _read_tags(tags, options, problems)
    entries: list[ArticleEntry] = []
    for names_of_file in _map(workers, read_entries, items, options):
        entries += names_of_file
        advance(0, 0)  # Displays that the linter is at work.
    site = _site(entries, tag_list, options)
    if tag_list and tag_file:
        findings += tag_list_findings(tag_file, tag_list, site.near_tags)
    articles: list[ArticleLinks] = []
    with _stored(site) as path:
        for part in _map(workers, lint_files, items, options, path):
            findings += part.findings
            articles += part.articles
            problems += filter(None, [part.problem])
            advance(1, 0)
    findings += _site_findings(articles)
    return LintResult(sorted(set(findings)), len(items), problems)


def _map(
    workers: Workers,
    function: Callable[[list[LintTask]], list[Result]],
    items: Sequence[LintItem],
    options: LintOptions,
    site: str = "",
) -> Iterator[Result]:
    """Yield what `function` returns for each item; one batch is computed while another is read."""
    waiting: list[Callable[[], list[Result]]] = []
    size = BATCH * max(workers.processes, 1)
    for start in range(0, len(items), size):
        tasks = [LintTask(item, options, site) for item in items[start : start + size]]
        waiting.append(workers.submit(function, tasks))
        if len(waiting) > 1:
            yield from waiting.pop(0)()
    for results in waiting:
        yield from results()


@contextmanager
def _stored(site: SiteNames) -> Iterator[str]:
    """Write the names to a temporary file for the workers, which read it once each."""
    with tempfile.NamedTemporaryFile(prefix="diwan-names-", delete=False) as stream:
        pickle.dump(site, stream)
    try:
        yield stream.name
    finally:
        _load_site.cache_clear()
        os.unlink(stream.name)


@lru_cache(maxsize=1)
def _load_site(path: str) -> SiteNames:
    site: SiteNames = pickle.loads(Path(path).read_bytes())
    return site


def _read_tags(
    item: LintItem | None, options: LintOptions, problems: list[str]
) -> tuple[TagList | None, LintedFile | None]:
    if not item:
        return None, None
    try:
        file = LintedFile(item.name, item.read(), options)
        return read_tag_list(file), file
    except files.FileError as error:
        problems.append(f"{item.name}: {error.problem}")
    except (ValueError, RecursionError) as error:
        problems.append(f"{item.name}: {NOT_JSON.format(error)}")
    return None, None


def _site(
    entries: Sequence[ArticleEntry], tags: TagList | None, options: LintOptions
) -> SiteNames:
    near: dict[str, str] = {}
    if options.reports("near-duplicate-tag"):
        near = near_duplicates(count_tags((tag for item in entries for tag in item.tags), tags))
    return SiteNames(entries, tags, near)


def _site_findings(articles: Iterable[ArticleLinks]) -> Iterator[Finding]:
    """Yield orphans, and links to sections that their targets don't have."""
    by_index = {item.index: item for item in articles}
    linked = {target for item in by_index.values() for target in item.targets - {item.index}}
    for item in by_index.values():
        if item.orphan and item.index not in linked:
            yield item.orphan
        for link in item.section_links:
            target = by_index.get(link.target)
            if target and not target.has_section(link.fragment):
                yield link.finding


# Functions of worker processes


def read_entries(tasks: list[LintTask]) -> list[list[ArticleEntry]]:
    """Return what other articles depend on, for each document of each file."""
    return [list(_entries(task)) for task in tasks]


def _entries(task: LintTask) -> Iterator[ArticleEntry]:
    for document in _documents(task):
        article = document.article
        if not article.title:
            # Its fault is reported; links to the file need no report of their own.
            article.title = Path(task.item.name).stem[: names.NAME_LENGTH]
        keys = dict.fromkeys([*article.keys(), *task.item.extra_names])
        yield ArticleEntry(
            task.item.name,
            document.line,
            article.slug,
            article.title,
            article.language,
            article.translation_of,
            article.is_public,
            tuple(filter(None, keys)),
            (article.title, *article.aliases),
            tuple(document.parsed.tags),
        )


def _documents(task: LintTask) -> Iterator[LintedDocument]:
    try:
        file = LintedFile(task.item.name, task.item.read(), task.options)
    except files.FileError:
        return  # `lint_files` reports it.
    yield from file.documents()


def lint_files(tasks: list[LintTask]) -> list[FileReport]:
    """Lint files. Their problems are part of the reports."""
    return [_lint_file(task) for task in tasks]


def _lint_file(task: LintTask) -> FileReport:
    try:
        file = LintedFile(task.item.name, task.item.read(), task.options)
    except files.FileError as error:
        return FileReport(problem=f"{files.printable(task.item.name)}: {error.problem}")
    site = _load_site(task.site)
    findings: list[Finding | None] = []
    articles: list[ArticleLinks] = []
    if file.undecodable:
        index, message = file.undecodable
        findings.append(file.finding("front-matter", index, index + 1, message))
    else:
        for document in file.documents():
            articles.append(_lint_document(document, site, findings))
    if task.item.is_context:
        articles = [replace(item, section_links=(), orphan=None) for item in articles]
        findings = []
    return FileReport(tuple(filter(None, findings)), tuple(articles))


def _lint_document(
    document: LintedDocument, site: SiteNames, findings: list[Finding | None]
) -> ArticleLinks:
    """Add the findings of a document to `findings`, and return what depends on other articles."""
    index = site.indexes.get((document.file.name, document.line), -1)
    faults = find_faults(document.article, document.parsed)
    findings += front_matter_rules.front_matter_findings(document, faults)
    findings += front_matter_rules.tag_findings(document, site)
    findings += document.suppression_findings()
    if document.article.title:
        findings += front_matter_rules.field_findings(document)
        findings += front_matter_rules.name_findings(document, site, index)
    if any(fault.field == "body" for fault in faults):
        return ArticleLinks(index)  # Too large a body, for example, takes too long.
    findings += content_rules.content_findings(document)
    links = link_rules.resolve_links(document, site, index)
    resolved = (item.resolution.target for item in links)
    targets = frozenset(target for target in resolved if target is not None) - {index}
    findings += link_rules.link_findings(document, site, links)
    findings += link_rules.page_link_findings(document)
    findings.append(link_rules.dead_end(document, targets))
    if document.options.reports("unlinked-mention"):
        findings += link_rules.mention_findings(document, site, index, targets)
    return ArticleLinks(
        index,
        targets,
        tuple(link_rules.section_links(document, links)),
        document.rendered.headings,
        frozenset(ids_in(document.rendered.html)),
        document.whole_finding("orphan", "No other article links to this one."),
    )
