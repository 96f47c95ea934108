"""The links of a body, as the other system understands them → links to the same articles here.

A link that already leads to the right article stays as it is written.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import url_for
from articles.importing import html_links
from articles.importing.documents import Problem, SourceDocument
from articles.importing.link_index import LinkIndex, Target, last_part
from articles.importing.naming import Entry, NamePlan
from articles.importing.sections import SectionLink
from articles.importing.trees import MARKDOWN, extension
from articles.markdown import anchors, embeds, urls, wikilinks
from articles.markdown.containers import Rewritten
from articles.markdown.events import OPTIONS, is_wikilink
from articles.markdown.link_marks import MARK, SPACE_MARK, mark_links, without_reserved
from articles.markdown.raw_events import Event, links
from articles.markdown.section_links import DEFINITION
from articles.text import names

# Targets of wikilinks of which it is remembered whether they stay.
CACHED_TARGETS = 16_384
# What Docusaurus calls the root of the site.
SITE_ALIAS = "@site"
LINK_HINT = re.compile(rf"\[\[|\]\(|\]:|\]\[|{html_links.HINT.pattern}", re.IGNORECASE)
INLINE_URL = re.compile(rb"\]\(\s*(?:<(?P<pointed>[^<>\r\n]*)>|(?P<plain>[^\s<][^\s]*?))(?=[\s)])")


@dataclass
class LinkResults:
    """What was counted in the links of one body. `wanted` has names with their lines."""

    resolved: int = 0
    ambiguous: list[Problem] = field(default_factory=list)
    wanted: list[tuple[str, Problem]] = field(default_factory=list)
    sections: list[SectionLink] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Change(NamedTuple):
    """Bytes of the body, from `start` to `end`, and what replaces them."""

    start: int
    end: int
    text: bytes


# Stores a file of the source, and returns its name in the media folder, or None if it can't be
# stored. Likewise for a file that came with a document.
StoreFile = Callable[[str], str | None]
StoreContent = Callable[[str, bytes], str | None]


class LinkRewriter:
    """Rewrites the links of bodies. `store_file` and `store_content` are called for the files
    that a body shows."""

    def __init__(
        self,
        index: LinkIndex,
        plan: NamePlan,
        media_url: str,
        store_file: StoreFile,
        store_content: StoreContent,
    ) -> None:
        self.index = index
        self.plan = plan
        self.media_url = media_url
        self.store_file = store_file
        self.store_content = store_content
        # Most links lead to few documents.
        self.stays = lru_cache(CACHED_TARGETS)(self._stays)

    def _stays(self, target: str, language: str) -> bool:
        """Whether a wikilink in a document in a language leads to one document, without a section,
        wherever it is written, and to the same one here."""
        name, path = wikilinks.parse_path(_plain(target))
        if not name or path or name.startswith(".") or "://" in name:
            return False
        resolved = self.index.by_name(name, "")
        if resolved is None or resolved.others:
            return False
        return self.owner(name, language) == resolved.number

    def owner(self, name: str, language: str) -> int | None:
        """Return the number of the document that a link by a name leads to here: -1 for another
        article, None for none."""
        key = names.fold(wikilinks.linked_name(name))
        owner = self.plan.owner(key, language)
        if owner is None and (last := wikilinks.last_key(key)):
            return self.plan.owner(last, language)
        return owner

    def rewrite(self, document: SourceDocument, entry: Entry) -> tuple[str, LinkResults]:
        """Return the body with its links changed where necessary, and what they are."""
        results, body = LinkResults(), document.body
        if not LINK_HINT.search(body):
            return body, results
        marked = mark_links(without_reserved(body))
        text = _Body(self, marked.encode(), entry, document, results)
        changes = sorted(set(text.changes()))
        if not changes:
            return body, results
        parts, position = [], 0
        for change in changes:
            if change.start >= position:
                parts += [text.content[position : change.start], change.text]
                position = change.end
        joined = b"".join([*parts, text.content[position:]]).decode()
        return joined.replace(MARK, "").replace(SPACE_MARK, " "), results


class _Body:
    """The links of one body."""

    def __init__(
        self,
        rewriter: LinkRewriter,
        content: bytes,
        entry: Entry,
        document: SourceDocument,
        results: LinkResults,
    ) -> None:
        self.rewriter = rewriter
        self.content = content
        self.entry = entry
        self.document = document
        self.results = results
        self._definitions: dict[str, list[tuple[int, int]]] | None = None

    def changes(self) -> Iterator[Change]:
        yield from self._in_markdown()
        yield from self._in_html()

    def _in_markdown(self) -> Iterator[Change]:
        for link, text_end in self._links():
            if is_wikilink(link):
                yield from self._in_wikilink(link)
            else:
                yield from self._in_url(link, text_end)

    def _links(self) -> Iterator[tuple[Event, int]]:
        """Yield the links, each with the end of its text, also those in the bodies of callouts of
        MkDocs, which are code to the parser."""
        source = self.content.decode()
        rewritten = Rewritten(source)
        if rewritten.text is source:
            yield from links(source, OPTIONS)
            return
        for link, text_end in links(rewritten.text, OPTIONS):
            start, end = rewritten.range(link.start, link.end)
            _start, text_end = rewritten.range(link.start, text_end)
            yield link._replace(start=start, end=end), text_end

    def _in_html(self) -> Iterator[Change]:
        for tag in html_links.html_tags(self.content.decode()):
            if tag.tag.name in html_links.LOST:
                message = _("Element %(name)s is left out.") % {"name": f"<{tag.tag.name}>"}
                event = Event("InlineHtml", "", None, tag.start, tag.end)
                self.results.problems.append(self._problem(event, message))
            elif url := tag.url():
                value = {"dest_url": url.text, "link_type": "Inline"}
                replacement = self._replacement(Event(url.kind, "", value, url.start, url.end))
                if replacement is not None:
                    yield Change(url.start, url.end, replacement.replace("'", "%27").encode())

    def _problem(self, event: Event, message: str) -> Problem:
        line = self.content.count(b"\n", 0, event.start)
        return Problem(*self.document.location(line), message)

    def _in_wikilink(self, event: Event) -> Iterator[Change]:
        target: str = event.value["dest_url"]
        if self.rewriter.stays(target, self.entry.language):
            self.results.resolved += 1
            return
        start = self.content.find(b"[[", event.start) + len(b"[[")
        end = start + len(target.encode())
        name, path = wikilinks.parse_path(_plain(target))
        if not name:
            self._add_section(event, self.entry, path)
        if not name or not self.content.startswith(target.encode(), start) or "://" in name:
            return
        resolved = self.rewriter.index.by_name(name, self.entry.path)
        if resolved is None and (file := self._file(name, event)):
            section = target[len(target.partition("#")[0]) :].removesuffix("\\")
            yield from self._file_in_wikilink(event, file, name, section, start)
        elif resolved is None:
            self._add_missing(event, name)
        else:
            self._count(resolved, event, name)
            bar = "\\" if target.endswith("\\") else ""
            yield from self._to_entry(event, resolved.number, name, path, (start, end), bar)

    def _add_missing(self, event: Event, name: str) -> None:
        """Report a wikilink to what is no document, and no file that was stored."""
        path = self.rewriter.index.file(name, self.entry.path)
        if path and extension(path) not in MARKDOWN:
            message = _(
                "“%(name)s” is a file that articles don't show, or that can't be read."
            ) % {"name": name}
            self.results.problems.append(self._problem(event, message))
            return
        problem = self._problem(
            event, _("“%(name)s” is neither a document nor a file of the source.") % {"name": name}
        )
        if embeds.file_kind(name):
            self.results.problems.append(problem)
        else:
            self.results.wanted.append((name, problem))

    def _to_entry(
        self,
        event: Event,
        index: int,
        name: str,
        path: tuple[str, ...],
        span: tuple[int, int],
        bar: str,
    ) -> Iterator[Change]:
        other = self.rewriter.index.entries[index]
        sections = path
        if path and names.slug(path[-1]) == names.slug(other.source_title):
            sections = ()  # The heading became the title.
        self._add_section(event, other, sections)
        leads_there = self._leads_to(name, index)
        if leads_there and sections == path:
            return
        text = name if leads_there else other.title
        section = "".join(f"#{part}" for part in sections)
        has_label = event.value["link_type"]["WikiLink"]["has_pothole"]
        label = (
            "" if has_label or event.kind == "Image" else f"|{wikilinks.default_label(name, path)}"
        )
        yield Change(*span, f"{_escaped(text)}{section}{bar}{label}".encode())

    def _add_section(self, event: Event, other: Entry, path: tuple[str, ...]) -> None:
        """Remember that a link leads to a section or block, unless that became the title."""
        if not path or names.slug(path[-1]) == names.slug(other.source_title):
            return
        if path[-1].startswith("^"):
            text = _("“%(title)s” has no block “%(name)s”: the link leads to its beginning.")
        else:
            text = _("“%(title)s” has no section “%(name)s”: the link leads to its beginning.")
        message = text % {"title": other.title, "name": path[-1]}
        link = SectionLink(other.slug, anchors.fragment_of(path), self._problem(event, message))
        self.results.sections.append(link)

    def _leads_to(self, name: str, index: int) -> bool:
        """Whether a link by this name leads to the document here."""
        return self.rewriter.owner(name, self.entry.language) == index

    def _count(self, target: Target, event: Event, name: str) -> None:
        self.results.resolved += 1
        if target.others:
            path = self.rewriter.index.entries[target.number].path
            count = target.others + 1
            message = ngettext(
                "%(count)d document is “%(name)s”: it leads to %(path)s.",
                "%(count)d documents are “%(name)s”: it leads to %(path)s.",
                count,
            ) % {"count": count, "name": name, "path": path}
            self.results.ambiguous.append(self._problem(event, message))

    def _file(self, target: str, event: Event) -> str | None:
        """Store the file that a link means, and return its name in the media folder."""
        if (content := self.document.attachments.get(target)) is not None:
            return self.rewriter.store_content(target, content)
        path = self.rewriter.index.file(target, self.entry.path)
        if path is None or extension(path) in MARKDOWN:
            return None
        return self.rewriter.store_file(path)

    def _file_in_wikilink(
        self, event: Event, file: str, name: str, section: str, start: int
    ) -> Iterator[Change]:
        """Let a link lead to a stored file; a `section` is a page or a time in it."""
        self.results.resolved += 1
        if event.kind == "Image":
            if file != name:
                end = start + len(event.value["dest_url"].encode()) - len(section.encode())
                end -= event.value["dest_url"].endswith("\\")
                yield Change(start, end, _escaped(file).encode())
            return
        source = self.content[event.start : event.end].decode()
        label = source[:-2].partition("|")[2] or last_part(name)
        url = quote(f"{self.rewriter.media_url}{file}", safe=urls.SAFE_CHARACTERS)
        url += quote(section, safe=urls.SAFE_CHARACTERS)
        yield Change(event.start, event.end, f"[{label}]({url})".encode())

    def _in_url(self, event: Event, text_end: int) -> Iterator[Change]:
        replacement = self._replacement(event)
        if replacement is None:
            return
        if event.value["link_type"] == "Inline":
            span = self._inline_span(event, text_end)
        else:
            span = self._definition_span(event)
        if span:
            yield Change(*span, replacement.encode())

    def _replacement(self, event: Event) -> str | None:
        """Return the URL that replaces that of a link or image, or None if it stays."""
        url = _plain(event.value["dest_url"])
        if url.startswith("#") and event.kind == "Link":
            self._add_section(event, self.entry, (unquote(url[1:]),) if url[1:] else ())
        if not url or url.startswith("#") or event.value["link_type"] in ("Autolink", "Email"):
            return None
        return self._url(url, event)

    def _url(self, url: str, event: Event) -> str | None:
        """Return the URL that replaces one, or None if it stays."""
        target, index = url.removeprefix(SITE_ALIAS), None
        if event.kind == "Link":
            index = self.rewriter.index.by_url(target, self.entry.path)
        path, _sharp, fragment = target.partition("#")
        if index is not None:
            self.results.resolved += 1
            other = self.rewriter.index.entries[index]
            self._add_section(event, other, (unquote(fragment),) if fragment else ())
            return self._article_url(index, url, fragment)
        if urls.SCHEME.match(url) or url.startswith("//"):
            return None
        path = unquote(path.partition("?")[0])
        if file := self._file(path, event):
            self.results.resolved += 1
            new = quote(f"{self.rewriter.media_url}{file}", safe=urls.SAFE_CHARACTERS)
            new += f"#{fragment}" if fragment else ""
            return None if new == url else new
        if parsed := urls.parse_article_url(url):
            message = _("“%(name)s” is neither a document nor a file of the source.") % {
                "name": url
            }
            self.results.wanted.append((parsed[0], self._problem(event, message)))
        else:
            message = _("“%(name)s” is neither a document nor a file that articles show.") % {
                "name": url
            }
            self.results.problems.append(self._problem(event, message))
        return None

    def _article_url(self, index: int, url: str, fragment: str) -> str | None:
        other = self.rewriter.index.entries[index]
        parsed = urls.parse_article_url(url)
        is_title = fragment and names.slug(unquote(fragment)) == names.slug(other.source_title)
        if parsed and not is_title and self._leads_to(parsed[0], index):
            return None
        anchor = f"#{fragment}" if fragment and not is_title else ""
        return f"{url_for.article(other.slug)}{anchor}"

    def _inline_span(self, event: Event, text_end: int) -> tuple[int, int] | None:
        url = event.value["dest_url"].encode()
        exact = self.content.find(url, text_end, event.end)
        if exact >= 0:
            return exact, exact + len(url)
        match = INLINE_URL.search(self.content, max(event.start, text_end - 1), event.end)
        if not match:
            return None
        return match.span("pointed" if match["pointed"] is not None else "plain")

    def _definition_span(self, event: Event) -> tuple[int, int] | None:
        """Return where the URL of a reference link is in the source."""
        if self._definitions is None:
            self._definitions = {}
            for match in DEFINITION.finditer(self.content):
                span = match.span("pointed" if match["pointed"] is not None else "plain")
                label = _label(match["label"].decode())
                self._definitions.setdefault(label, []).append(span)
        spans = self._definitions.get(_label(str(event.value.get("id") or "")))
        return spans[0] if spans else None


def _plain(text: str) -> str:
    return text.replace(MARK, "").replace(SPACE_MARK, " ")


def _escaped(name: str) -> str:
    """Return a name as the target of a link: with its sharps escaped where they would end it."""
    return wikilinks.NAME_END.sub(r"\\#", name)


def _label(text: str) -> str:
    return " ".join(text.casefold().split())
