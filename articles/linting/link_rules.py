"""Findings about the links of a document, and about what could be one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from articles.linting.content_rules import word_range
from articles.linting.findings import Finding
from articles.linting.linted_texts import LintedDocument, TextRun
from articles.linting.site_names import Resolution, SiteNames
from articles.markdown import Heading, Link
from articles.markdown.anchors import Anchors, PageAnchors, ids_in, last_id
from articles.models.fields import truncate
from articles.text import names, tokens

# Names of more words are not looked for in the text.
MAX_WORDS = 20
# More in one article are a list of what to read, not of what to do.
MAX_MENTIONS = 10


@dataclass(frozen=True, slots=True)
class SectionLink:
    """A link to a section or block of the article with index `target`, and the finding that it is
    broken, which is for whoever knows that article to decide."""

    target: int
    fragment: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class ArticleLinks:
    """What links of an article, and links to it, depend on. `orphan` is the finding that no other
    one links to it."""

    index: int
    targets: frozenset[int] = frozenset()
    section_links: tuple[SectionLink, ...] = ()
    headings: tuple[Heading, ...] = ()
    ids: frozenset[str] = frozenset()
    orphan: Finding | None = None

    def has_section(self, fragment: str) -> bool:
        return bool(Anchors(self.headings).find(fragment)) or last_id(fragment) in self.ids


@dataclass(frozen=True, slots=True)
class ResolvedLink:
    link: Link
    resolution: Resolution
    span: tuple[int, int]


def resolve_links(document: LintedDocument, site: SiteNames, index: int) -> list[ResolvedLink]:
    """Resolve the links of a document, in the order of their positions."""
    language = document.article.language
    links = sorted(document.rendered.links, key=lambda link: link.start)
    return [
        ResolvedLink(
            link,
            site.resolve(link.keys, language, index),
            document.range_of(link.start, link.end),
        )
        for link in links
    ]


def link_findings(
    document: LintedDocument, site: SiteNames, links: list[ResolvedLink]
) -> Iterator[Finding | None]:
    """Yield the links that lead to no article, to several, or to one that readers can't see."""
    is_public = document.article.is_public
    for item in links:
        name, resolution = truncate(item.link.name), item.resolution
        if resolution.target is None:
            message = f"No article has the name “{name}”."
            yield document.finding("wanted-link", item.span, message)
            continue
        target = site.entries[resolution.target]
        if resolution.rivals:
            locations = ", ".join(site.entries[rival].location for rival in resolution.rivals[:5])
            message = f"“{name}” is a name of several articles: {locations}."
            yield document.finding("ambiguous-name", item.span, message)
        if is_public and not target.is_public:
            message = f"Readers can't see the article “{truncate(target.title)}” ({target.file})."
            yield document.finding("unpublished-link", item.span, message)


def section_links(document: LintedDocument, links: list[ResolvedLink]) -> Iterator[SectionLink]:
    """Yield the links to sections of articles."""
    for item in links:
        fragment, target = item.link.fragment, item.resolution.target
        if not fragment or target is None:
            continue
        rule, message = _broken(fragment, f"“{truncate(item.link.name)}”")
        if finding := document.finding(rule, item.span, message):
            yield SectionLink(target, fragment, finding)


def page_link_findings(document: LintedDocument) -> Iterator[Finding | None]:
    """Yield the links within the article that lead to nothing in it."""
    html = document.rendered.html
    ids = ids_in(html)
    anchors = PageAnchors(document.rendered.headings, html)
    for fragment, start, end in document.state.page_links:
        if fragment and anchors.resolve(fragment) not in ids:
            rule, message = _broken(fragment, "the article")
            yield document.finding(rule, document.range_of(start, end), message)


def _broken(fragment: str, where: str) -> tuple[str, str]:
    last = truncate(fragment.rpartition("#")[2])
    if last.startswith("^"):
        return "broken-block", f"There is no block “{last}” in {where}."
    return "broken-section", f"There is no section “{last}” in {where}."


def dead_end(document: LintedDocument, targets: frozenset[int]) -> Finding | None:
    if targets:
        return None
    return document.whole_finding("dead-end", "The article links to no other one.")


def mention_findings(
    document: LintedDocument, site: SiteNames, index: int, targets: frozenset[int]
) -> Iterator[Finding | None]:
    """Yield the first mention of each article in the same language that the document does not link
    to, at most `MAX_MENTIONS`."""
    mentions = _new_mentions(document, site, {index, *targets})
    for run, start, text, target in islice(mentions, MAX_MENTIONS):
        span, _is_exact = word_range(document, run, start, text)
        title = truncate(site.entries[target].title)
        message = f"“{truncate(text)}” could be a link to “{title}”."
        yield document.finding("unlinked-mention", span, message)


def _new_mentions(
    document: LintedDocument, site: SiteNames, linked: set[int]
) -> Iterator[tuple[TextRun, int, str, int]]:
    """Yield the first mention of each article that is not `linked`, outside of headings and
    links."""
    for run in document.text_runs():
        if run.in_link or run.in_heading:
            continue
        for start, text, target in _mentions(document, run, site):
            if target not in linked:
                linked.add(target)
                yield run, start, text, target


def _mentions(
    document: LintedDocument, run: TextRun, site: SiteNames
) -> Iterator[tuple[int, str, int]]:
    """Yield where names of articles stand in a run, the text there, and the articles: the longest
    name that begins at a word, and the next one after it."""
    tree, position = site.mentions, 0
    for match in tokens.TOKEN.finditer(run.text):
        # Most words begin no name.
        word = match[0]
        if word.isspace() or names.fold(word) not in tree or match.start() < position:
            continue
        end, target = _longest(document, run.text, match.start(), site)
        if target is not None:
            yield match.start(), run.text[match.start() : end], target
            position = end


def _longest(
    document: LintedDocument, text: str, start: int, site: SiteNames
) -> tuple[int, int | None]:
    """Return where the longest name ends that begins at `start`, and the article that has it."""
    node = site.mentions
    best: tuple[int, int | None] = (start, None)
    for match in islice(_words(text, start), MAX_WORDS):
        following: dict[str, Any] | None = node.get(names.fold(match[0]))
        if following is None:
            break
        node = following
        target = next((i for i in node.get("", ()) if _may_link(document, site, i)), None)
        if target is not None:
            best = match.end(), target
    return best


def _words(text: str, start: int) -> Iterator[re.Match[str]]:
    return (match for match in tokens.TOKEN.finditer(text, start) if tokens.is_word(match[0]))


def _may_link(document: LintedDocument, site: SiteNames, target: int) -> bool:
    """Whether a link makes sense: in the same language, and readers see the target as well."""
    item, article = site.entries[target], document.article
    return item.language == article.language and (item.is_public or not article.is_public)
