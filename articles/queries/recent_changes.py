"""The recent changes of the whole site, by operation: what one action changed is one entry.

The functions take the revisions that the user may see, so that an operation has only those. Those
of deleted articles are among them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone

from articles.models import Revision, Tag, Tagging
from articles.queries.revisions import LARGE_COLUMNS

PAGE_SIZE = 30
# The revisions of an operation that its entry lists.
MAX_LISTED = 20
# Rows that are read at once for a page, and how often: again if operations on many articles fill
# the rows.
SCAN_SIZE = 300
MAX_SCANS = 3
# Revisions of a tag with more articles than this are looked up among the newest of all.
MAX_TAGGED = 500


@dataclass(frozen=True)
class ChangeFilter:
    """Which revisions to list. Empty values list all."""

    editor: str = ""
    kind: str = ""
    tag: Tag | None = None
    days: int = 0

    def apply(self, revisions: QuerySet[Revision]) -> QuerySet[Revision]:
        if self.editor:
            revisions = revisions.filter(editor=self.editor)
        if self.kind:
            revisions = revisions.filter(kind=self.kind)
        if self.days:
            revisions = revisions.filter(created__gte=timezone.now() - timedelta(days=self.days))
        return _tagged(revisions, self.tag) if self.tag else revisions


def _tagged(revisions: QuerySet[Revision], tag: Tag) -> QuerySet[Revision]:
    """The revisions of articles that have the tag now.

    No index orders them by time. Those of a few articles are sorted; those of many are soon found
    in the order of time.
    """
    articles = Tagging.objects.filter(tag=tag).values_list("content_object", flat=True)
    first = list(articles[: MAX_TAGGED + 1])
    if len(first) > MAX_TAGGED:
        return revisions.filter(article__in=articles)
    candidates = Revision.objects.filter(article__in=first)
    return revisions.filter(pk__in=candidates.order_by().values("pk"))


@dataclass(frozen=True)
class Operation:
    """What one action changed: the newest of its revisions, and the first `MAX_LISTED` of them.

    `count` is the number of all.
    """

    revision: Revision
    revisions: list[Revision]
    count: int


@dataclass(frozen=True)
class OperationPage:
    """Operations, newest first. `last` is the primary key of the last revision that was read if
    there are older ones: the next page begins after it."""

    operations: list[Operation]
    last: int | None


def recent_operations(revisions: QuerySet[Revision], after: int = 0) -> OperationPage:
    """Return the page of operations that comes after the revision with the primary key `after`.

    At most six queries, whatever the number of revisions. An operation whose revisions lie between
    those of others at the same time, on PostgreSQL, may be listed twice.
    """
    scan = _Scan(revisions, after)
    listed = [pk for keys in scan.groups.values() for pk in keys[:MAX_LISTED]]
    by_key = {revision.pk: revision for revision in with_titles(listed)}
    counts = _counts(revisions, scan.cut)
    operations = []
    for operation, keys in scan.groups.items():
        group = [by_key[pk] for pk in keys[:MAX_LISTED] if pk in by_key]
        if group:
            operations.append(Operation(group[0], group, counts.get(operation, len(keys))))
    return OperationPage(operations, scan.last)


def _counts(revisions: QuerySet[Revision], operations: Collection[UUID]) -> dict[UUID, int]:
    if not operations:
        return {}
    rows = revisions.filter(operation__in=operations).order_by().values_list("operation")
    return dict(rows.annotate(Count("pk")))


def newest_first(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    return revisions.order_by("-created", "-pk")


class _Scan:
    """The revisions of a page by operation: `groups`.

    `cut` are the operations of which not all rows were read. `last` is the last row that was read;
    None if there are no others.
    """

    def __init__(self, revisions: QuerySet[Revision], after: int) -> None:
        self.groups: dict[UUID, list[int]] = {}
        self.cut: list[UUID] = []
        self.last: int | None = None
        self._pk = after
        self._created: datetime | None = None
        self._skipped: list[UUID] = []
        rows = Revision.all_objects.filter(pk=after).values_list("created", "operation")
        for created, operation in rows if after else ():
            # The rest of an operation that ended the page before is not listed again.
            self._created, self._skipped = created, [operation]
        for _scan in range(MAX_SCANS):
            if not self._read(revisions):
                break

    def _read(self, revisions: QuerySet[Revision]) -> bool:
        """Read rows of operations that are not listed yet. Return whether the page has room for
        more, and there are more."""
        rows = newest_first(self._older(revisions))
        rows = rows.exclude(operation__in=[*self._skipped, *self.groups])
        batch = list(rows.values_list("created", "pk", "operation")[:SCAN_SIZE])
        for created, pk, operation in batch:
            if operation not in self.groups and len(self.groups) == PAGE_SIZE:
                return False
            self.groups.setdefault(operation, []).append(pk)
            self._created, self._pk, self.last = created, pk, pk
        if len(batch) < SCAN_SIZE:
            self.last = None
            return False
        self.cut.append(batch[-1][2])
        return len(self.groups) < PAGE_SIZE

    def _older(self, revisions: QuerySet[Revision]) -> QuerySet[Revision]:
        if self._created is None:
            return revisions
        # The first condition alone lets the database read an index from there on.
        passed = Q(created=self._created, pk__gte=self._pk)
        return revisions.filter(~passed, created__lte=self._created)


def with_titles(keys: Sequence[int]) -> QuerySet[Revision, Any]:
    """The revisions with these primary keys and the `title` that their article had."""
    revisions = Revision.all_objects.filter(pk__in=keys).defer(*LARGE_COLUMNS)
    return revisions.annotate(title=KT("fields__title"))
