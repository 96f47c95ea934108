"""Findings about the fields of a document: what `loaddata` refuses, and what YAML hides."""

import unicodedata
from collections.abc import Iterator, Sequence

from rapidfuzz import process

from articles.linting.findings import Edit, Finding
from articles.linting.linted_texts import LintedDocument
from articles.linting.site_names import SiteNames
from articles.models.fields import LINK_SYNTAX
from articles.serializers.sources import Fault
from articles.text import frontmatter, names
from articles.text.scripts import is_in_identifier, mixed_words
from articles.text.suspicious_yaml import Suspicion, suspicious_values

TEXT_FIELDS = (
    *("title", "summary", "aliases", "former", "tags", "author", "slug", "language"),
    "translation_of",
)
NAME_FIELDS = ("title", "aliases", "former", "tags", "slug", "language", "translation_of")
NO_NAME = (
    "Quotation marks would not help: a name can't be linked to with “#”, a bar or square brackets"
    " in it. Leave them out, as in “Report 2”; if a comment is meant, write a space after “#”."
)
# Of 100, by rapidfuzz.
MIN_SIMILARITY = 80


def front_matter_findings(
    document: LintedDocument, faults: Sequence[Fault]
) -> Iterator[Finding | None]:
    """Yield the faults of a document as findings, and the suspicious values of its front matter.

    A fault of YAML gives way to a suspicion on its line, which says more.
    """
    suspicions = list(_suspicions(document))
    lines = {finding.line for finding in suspicions if finding.edits}
    yield from suspicions
    for fault in faults:
        if fault.field != "front matter" or fault.line not in lines:
            yield document.finding("front-matter", _range(document, fault), _text(fault))


def _text(fault: Fault) -> str:
    return f"{fault.field}: {fault.message}" if fault.field else fault.message


def _range(document: LintedDocument, fault: Fault) -> tuple[int, int]:
    """Return where a fault stands: the value of a field on the line of its key, else the line."""
    line = fault.line - document.line + 1
    if document.parsed.lines.get(fault.field) == line and fault.field != "body":
        return document.field_range(fault.field)
    start = document.start_of_line(max(line, 1))
    text = document.file.text
    end = text.find("\n", start)
    return start, max(start, end if end >= 0 else len(text))


def _suspicions(document: LintedDocument) -> Iterator[Finding]:
    match = frontmatter.FENCE.match(document.text)
    if not match or not document.options.reports("suspicious-yaml"):
        return
    start = document.start + match.start("block")
    for item in suspicious_values(match["block"], TEXT_FIELDS):
        span = start + item.start, start + item.end
        is_sure = _is_sure(item)
        edits = [Edit(*span, item.replacement)] if item.replacement and is_sure else []
        message = item.message if is_sure else f"{item.message} {NO_NAME}"
        finding = document.finding("suspicious-yaml", span, message, *edits)
        if finding:
            yield finding


def _is_sure(suspicion: Suspicion) -> bool:
    """Whether the field may have the value that the fix gives it: a name has no “#” in it."""
    if suspicion.key not in NAME_FIELDS:
        return True
    return not LINK_SYNTAX.search((suspicion.replacement or "").strip('"'))


def field_findings(document: LintedDocument) -> Iterator[Finding | None]:
    """Yield what could be better about title and summary."""
    article, options = document.article, document.options
    if not article.summary.strip():
        message = "There is no summary, which lists and search results display."
        yield document.whole_finding("missing-summary", message)
    length = sum(not unicodedata.combining(character) for character in article.title)
    if length > options.max_title_length:
        message = (
            f"The title has {length} characters; more than {options.max_title_length} are cut."
        )
        yield document.finding("long-title", document.field_range("title"), message)
    if options.reports("mixed-scripts"):
        yield from _mixed_scripts(document)


def _mixed_scripts(document: LintedDocument) -> Iterator[Finding | None]:
    """Yield words of mixed scripts in the fields. Those of names have no fix: it would change what
    the article is called, and break links."""
    article = document.article
    values = [("title", article.title), ("summary", article.summary)]
    values += [("aliases", alias) for alias in article.aliases]
    values += [("tags", tag) for tag in document.parsed.tags]
    for key, value in values:
        for word in mixed_words(value):
            span = document.field_range(key, word.word)
            text = document.file.text
            is_exact = text[slice(*span)] == word.word and not is_in_identifier(text, *span)
            is_sure = is_exact and word.corrected and key == "summary"
            edits = [Edit(*span, word.corrected)] if is_sure else []
            message = mixed_message(word.word, word.scripts)
            yield document.finding("mixed-scripts", span, message, *edits)


def mixed_message(word: str, scripts: tuple[str, ...]) -> str:
    return f"“{word}” mixes letters of {' and '.join(scripts)}, which look alike."


def tag_findings(document: LintedDocument, site: SiteNames) -> Iterator[Finding | None]:
    """Yield the tags that the file of tags does not have, and those that are almost another."""
    listed = site.tags
    for tag in document.parsed.tags:
        key = names.fold(tag)
        if listed is not None and key not in listed:
            message = f"The tag “{tag}” is not in {listed.file}.{_similar_tag(tag, site)}"
            yield document.finding("unknown-tag", document.field_range("tags", tag), message)
        if key in site.near_tags and (listed is None or key not in listed.tags):
            message = f"The tag “{tag}” is almost “{site.near_tags[key]}”. Is it another one?"
            span = document.field_range("tags", tag)
            yield document.finding("near-duplicate-tag", span, message)


def _similar_tag(tag: str, site: SiteNames) -> str:
    listed = [item.name for item in site.tags.tags.values()] if site.tags else []
    match = process.extractOne(tag, listed, score_cutoff=MIN_SIMILARITY)
    return f" Did you mean “{match[0]}”?" if match else ""


def name_findings(
    document: LintedDocument, site: SiteNames, index: int
) -> Iterator[Finding | None]:
    """Yield the names and the slug of a document that another article has."""
    article = document.article
    for other in site.with_slug(article.slug):
        if other != index:
            location = site.entries[other].location
            message = f"“{article.slug}” is the slug of {location} too."
            yield document.finding("ambiguous-name", document.field_range("slug"), message)
            break
    checked = {names.fold(article.slug)}
    for key, name in (("title", article.title), *(("aliases", a) for a in article.aliases)):
        folded = names.fold(name)
        others = [i for i in site.owners(folded, article.language) if i != index]
        if others and folded not in checked:
            checked.add(folded)
            message = f"“{name}” is a name of {site.entries[others[0]].location} too."
            yield document.finding("ambiguous-name", document.field_range(key, name), message)
