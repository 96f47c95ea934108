"""Which articles a sync has to create, change, rename and delete, and what stands in the way.

Three states are compared: the base, which the last export or sync saw, the file and the database.
What has changed on one side only is clear. What has changed in the database would be overwritten,
so it needs a `Strategy`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from articles.files import printable
from articles.models import Article, Name, SyncedFile
from articles.sql import chunks
from articles.syncing import state
from articles.syncing.layout import MEDIA, TAGS, article_file
from articles.syncing.matching import has_same_content
from articles.syncing.state import ArticleState
from articles.syncing.strategy import Strategy
from articles.syncing.tree import Head, Tree
from articles.text import names


class ChangeKind(StrEnum):
    """What a sync does with an article."""

    CREATED = "created"
    CHANGED = "changed"
    MERGED = "merged"
    RENAMED = "renamed"
    DELETED = "deleted"


class Change(NamedTuple):
    """A change of an article, or of its file. `name` is the file, `former` the one that it had.

    The article is loaded from the file, merged with the `base` if there is one; without `loads`,
    only the file has changed. `pk` is None for a new article.
    """

    kind: ChangeKind
    name: str
    pk: int | None = None
    former: str = ""
    loads: bool = True
    base: SyncedFile | None = None

    def __str__(self) -> str:
        arrow = f"{printable(self.former)} → " if self.former else ""
        return f"{self.kind:8} {arrow}{printable(self.name)}"


@dataclass
class Plan:
    """The changes of a sync, and what it would overwrite without a strategy.

    `rows` is the new state of files, `forgotten` those that are of no use any more. `duplicates`
    are faults: files that are the same article.
    """

    changes: list[Change] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    conflicts: list[Change] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    rows: dict[str, SyncedFile] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)

    @property
    def changes_articles(self) -> bool:
        """Whether it changes more than the names of files."""
        return any(change.loads or change.kind == ChangeKind.DELETED for change in self.changes)


class Pair(NamedTuple):
    """A file, its article, if there is one, and the row that has their base."""

    name: str
    pk: int | None
    row: SyncedFile | None


class Planner:
    """Compares the files of `tree` with the articles and with what is stored of the last time."""

    def __init__(
        self, tree: Tree, rows: dict[str, SyncedFile], strategy: Strategy | None = None
    ) -> None:
        self._tree = tree
        self._digests = tree.documents
        self._rows = {
            name: row for name, row in rows.items() if name != TAGS and not name.startswith(MEDIA)
        }
        self._states: dict[int, ArticleState] = state.article_states()
        self._by_article = {row.article_pk: row for row in self._rows.values()}
        self._strategy = strategy
        self._plan = Plan()
        self._owned: dict[int, str] = {}

    def slug(self, pk: int) -> str:
        """Return the slug of an article as it is stored."""
        return self._states[pk].slug

    def is_equal(self) -> bool:
        """Whether files and articles are as the last export or sync saw them. Parses nothing."""
        present = {name for name, row in self._rows.items() if self._is_unchanged(name, row)}
        owned = {self._rows[name].article_pk for name in present} - {None}
        return self._digests.keys() <= present and self._states.keys() <= owned

    def plan(self) -> Plan:
        """Return what a sync has to do. Raises `FixtureError` for all documents that have
        errors."""
        unchanged = {name for name, row in self._rows.items() if self._is_unchanged(name, row)}
        for name in sorted(unchanged):
            if (pk := self._rows[name].article_pk) is not None:
                self._owned[pk] = name
        changed = sorted(self._digests.keys() - unchanged)
        heads = self._tree.heads(changed)
        pairs = list(self._match(heads))
        same = self._same_pairs(pairs)
        for pair in pairs:
            self._compare(pair, is_same=pair.name in same)
        self._compare_missing(unchanged)
        return self._plan

    def _is_unchanged(self, name: str, row: SyncedFile) -> bool:
        item = self._states.get(row.article_pk or 0)
        is_same_file = self._digests.get(name, "") in (row.digest, row.pending or row.digest)
        return is_same_file and row.stamp == (item.stamp if item else "")

    # Files and articles

    def _match(self, heads: dict[str, Head]) -> Iterator[Pair]:
        """Find the article of each file: by its slug, by the file, by a title without a slug, and
        at last by the content of an article whose file is gone."""
        matches = self._match_by_name(heads)
        self._match_renamed(heads, matches)
        for name, pk in matches.items():
            if pk is not None and pk in self._owned:
                slug = self._states[pk].slug
                problem = f"slug: “{slug}” is the slug of {self._owned[pk]} already."
                self._plan.duplicates.append(f"{heads[name].location}: {problem}")
                continue
            if pk is not None:
                self._owned[pk] = name
            yield Pair(name, pk, self._base(name, pk))

    def _match_by_name(self, heads: dict[str, Head]) -> dict[str, int | None]:
        by_slug = {item.slug: pk for pk, item in self._states.items()}
        titles = _owners_of_titles(heads.values())
        slugs = {name: by_slug.get(head.slug) for name, head in heads.items() if head.has_slug}
        claimed = {*self._owned, *slugs.values()}
        matches: dict[str, int | None] = {}
        for name, head in heads.items():
            row = self._rows.get(name)
            own = row.article_pk if row and row.article_pk in self._states else None
            own = None if own in claimed else own
            by_title = None if head.has_slug else titles.get((head.language, head.key))
            matches[name] = slugs.get(name) or own or by_title
        return matches

    def _match_renamed(self, heads: dict[str, Head], matches: dict[str, int | None]) -> None:
        """Match new documents with articles whose files are gone: one that has a slug of theirs as
        a former name, or that has the same text."""
        taken = {*self._owned, *matches.values()}
        gone = {
            row.article_pk: self._states[row.article_pk].slug
            for name, row in self._rows.items()
            if row.article_pk in self._states
            and row.digest
            and name not in self._digests
            and row.article_pk not in taken
        }
        new = [name for name, pk in matches.items() if pk is None]
        if not gone or not new:
            return
        bodies = _pks_by_body(list(gone))
        by_slug = {names.fold(slug): pk for pk, slug in gone.items()}
        for name in new:
            former = (by_slug.get(key) for key in heads[name].former)
            pk = next(filter(None, former), None) or bodies.get(heads[name].body)
            if pk is not None and pk in gone:
                matches[name] = pk
                del gone[pk]

    def _base(self, name: str, pk: int | None) -> SyncedFile | None:
        """Return what is stored of a file and its article, maybe under the file's former name."""
        row = self._rows.get(name)
        if row is not None and row.article_pk == pk:
            return row
        if pk is None:
            return None if row is None or row.article_pk in self._states else row
        return self._by_article.get(pk)

    def _same_pairs(self, pairs: list[Pair]) -> set[str]:
        """Return the files that have the content of their articles, of those that may differ."""
        edited = {
            pair.pk: pair.name
            for pair in pairs
            if pair.pk is not None and self._is_edited(pair.row, pair.pk)
        }
        return has_same_content(self._tree, edited)

    def _is_edited(self, row: SyncedFile | None, pk: int | None) -> bool:
        """Whether the database has something else than what the last export or sync saw."""
        item = self._states.get(pk or 0)
        return row is None or row.is_behind or row.stamp != (item.stamp if item else "")

    # Changes

    def _compare(self, pair: Pair, *, is_same: bool) -> None:
        name, pk, row = pair
        former = row.name if row and row.name != name else ""
        is_file_changed = not state.has_digest(row, self._digests[name])
        is_resolved = bool(row and is_file_changed and self._is_resolved(row, name))
        if row and is_resolved:
            row = _resolved(row)
        if pk is None:
            self._compare_new(pair, is_file_changed)
        elif is_same or not (is_file_changed or self._is_edited(row, pk)):
            self._keep(name, pk)
            if former:
                self._change(ChangeKind.RENAMED, pair, former=former, loads=False)
        elif self._is_edited(row, pk):
            self._resolve(pair._replace(row=row), is_file_changed)
        elif is_resolved and self._strategy != Strategy.THEIRS:
            self._change(ChangeKind.MERGED, pair, base=row)
        else:
            kind = ChangeKind.RENAMED if former else ChangeKind.CHANGED
            self._change(kind, pair, former=former)
        if former:
            self._plan.forgotten.add(former)

    def _compare_new(self, pair: Pair, is_file_changed: bool) -> None:
        """A file without an article: a new one, or one whose article was deleted meanwhile."""
        if pair.row is None or not (pair.row.stamp or pair.row.is_behind):
            self._change(ChangeKind.CREATED, pair)
        elif self._strategy is None:
            self._refuse(pair.name, "the article was deleted in the database since")
        elif self._strategy == Strategy.THEIRS:
            self._change(ChangeKind.CREATED, pair)
        elif self._strategy == Strategy.MERGE and is_file_changed:
            self._plan.conflicts.append(Change(ChangeKind.CREATED, pair.name))
        else:
            self._keep_behind(pair.name, None, pair.row)

    def _resolve(self, pair: Pair, is_file_changed: bool) -> None:
        """An article that was edited in the database, and that the file would overwrite."""
        if self._strategy is None:
            reason = "the article was edited in the database since"
            unknown = "the database has another article, and this folder never had it"
            self._refuse(pair.name, reason if pair.row else unknown)
        elif self._strategy == Strategy.THEIRS:
            self._change(ChangeKind.CHANGED, pair)
        elif pair.row and not is_file_changed:
            self._keep_behind(pair.name, pair.pk, pair.row)
        elif self._strategy == Strategy.OURS:
            self._keep_behind(pair.name, pair.pk, pair.row)
            self._plan.rows[pair.name].base = self._tree.text(pair.name)
        else:
            base = pair.row or SyncedFile(name=pair.name, article_pk=pair.pk)
            self._change(ChangeKind.MERGED, pair, base=base)

    def _compare_missing(self, unchanged: set[str]) -> None:
        """Articles without a file, and rows that have neither."""
        for pk in sorted(self._states.keys() - self._owned.keys()):
            row = self._by_article.get(pk)
            name = row.name if row else article_file(self._states[pk].slug)
            self._compare_without_file(name, pk, row)
        current = unchanged | self._digests.keys() | self._plan.rows.keys()
        self._plan.forgotten |= self._rows.keys() - current

    def _compare_without_file(self, name: str, pk: int, row: SyncedFile | None) -> None:
        is_edited = self._is_edited(row, pk)
        if not is_edited or self._strategy == Strategy.THEIRS:
            self._plan.changes.append(Change(ChangeKind.DELETED, name, pk, loads=False))
        elif self._strategy is None:
            reason = "edited" if row else "created"
            self._refuse(name, f"there is no file, and the article was {reason} in the database")
        elif row and row.digest and self._strategy == Strategy.MERGE:
            self._plan.conflicts.append(Change(ChangeKind.DELETED, name, pk))
        else:
            # Under a name that no file of another article has.
            while name in self._digests or name in self._plan.rows:
                name += "~"
            self._keep_behind(name, pk, row)

    def _change(self, kind: ChangeKind, pair: Pair, **values: object) -> None:
        self._plan.changes.append(Change(kind, pair.name, pair.pk, **values))  # type: ignore[arg-type]

    def _keep(self, name: str, pk: int | None) -> None:
        """Remember that file and article are to stay as they are."""
        item = self._states.get(pk or 0)
        self._plan.rows[name] = new_row(name, self._digests.get(name, ""), pk, item)
        if (row := self._rows.get(name)) and row.digest == self._digests.get(name, ""):
            self._plan.rows[name].exported = row.exported

    def _keep_behind(self, name: str, pk: int | None, row: SyncedFile | None) -> None:
        """Remember that the database has what the file lacks: the next version of the file would
        overwrite it. `row` has the base of a merge with that version."""
        self._keep(name, pk)
        new = self._plan.rows[name]
        new.is_behind, new.revision_pk = True, None
        if row:
            new.base, new.revision_pk, new.exported = row.base, row.revision_pk, row.exported

    def _refuse(self, name: str, reason: str) -> None:
        self._plan.refusals.append(f"{printable(name)}: {reason}.")

    # Conflicts of an earlier merge

    def _is_resolved(self, row: SyncedFile, name: str) -> bool:
        """Whether a file was edited after a conflict, and the file with both sides is gone."""
        return bool(
            row.conflict
            and row.conflict["digest"] != self._digests[name]
            and not self._tree.has_conflict(name)
        )


