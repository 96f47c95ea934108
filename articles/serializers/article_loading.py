"""The records of articles of one load: matched with stored articles, derived and written in
batches.

While worker processes derive one batch, the next one is read and matched, and the one before is
written.
"""

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from django.core.exceptions import ValidationError

from articles import derived, editing, search
from articles.derivation import Derivation, Source, derive
from articles.editing import ArticleWrite, LoadOptions
from articles.models import Article, Kind, Link, Name, Revision, Tag, Tagging
from articles.serializers.claims import Claims
from articles.serializers.identity import ArticleMatcher
from articles.serializers.sources import Fault, Faults, FixtureError, RecordSource
from articles.serializers.validation import find_faults
from articles.sql import chunks
from articles.text import names
from articles.transactions import update_statistics_of_transaction
from articles.workers import Workers

BATCH = 250
# Batches that are being derived while another one is written. More would only take memory.
MAX_UNWRITTEN = 1
# With so many new articles, queries of this transaction and of the site would begin with the wrong
# table, or read the whole of it, by the statistics of an empty database.
MANY_ARTICLES = 1_000
# Columns of the owner of a name that messages don't need.
LARGE = ("article__body", "article__html", "article__text", "article__toc")


class Batch(NamedTuple):
    """Articles to be written, where each comes from, those that have changed, and what returns
    the derivations of these."""

    writes: list[ArticleWrite]
    sources: list[RecordSource]
    changed: list[ArticleWrite]
    derivations: Callable[[], list[Derivation]]


