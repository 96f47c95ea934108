"""Documents with names and links → articles, as far as they have changed since the last import."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy

from articles.importing.documents import Problem, SourceDocument
from articles.importing.fitting import AUTHOR_LENGTH, fit_status, fit_summary, fit_tags, fit_time
from articles.importing.links import LinkRewriter
from articles.importing.naming import Entry
from articles.importing.options import ImportOptions
from articles.importing.renamed import follow_renamed
from articles.importing.reports import ImportReport, Outcome
from articles.importing.sections import SectionLink, missing_sections
from articles.importing.spooled import SpooledList
from articles.markdown import wikilinks
from articles.models import Article, ImportedDocument, Name, Tagging
from articles.serializers.loading import FixtureLoad
from articles.serializers.sources import Fault
from articles.serializers.validation import find_faults
from articles.sql import chunks, insert_rows
from articles.text import names

BATCH = 250
# What an article is compared by: an editor who publishes or features it has not edited it.
COMPARED = ("title", "slug", "summary", "aliases", "language", "author", "body")
COLUMNS = ("source", "path", "slug", "digest", "state", "article_id")
# What a stored article keeps, if its document does not say it.
SCHEDULE = ("publish_at", "expire_at")
PRESERVED = ("status", "translation_of", "featured", *SCHEDULE)
EDITED = gettext_lazy("It was edited here since the last import. With --overwrite it is replaced.")
DELETED = gettext_lazy(
    "It was deleted here since the last import. With --overwrite it is imported again."
)


@dataclass(frozen=True)
class ImportSource:
    """Where an article of an import comes from: a `RecordSource`."""

    file: str
    line: int
    tags: list[str]
    omitted: frozenset[str]
    faults: tuple[Fault, ...] = ()
    complete: bool = True

    @property
    def location(self) -> str:
        return f"{self.file}:{self.line}"

    def has_primary_key(self, field: str) -> bool:
        return False

    def fault(self, field: str, problem: str) -> Fault:
        return Fault(self.file, self.line if field == "body" else 0, field, problem)


@dataclass(slots=True)
class Prepared:
    """An article to be written, the digest of what its document said, and which of the fields
    that are preserved otherwise it states."""

    entry: Entry
    article: Article
    source: ImportSource
    digest: str
    stated: set[str]


class DocumentState(NamedTuple):
    """A document whose article was written: the slug of this, the digest of the document, and the
    state of the article without its tags."""

    path: str
    slug: str
    digest: str
    state: str


class ArticleImport:
    """The articles of one import. Call `match`, then `add` for each document in the order of the
    entries, and `finish`, in the transaction of `load`."""

    def __init__(
        self, load: FixtureLoad, report: ImportReport, options: ImportOptions, status: str
    ) -> None:
        self._load = load
        self._report = report
        self._options = options
        self._status = status
        self._records: dict[str, ImportedDocument] = {}
        self._prepared: list[Prepared] = []
        self._written: SpooledList[DocumentState] = SpooledList()
        self._wanted: SpooledList[tuple[str, Problem]] = SpooledList()
        self._sections: SpooledList[SectionLink] = SpooledList()

    def match(self, entries: list[Entry]) -> None:
        """Let the documents that were imported earlier know their articles."""
        rows = ImportedDocument.objects.filter(source=self._report.source)
        self._records = {row.path: row for row in rows}
        self._adopt_restored()
        follow_renamed(entries, self._records)
        imported: dict[int, Entry] = {}
        for entry in entries:
            record = self._records.get(entry.path)
            if record and record.article_id is not None:
                imported[record.article_id] = entry
            elif record:
                entry.is_deleted = not self._options.overwrite
        for article, state in self._stored_states(imported):
            self._match_article(imported[article.pk], article, state)

    def _match_article(self, entry: Entry, article: Article, state: str) -> None:
        record = self._records[entry.path]
        entry.pk, entry.slug = article.pk, article.slug
        entry.stored_names = article.title, article.aliases
        entry.stored_language = article.language
        if state == record.state:
            return
        if self._options.overwrite:
            record.digest = ""  # It is not what the document says any more.
        else:
            entry.is_fixed = True
            entry.title, entry.language = article.title, article.language
            entry.aliases = tuple(article.aliases)

    def _adopt_restored(self) -> None:
        """Articles that came back from the trash have other primary keys, and their slugs."""
        lost = {row.slug: row for row in self._records.values() if row.article_id is None}
        owned = {row.article_id for row in self._records.values()}
        for batch in chunks(sorted(lost)):
            for slug, pk in Article.objects.filter(slug__in=batch).values_list("slug", "pk"):
                if pk not in owned:
                    lost[slug].article_id = pk

    def _stored_states(self, pks: Iterable[int]) -> Iterator[tuple[Article, str]]:
        """Yield the stored articles with these primary keys, and their states."""
        for batch in chunks(sorted(pks), BATCH):
            articles = Article.objects.filter(pk__in=batch).only(*COMPARED)
            tag_keys = Tagging.objects.tag_keys_by_article(batch)
            for article in articles:
                yield article, with_tags(state_of(article), sorted(tag_keys[article.pk]))

    def add(self, entry: Entry, document: SourceDocument, links: LinkRewriter) -> None:
        """Prepare the article of one document."""
        if entry.is_deleted:
            self._report.add_skipped(Problem(entry.path, 0, str(DELETED)))
            return
        body, results = links.rewrite(document, entry)
        problems = results.problems
        self._report.links.resolved += results.resolved
        self._report.links.ambiguous += len(results.ambiguous)
        self._report.ambiguous += results.ambiguous
        self._wanted += results.wanted
        self._sections += results.sections
        prepared = self._prepare(entry, document, body, problems)
        self._report.problems += [*entry.problems, *problems]
        if faults := find_faults(prepared.article, prepared.source):
            fault = faults[0]
            message = f"{fault.field}: {fault.message}"
            self._report.add_skipped(Problem(entry.path, fault.line, message))
            return
        self._prepared.append(prepared)
        if len(self._prepared) == BATCH:
            self._flush()

    def _prepare(
        self, entry: Entry, document: SourceDocument, body: str, problems: list[Problem]
    ) -> Prepared:
        created = fit_time(document.created, document, problems)
        updated = fit_time(document.updated, document, problems)
        article = Article(
            title=entry.title,
            slug=entry.slug,
            aliases=list(entry.aliases),
            language=entry.language,
            summary=fit_summary(document, problems),
            author=" ".join(document.author.split())[:AUTHOR_LENGTH],
            status=fit_status(document, self._status),
            body=body,
        )
        tags = fit_tags(document, problems)
        keys = sorted(map(names.fold, tags))
        stated = {"status"} if document.status else set()
        if document.publish_at or document.expire_at:
            # Both or neither: the time of publishing that is stored may be after that of expiry.
            article.publish_at = fit_time(document.publish_at, document, problems)
            article.expire_at = fit_time(document.expire_at, document, problems)
            stated |= set(SCHEDULE)
        moments = created, updated, article.publish_at, article.expire_at
        digest = digest_of(entry, article, document, keys, moments)
        omitted = {"former"}
        for name, moment in (("created", created), ("updated", updated)):
            if moment:
                setattr(article, name, moment)
            else:
                omitted.add(name)
        if not entry.pk:
            # Of a new article, one time stands for both: it is not created after an update.
            article.created = created or updated or article.created
            article.updated = updated or created or article.updated
        source = ImportSource(entry.path, document.body_line, tags, frozenset(omitted))
        return Prepared(entry, article, source, digest, stated)

    def _flush(self) -> None:
        """Save the prepared articles that have changed."""
        prepared, self._prepared = self._prepared, []
        stored = self._stored(prepared)
        for item in prepared:
            record = self._records.get(item.entry.path)
            has_same_names = item.entry.is_fixed or item.entry.has_stored_names()
            if item.entry.pk and record and record.digest == item.digest and has_same_names:
                self._report.add_article(item.entry.path, item.entry.slug, Outcome.UNCHANGED)
            elif item.entry.is_fixed:
                self._report.add_skipped(Problem(item.entry.path, 0, str(EDITED)))
            else:
                self._save(item, stored)

    def _stored(self, prepared: list[Prepared]) -> dict[int, Article]:
        pks = [item.entry.pk for item in prepared if item.entry.pk]
        return {row.pk: row for row in Article.objects.filter(pk__in=pks).only(*PRESERVED)}

    def _save(self, item: Prepared, stored: dict[int, Article]) -> None:
        entry, article = item.entry, item.article
        if current := stored.get(entry.pk or 0):
            for name in set(PRESERVED) - item.stated:
                setattr(article, name, getattr(current, name))
        self._load.save(article, item.source, is_checked=True)
        outcome = Outcome.UPDATED if current else Outcome.IMPORTED
        self._report.add_article(entry.path, entry.slug, outcome)
        self._written.append(DocumentState(entry.path, entry.slug, item.digest, state_of(article)))

    def finish(self) -> None:
        """Write what is left, remember where each article comes from, and find links that lead to
        nothing."""
        self._flush()
        self._load.finish()
        documents = iter(self._written)
        while batch := list(islice(documents, BATCH)):
            self._remember(batch)
        self._count_wanted()
        for problem in missing_sections(self._sections):
            self._report.links.missing_sections += 1
            self._report.problems.append(problem)

    def _remember(self, documents: list[DocumentState]) -> None:
        slugs = [document.slug for document in documents]
        pks = dict(Article.objects.filter(slug__in=slugs).values_list("slug", "pk"))
        tag_keys = Tagging.objects.tag_keys_by_article(list(pks.values()))
        new: list[tuple[str, str, str, str, str, int]] = []
        updated: list[tuple[str, str, str, str, str, int]] = []
        for path, slug, digest, state in documents:
            pk = pks[slug]
            state_with_tags = with_tags(state, sorted(tag_keys[pk]))
            row = self._report.source, path, slug, digest, state_with_tags, pk
            (updated if path in self._records else new).append(row)
        insert_rows(ImportedDocument, COLUMNS, new)
        ImportedDocument.objects.bulk_create(
            [ImportedDocument(**dict(zip(COLUMNS, row, strict=True))) for row in updated],
            update_conflicts=True,
            unique_fields=["source", "path"],
            update_fields=["slug", "digest", "state", "article"],
        )

    def _count_wanted(self) -> None:
        keys = {_key(name) for name, _problem in self._wanted}
        existing: set[str] = set()
        for batch in chunks(sorted(keys)):
            existing |= set(Name.objects.filter(key__in=batch).values_list("key", flat=True))
        self._report.wanted += (
            problem for name, problem in self._wanted if _key(name) not in existing
        )
        self._report.links.wanted = len(self._report.wanted)
        self._report.links.resolved += len(self._wanted) - len(self._report.wanted)


def _key(name: str) -> str:
    return names.fold(wikilinks.last_part(name))


def state_of(article: Article) -> str:
    """Return a hash of what a document says about an article, without its tags."""
    return _hash([getattr(article, name) for name in COMPARED])


def with_tags(state: str, keys: list[str]) -> str:
    return _hash([state, keys])


def digest_of(
    entry: Entry,
    article: Article,
    document: SourceDocument,
    tags: list[str],
    moments: tuple[datetime | None, ...],
) -> str:
    """Return a hash of all that a document says, whatever names its article got."""
    names_of_document = entry.source_title, document.slug, document.aliases
    values = article.summary, article.author, article.language, article.body
    return _hash([names_of_document, values, document.status, tags, *map(str, moments)])


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=True).encode()).hexdigest()
