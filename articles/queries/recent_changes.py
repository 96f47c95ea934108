"""The recent changes of the whole site, by operation: what one action changed is one entry.

The functions take the revisions that the user may see, so that an operation has only those. Those
of deleted articles are among them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone

from articles.models import Revision, Tag, Tagging
from articles.queries.revisions import LARGE_COLUMNS

PAGE_SIZE = 30
# The revisions of an operation that its entry lists.
MAX_LISTED = 20
# Rows that are read for a page. The second number is for pages with operations on many articles.
SCANS = (300, 10_000)
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

    At most six queries, whatever the number of revisions.
    """
    rows = newest_first(_older(revisions, after))
    groups, last = _scan(rows)
    listed = [pk for keys in groups.values() for pk in keys[:MAX_LISTED]]
    by_key = {revision.pk: revision for revision in with_titles(listed)}
    operations = []
    for keys in groups.values():
        group = [by_key[pk] for pk in keys[:MAX_LISTED] if pk in by_key]
        if group:
            operations.append(Operation(group[0], group, len(keys)))
    return OperationPage(operations, last)


def newest_first(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    return revisions.order_by("-created", "-pk")


def _older(revisions: QuerySet[Revision], after: int) -> QuerySet[Revision]:
    """The revisions that are older than that with the primary key `after`, if there is one."""
    created: datetime | None = (
        Revision.all_objects.filter(pk=after).values_list("created", flat=True).first()
        if after
        else None
    )
    if created is None:
        return revisions
    # The first condition alone lets the database read an index from there on.
    passed = Q(created=created, pk__gte=after)
    return revisions.filter(~passed, created__lte=created)


def _scan(rows: QuerySet[Revision]) -> tuple[dict[UUID, list[int]], int | None]:
    """Return the primary keys of revisions by operation, and the last one if there are more."""
    groups: dict[UUID, list[int]] = {}
    columns = rows.values_list("pk", "operation")
    last, start = None, 0
    for size in SCANS:
        batch = list(columns[start : start + size])
        for pk, operation in batch:
            if operation not in groups and len(groups) == PAGE_SIZE:
                return groups, last
            groups.setdefault(operation, []).append(pk)
            last = pk
        if len(batch) < size:
            return groups, None
        start += size
    # The last operation is on more articles than were read. No other one comes between them.
    operation = next(reversed(groups))
    groups[operation] = list(rows.filter(operation=operation).values_list("pk", flat=True))
    return groups, groups[operation][-1]


def with_titles(keys: Sequence[int]) -> QuerySet[Revision, Any]:
    """The revisions with these primary keys and the `title` that their article had."""
    revisions = Revision.all_objects.filter(pk__in=keys).defer(*LARGE_COLUMNS)
    return revisions.annotate(title=KT("fields__title"))
