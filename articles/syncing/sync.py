"""A folder → the database: what has changed in one of them since the last time, in one
transaction and as one operation."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID, uuid4

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from articles import editing, files
from articles.editing import LoadOptions
from articles.files import FileError
from articles.models import Article, SyncedFile, Tag
from articles.serializers.documents import ParsedDocument
from articles.serializers.loading import FixtureLoad
from articles.sql import chunks
from articles.syncing import state
from articles.syncing.conflicts import Merger
from articles.syncing.layout import TAGS, SyncError, conflict_file
from articles.syncing.media_changes import MediaChanges
from articles.syncing.plan import Change, ChangeKind, Plan, Planner, new_row
from articles.syncing.strategy import Strategy
from articles.syncing.tag_changes import TagChanges
from articles.syncing.tree import Tree
from articles.transactions import lock_tables, read_snapshot
from articles.workers import Workers

REFUSED = (
    "These were edited outside of this folder since the last export or sync. Nothing was synced."
    " --ours keeps what the database has, --theirs takes the files, --merge merges both:"
)
CONFLICTS = (
    "These changes of both sides overlap. Nothing was synced. Edit the files, delete those that"
    " have .conflict in their names, and run the command again, or use --ours or --theirs:"
)
DUPLICATES = "Nothing was synced. Several files are one article:"


@dataclass(frozen=True)
class SyncOptions:
    """`strategy` decides on articles that were edited in the database. `dry_run` changes nothing.
    The revisions get `comment` and `user`."""

    strategy: Strategy | None = None
    dry_run: bool = False
    comment: str = ""
    user: AbstractBaseUser | None = None


@dataclass(frozen=True)
class SyncResult:
    """The changes, as lines, and the operation that made them; None if no article has changed,
    or in a dry run. `refusals` are what a dry run would refuse."""

    lines: list[str]
    operation: UUID | None = None
    refusals: tuple[str, ...] = ()


def sync(
    folder: Path,
    options: SyncOptions,
    *,
    workers: Workers | None = None,
    report: Callable[[int], object] = int,
    waiting: Callable[[], object] = bool,
) -> SyncResult:
    """Make the database equal to the documents, tags and media in `folder`.

    `report` is called with the number of articles that were written each time, `waiting` if
    another export or sync of the folder has to end first. Raises `SyncError` for what would be
    overwritten, and `FixtureError` for all that is wrong in documents; then nothing was changed.
    """
    try:
        with files.lock(folder, waiting):
            arguments = Tree(folder), options, workers or Workers(0), report
            # Separate objects: what both read of a large folder would take twice the memory.
            return Sync(*arguments).compare() or Sync(*arguments).write()
    except FileError as error:
        raise SyncError(str(error)) from error


class Sync:
    """One sync of a folder."""

    def __init__(
        self,
        tree: Tree,
        options: SyncOptions,
        workers: Workers,
        report: Callable[[int], object],
    ) -> None:
        self._tree = tree
        self._options = options
        self._workers = workers
        self._report = report
        self._rows: dict[str, SyncedFile] = {}

    def compare(self) -> SyncResult | None:
        """Return the result of a dry run, or that there is nothing to do; else None."""
        with read_snapshot():
            self._read()
            if self._options.dry_run:
                return self._dry_run()
            return SyncResult([]) if self._is_equal() else None

    def write(self) -> SyncResult:
        """Make the database equal to the folder, and return what was changed."""
        with transaction.atomic():
            # Nothing may change between the plan and its changes.
            lock_tables(Article, Tag)
            self._read()
            plan = self._checked_plan()
            merger = self._merge(plan)
            if not self._conflict_lines(plan, merger):
                return self._apply(plan, merger)
        self._store_conflicts(merger)
        raise SyncError.listing(CONFLICTS, self._conflict_lines(plan, merger))

    def _read(self) -> None:
        """Compare files with the database, as far as that needs no text of an article."""
        self._rows = state.file_rows(state.folder_row(self._tree.folder))
        strategy = self._options.strategy
        self._planner = Planner(self._tree, self._rows, strategy)
        self._tags = TagChanges(self._tree, self._rows.get(TAGS), strategy)
        self._media = MediaChanges(self._tree, self._rows, strategy)

    def _is_equal(self) -> bool:
        return self._planner.is_equal() and self._tags.is_equal and self._media.is_equal

    def _checked_plan(self) -> Plan:
        plan = self._planner.plan()
        if plan.duplicates:
            raise SyncError.listing(DUPLICATES, plan.duplicates)
        if refusals := self._refusals(plan):
            raise SyncError.listing(REFUSED, refusals)
        return plan

    def _refusals(self, plan: Plan) -> list[str]:
        return [*plan.refusals, *self._tags.refusals, *self._media.refusals]

    def _dry_run(self) -> SyncResult:
        plan = self._planner.plan()
        if plan.duplicates:
            raise SyncError.listing(DUPLICATES, plan.duplicates)
        merger = self._merge(plan)
        lines = [*self._lines(plan), *self._conflict_lines(plan, merger)]
        return SyncResult(lines, refusals=tuple(self._refusals(plan)))

    def _lines(self, plan: Plan) -> list[str]:
        changes = sorted(plan.changes, key=lambda change: change.name)
        return [*self._tags.lines, *self._media.lines, *map(str, changes)]

    def _merge(self, plan: Plan) -> Merger:
        merger = Merger(self._tree)
        for change in plan.changes:
            if change.kind == ChangeKind.MERGED:
                merger.merge(change)
        return merger

    def _conflict_lines(self, plan: Plan, merger: Merger) -> list[str]:
        names = sorted([*merger.conflicts, *(change.name for change in plan.conflicts)])
        texts = [
            *map(files.printable, names),
            *(f"{TAGS}: {text}" for text in self._tags.conflicts),
        ]
        return [f"conflict {text}" for text in texts]

    def _store_conflicts(self, merger: Merger) -> None:
        """Write both sides of each conflict beside its file, and store what they were, as the base
        of the next merge. One that is not settled yet stays: what was edited since settles it."""
        states = state.article_states([item.pk for item in merger.conflicts.values()])
        rows = []
        for name, conflict in merger.conflicts.items():
            row = self._rows.get(name) or SyncedFile(name=name, article_pk=conflict.pk)
            item = states.get(conflict.pk)
            if item and self._tree.is_unsettled(row, item.stamp):
                continue
            path = self._tree.folder / conflict_file(name)
            files.write_if_changed(path, conflict.text.encode())
            if item:
                row.conflict = {
                    "digest": self._tree.documents[name],
                    "stamp": item.stamp,
                    "revision_pk": item.revision_pk,
                    "file": self._tree.text(name),
                    "merged": conflict.merged,
                }
                rows.append(row)
        if self._tags.conflicts and (tags_row := self._tags.conflict_row()):
            path = self._tree.folder / conflict_file(TAGS)
            files.write_if_changed(path, self._tags.conflict_text.encode())
            rows.append(tags_row)
        with transaction.atomic():
            state.store_rows(state.create_folder_row(self._tree.folder), rows)

    # Writing

    def _apply(self, plan: Plan, merger: Merger) -> SyncResult:
        lines, operation = self._lines(plan), uuid4()
        self._delete(plan, operation)
        loaded = [change for change in plan.changes if change.loads]
        keys: dict[str, int] = {}
        if loaded or self._tags.is_changed:
            comment = self._options.comment or f"Synced from {self._tree.folder.name}"
            options = LoadOptions(comment, self._options.user, operation)
            load = FixtureLoad(workers=self._workers, report=self._report, options=options)
            self._tags.load(load)
            keys = dict(self._load(load, loaded, merger))
            load.finish()
            self._tags.finish()
        self._store(plan, merger, keys)
        # Files can't be rolled back: they are written when nothing else can go wrong.
        self._media.write()
        return SyncResult(lines, operation if plan.changes_articles else None)

    def _delete(self, plan: Plan, operation: UUID) -> None:
        """Move articles to the trash, whose names new ones may have."""
        deleted = [change for change in plan.changes if change.kind == ChangeKind.DELETED]
        for keys in chunks([change.pk for change in deleted if change.pk is not None]):
            articles = Article.objects.filter(pk__in=keys).only("pk")
            editing.delete(articles, self._options.user, operation=operation)

    def _load(
        self, load: FixtureLoad, changes: Iterable[Change], merger: Merger
    ) -> Iterator[tuple[str, int]]:
        """Load documents, and yield their names and the primary keys of their articles, which new
        ones get when their batch is written."""
        unwritten: deque[tuple[str, Article]] = deque()
        for change in changes:
            document = merger.merged.get(change.name) or self._tree.document(change.name)
            if change.pk is not None:
                document = self._identified(document, change.pk)
            load.save(document.article, document)
            unwritten.append((change.name, document.article))
            while unwritten and unwritten[0][1].pk:
                name, article = unwritten.popleft()
                yield name, article.pk
        load.flush()
        yield from ((name, article.pk) for name, article in unwritten)

    def _identified(self, document: ParsedDocument, pk: int) -> ParsedDocument:
        """Return a document for an article that exists, whose slug may be another one."""
        article, slug = document.article, self._planner.slug(pk)
        if "slug" in document.omitted:
            article.slug = slug
        elif article.slug != slug:
            article.pk = pk
            article.former = [*article.former, slug]
        return replace(document, omitted=document.omitted - {"slug"})

    def _store(self, plan: Plan, merger: Merger, keys: dict[str, int]) -> None:
        rows = plan.rows | self._tags.rows() | self._media.rows
        deleted = {change.name for change in plan.changes if change.kind == ChangeKind.DELETED}
        folder = state.create_folder_row(self._tree.folder)
        state.delete_rows(folder, (plan.forgotten | deleted) - rows.keys() - keys.keys())
        state.store_rows(folder, (row for name, row in rows.items() if name not in keys))
        state.store_rows(folder, self._loaded_rows(merger, keys))

    def _loaded_rows(self, merger: Merger, keys: dict[str, int]) -> Iterator[SyncedFile]:
        """Yield the rows of documents that were loaded: all together would take much memory."""
        for names in chunks(list(keys)):
            states = state.article_states([keys[name] for name in names])
            for name in names:
                pk = keys[name]
                row = new_row(name, self._tree.documents[name], pk, states.get(pk))
                if name in merger.behind:
                    row.base, row.is_behind = self._tree.text(name), True
                yield row