class ArticleLoad:
    """The articles that one load writes.

    Call `add` for each record, `flush` before other records refer to them, and `finish` after the
    last one, all in one transaction. `report` is called with the number of articles that were
    written each time.
    """

    def __init__(
        self,
        workers: Workers,
        report: Callable[[int], object],
        options: LoadOptions,
        faults: Faults,
    ) -> None:
        self._workers = workers
        self._report = report
        self._options = options
        self._faults = faults
        self._claims = Claims()
        self._matcher = ArticleMatcher()
        self._added: list[tuple[Article, RecordSource]] = []
        self._batches: deque[Batch] = deque()
        self._new_rows = search.NewSearchRows()
        # What waits for the search rows of the last batch that was written.
        self._indexing: Callable[[], None] | None = None
        # Where the records of stored articles are, by primary key.
        self._locations: dict[int, str] = {}
        self._tags: dict[str, Tag] = {}
        # Former names, by article and key, that records omit. Other articles may claim them.
        self._retained: set[tuple[int, str]] = set()
        self._retaining: set[int] = set()
        # Sources hold whole documents, which would not fit into memory, so what may turn out to be
        # wrong is kept with its fault: names, and by slug, the originals of translations.
        self._conflicts: list[tuple[Name, Fault]] = []
        self._translations: dict[str, tuple[str, Fault]] = {}
        # Primary keys of articles whose search rows and revisions are written at the end, because
        # other records may still change what these hold.
        self.incomplete: set[int] = set()
        # Primary keys of the revisions that the load has stored.
        self.revisions: set[int] = set()
        # Whether readers may see something of the load, or could see what it replaces.
        self.is_public = False
        # How many articles were written.
        self.written = 0

    def add(self, article: Article, source: RecordSource, *, is_checked: bool = False) -> None:
        """Add a record, whose values may be checked already. Its faults, or those of earlier ones,
        are collected."""
        faults = [] if is_checked else find_faults(article, source)
        if self._accept(article, source, faults):
            self._added.append((article, source))
        if len(self._added) == BATCH:
            self._prepare_batch()
        while len(self._batches) > MAX_UNWRITTEN:
            self._write_batch()

    def flush(self) -> None:
        """Write all articles that were added."""
        self._prepare_batch()
        while self._batches:
            self._write_batch()
        self._finish_indexing()

    def finish(self) -> None:
        """Write everything that depends on the load as a whole, unless there are faults. Collects
        those of names of other articles, and of translations of translations."""
        self.flush()
        if self._faults:
            self._refuse_conflicts()
        else:
            self._settle_names()
        self._refuse_chains()
        if not self._faults:
            self._new_rows.finish()
            for keys in chunks(sorted(self.incomplete), derived.BATCH):
                self._complete(keys)

    def _count(self, articles: int) -> None:
        before, self.written = self.written, self.written + articles
        if before < MANY_ARTICLES <= self.written:
            update_statistics_of_transaction(Article, Name, Link, Tagging, Revision)
        self._report(articles)

    def has_slug(self, slug: str) -> bool:
        """Whether a record has this slug."""
        return self._claims.has_slug(slug)

    def _prepare_batch(self) -> None:
        """Match the added records with stored articles, and begin to derive the changed ones.

        After the first fault of the load nothing will be stored, so nothing is derived.
        """
        self._finish_indexing()
        added, self._added = self._added, []
        if not added:
            return
        self._matcher.read(added)
        self._read_tags(source for _article, source in added)
        matched = [pair for pair in map(self._try_match, added) if pair]
        sources = [source for _write, source in matched]
        writes = _with_stored_tags([write for write, _source in matched])
        changed = [
            write
            for write, source in zip(writes, sources, strict=True)
            if self._keep_omitted(write, source.omitted)
        ]
        to_derive = [] if self._faults else [Source.of(write.article) for write in changed]
        derivations = self._workers.submit(derive, to_derive)
        self._batches.append(Batch(writes, sources, changed, derivations))
        if any(write.stored and write.stored.slug != write.article.slug for write in writes):
            self.flush()  # A record of the next batch may have a slug that is free now.

    def _accept(self, article: Article, source: RecordSource, faults: list[Fault]) -> bool:
        """Collect the faults that need no query. Return whether there are none."""
        if source.complete:
            faults += self._claims_of(article, source, {fault.field for fault in faults})
        self._faults.add(faults)
        return not faults

    def _claims_of(self, article: Article, source: RecordSource, faulty: set[str]) -> list[Fault]:
        """Claim the slug and the names of a record. Return the faults of those that are taken."""
        faults: list[Fault] = []
        if "slug" in source.omitted:
            faulty = {*faulty, "slug"}  # It is not settled yet.
        elif "slug" not in faulty:
            faults += self._claims.claim_slug(article, source)
            faulty = {*faulty, *(fault.field for fault in faults)}
        return faults + list(self._claims.claim_names(article, source, faulty))

    def _try_match(
        self, record: tuple[Article, RecordSource]
    ) -> tuple[ArticleWrite, RecordSource] | None:
        article, source = record
        try:
            return self._match(article, source), source
        except FixtureError as error:
            self._faults.add(error.faults)
            return None

    def _match(self, article: Article, source: RecordSource) -> ArticleWrite:
        tags = None if source.tags is None else self._get_or_create_tags(source.tags, source)
        stored = self._matcher.match(article, source)
        if location := self._locations.get(article.pk):
            problem = f"“{article.slug}” is the slug of {location} already."
            raise FixtureError(source.fault("slug", problem))
        if "slug" in source.omitted:
            taken = list(self._claims.claim_slug(article, source))
            if taken and not self._faults:  # After faults, free slugs are not what they will be.
                raise FixtureError(*taken)
        if article.translation_of:
            fault = source.fault("translation_of", "")
            self._translations[article.slug] = article.translation_of, fault
        self._matcher.reserve(article)
        if stored:
            self._locations[article.pk] = source.location
            article.owner_id = stored.owner_id
        elif self._options.user:
            article.owner_id = self._options.user.pk
        self.is_public |= article.is_public or bool(stored and stored.is_public)
        return ArticleWrite(article, stored, tags)

    def _keep_omitted(self, write: ArticleWrite, omitted: frozenset[str]) -> bool:
        """Copy what a record leaves out from the stored article: dates and former names. Return
        whether anything changes.

        All other fields that it leaves out have their default. A changed title becomes a former
        name. `updated` stays if nothing changes.
        """
        article, stored = write.article, write.stored
        if not stored:
            return True
        if "former" in omitted:
            listed = {names.fold(name) for name in article.former}
            editing.keep_former_names(article, stored, stored.former)
            retained = {names.fold(name) for name in article.former} - listed
            self._retained |= {(article.pk, key) for key in retained}
            self._retaining |= {article.pk for _key in retained}
        elif "hidden_former" in omitted:
            keys = article.keys()
            hidden = [name for name in stored.hidden_former if names.fold(name) in keys]
            article.hidden_former = hidden
        if "created" in omitted:
            article.created = stored.created
        if "updated" in omitted and not write.changes_content:
            article.updated = stored.updated
        return write.changes_anything

    def _write_batch(self) -> None:
        """Write the oldest batch. New articles have primary keys then."""
        self._finish_indexing()
        batch = self._batches.popleft()
        self._matcher.forget_first()
        if self._faults:
            articles = [write.article for write in batch.changed]
            self._add_conflicts(batch, derived.conflicting_names(articles))
            return
        derivations = batch.derivations()
        self._add_conflicts(batch, editing.write_batch(batch.changed, derivations))
        self.incomplete |= {
            write.article.pk for write in batch.writes if not self._is_final(write)
        }
        pairs = zip(batch.changed, derivations, strict=True)
        final = list(filter(self._is_final, batch.writes))
        editing.record_batch(final, self._options)
        # Last, since the database needs most time for it: meanwhile the next records are read.
        self._indexing = editing.begin_indexing(
            [pair for pair in pairs if self._is_final(pair[0])], self._new_rows
        )
        self._count(len(final))

    def _finish_indexing(self) -> None:
        """Wait for the search rows of the last batch that was written, and raise their error."""
        if self._indexing:
            self._indexing()
        self._indexing = None

    def _add_conflicts(self, batch: Batch, conflicts: list[Name]) -> None:
        origins = zip(batch.writes, batch.sources, strict=True)
        sources = {id(write.article): source for write, source in origins} if conflicts else {}
        for name in conflicts:
            field = derived.FIELD_OF[Kind(name.kind)]
            self._conflicts.append((name, sources[id(name.article)].fault(field, "")))

    def _is_final(self, write: ArticleWrite) -> bool:
        """Whether no other record of the load can change the tags or the names of an article."""
        return write.tags is not None and write.article.pk not in self._retaining

    def _settle_names(self) -> None:
        """Claim the names that were not free when their batch was written.

        Names in records come first, so that retained ones give way to them.
        """
        self._conflicts.sort(key=lambda conflict: self._is_retained(conflict[0]))
        for name, fault in self._conflicts:
            try:
                self._claim(name)
            except derived.NameTaken as error:
                self._faults.add([replace(fault, message=error.messages[0])])

    def _refuse_conflicts(self) -> None:
        """Collect the names that articles have of which there are no records, without claiming
        any."""
        for conflicts in chunks(self._conflicts):
            keys = {name.key for name, _fault in conflicts}
            rows = Name.objects.filter(key__in=keys).select_related("article")
            owners = {(row.language, row.key): row for row in rows.defer(*LARGE)}
            for name, fault in conflicts:
                owner = owners.get((name.language, name.key))
                if owner and not self._has_record(owner.article) and not self._is_retained(name):
                    problem = derived.NameTaken(name, owner).messages[0]
                    self._faults.add([replace(fault, message=problem)])

    def _has_record(self, article: Article) -> bool:
        return article.pk in self._locations or self.has_slug(article.slug)

    def _claim(self, name: Name) -> None:
        try:
            derived.insert_names([name])
        except derived.NameTaken as error:
            if self._is_retained(name):
                editing.remove_former_name(name.article, name.key)
            elif (error.owner.pk, name.key) in self._retained:
                editing.remove_former_name(error.owner, name.key)
                derived.insert_names([name])
            else:
                raise

    def _is_retained(self, name: Name) -> bool:
        return (name.article_id, name.key) in self._retained

    def _refuse_chains(self) -> None:
        """Collect translations that refer to another one instead of the original."""
        originals = {slug: original for slug, (original, _fault) in self._translations.items()}
        for batch in chunks(sorted(self._translations)):
            referenced = {originals[slug] for slug in batch}
            unloaded = [slug for slug in referenced if not self.has_slug(slug)]
            rows = Article.objects.filter(slug__in=unloaded).exclude(translation_of="")
            chained = {**originals, **dict(rows.values_list("slug", "translation_of"))}
            for slug in batch:
                original, fault = self._translations[slug]
                if original in chained:
                    self._faults.add([replace(fault, message=_chained(original, chained))])
            translations = Article.objects.filter(source_key__in=map(names.fold, batch))
            rows = translations.filter(translation_of__in=batch).order_by("slug")
            for slug, original in rows.values_list("slug", "translation_of"):
                if not self.has_slug(slug):
                    problem = f"“{slug}” is a translation of “{original}”, so that can't be a"
                    fault = self._translations[original][1]
                    self._faults.add([replace(fault, message=f"{problem} translation.")])

    def _complete(self, keys: list[int]) -> None:
        unread = [name for name in derived.DERIVED if name != "word_count"]
        articles = list(Article.objects.filter(pk__in=keys).defer(*unread))
        derived.copy_sort_keys(articles)
        derived.complete_write(
            articles,
            index=lambda _articles: search.index_articles_by_pk(keys, self._analyze),
            record=lambda _articles: editing.record_loaded(
                articles, self._options, loaded=self.revisions
            ),
        )
        self._count(len(keys))

    def _analyze(self, fields: list[search.IndexedFields]) -> list[search.AnalyzedFields]:
        return self._workers.submit(search.analyze_all, fields)()

    def _is_unknown(self, text: str) -> bool:
        return names.fold(text) not in self._tags

    def _read_tags(self, sources: Iterable[RecordSource]) -> None:
        """Read or create the tags of a whole batch at once. Errors are left to each record."""
        texts = chain.from_iterable(source.tags or () for source in sources)
        unknown = [text for text in texts if self._is_unknown(text)]
        first = {names.fold(text): text for text in reversed(unknown)}
        with suppress(ValidationError):
            editing.get_or_create_tags(first.values())
        self._tags |= Tag.objects.resolve(first.values())

    def _get_or_create_tags(self, texts: list[str], source: RecordSource) -> list[Tag]:
        """Like `editing.get_or_create_tags`, with the tags of earlier records in memory."""
        if unknown := list(filter(self._is_unknown, texts)):
            try:
                editing.get_or_create_tags(unknown)
            except ValidationError as error:
                raise FixtureError(source.fault("tags", error.messages[0])) from error
            self._tags |= Tag.objects.resolve(unknown)
        return list(dict.fromkeys(self._tags[names.fold(text)] for text in texts))


def _chained(slug: str, originals: dict[str, str]) -> str:
    return f"“{slug}” is a translation itself, of “{originals[slug]}”: name the original."


def _with_stored_tags(writes: list[ArticleWrite]) -> list[ArticleWrite]:
    """Add the tags that are stored. One query, or none if no article is stored."""
    stored = [write.stored.pk for write in writes if write.stored]
    tags = Tagging.objects.tags_by_article(stored) if stored else {}
    return [write._replace(stored_tags=tags.get(write.article.pk, ())) for write in writes]