def _resolved(row: SyncedFile) -> SyncedFile:
    """Return the row whose base is what the database had when the conflict was written."""
    conflict = row.conflict or {}
    return SyncedFile(
        name=row.name,
        digest=conflict["digest"],
        article_pk=row.article_pk,
        revision_pk=conflict["revision_pk"],
        stamp=conflict["stamp"],
        conflict=conflict,
    )


def new_row(name: str, digest: str, pk: int | None, item: ArticleState | None) -> SyncedFile:
    """Return the state of a file and its article that both have now."""
    row = SyncedFile(name=name, digest=digest, article_pk=pk)
    if item:
        row.stamp, row.revision_pk = item.stamp, item.revision_pk
    return row


def _owners_of_titles(heads: Iterable[Head]) -> dict[tuple[str, str], int]:
    """Return the articles that have the titles of documents without a slug as names."""
    keys = sorted({head.key for head in heads if not head.has_slug})
    owners: dict[tuple[str, str], int] = {}
    for batch in chunks(keys):
        rows = Name.objects.filter(key__in=batch).values_list("language", "key", "article")
        owners |= {(language, key): pk for language, key, pk in rows}
    return owners


def _pks_by_body(keys: list[int]) -> dict[str, int]:
    """Return articles by the digest of their texts, without those that have the same text or none:
    like Git, which takes no empty file for another one with a new name."""
    by_body: dict[str, list[int]] = {}
    for batch in chunks(keys, 500):
        for pk, body in Article.objects.filter(pk__in=batch).values_list("pk", "body"):
            if body.strip():
                by_body.setdefault(state.content_digest(body.encode()), []).append(pk)
    return {digest: pks[0] for digest, pks in by_body.items() if len(pks) == 1}
