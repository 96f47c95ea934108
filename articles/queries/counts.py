"""Counts of public articles, which each process keeps and corrects by what has changed since.

Articles are counted in blocks of consecutive primary keys. After a change, only the blocks with
articles that have changed are counted again: those that the log of the content version names
(`ContentVersion.objects.log`), and those whose schedule has fallen due. So the first reader after
a change waits as long at any size of the site.
"""

import functools
import operator
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.cache import cache
from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from articles.models import Article, ContentVersion, Tagging
from articles.models.content_version import ChangeLog, LogPosition
from articles.models.visibility import public

# Primary keys in a block. With fewer, a process takes longer to count all blocks when it starts;
# with more, the first reader after a change waits longer: 2 ms for 500.
BLOCK = 500
# With more stale blocks than this, all are read.
MAX_BLOCKS = 20

Value = TypeVar("Value")
# The value of each block, by its number; only those with public articles.
Blocks = Mapping[int, Value]


class BlockArticles(NamedTuple):
    """The number of public articles in a block, and when the last of them changed."""

    articles: int
    changed: datetime


class Counted(NamedTuple, Generic[Value]):
    """The values of all blocks at a position of the log and a time."""

    position: LogPosition
    at: datetime
    blocks: Blocks[Value]


class TagTotals(NamedTuple):
    """The sums of blocks: the number of public articles with each tag, by its primary key."""

    blocks: Blocks[Mapping[int, int]]
    totals: dict[int, int]


class BlockCounts(Generic[Value]):
    """Values of all blocks, which `read` reads: those of the blocks with these numbers, or of all
    blocks if they are None. They are kept in the cache of the process."""

    def __init__(self, read: Callable[[list[int] | None], Blocks[Value]]) -> None:
        self.read = read
        self.key = f"articles.blocks.{read.__name__}"
        self.lock = threading.Lock()

    def current(self) -> Blocks[Value]:
        """Return the values of all blocks at this time. Callers don't change them.

        A block is the same object as before if none of its articles has changed.
        """
        with self.lock:
            # The log first: what changes while blocks are read will be in it the next time.
            log, now = ContentVersion.objects.log(), timezone.now()
            counted: Counted[Value] | None = cache.get(self.key)
            stale = _stale_blocks(log, counted, now) if counted else None
            if counted is None or stale is None:
                blocks = self.read(None)
            elif stale:
                rest = {n: value for n, value in counted.blocks.items() if n not in stale}
                blocks = {**rest, **self.read(sorted(stale))}
            else:
                blocks = counted.blocks
            cache.set(self.key, Counted(log.position, now, blocks), timeout=None)
            return blocks


def _stale_blocks(log: ChangeLog, counted: Counted[Any], now: datetime) -> set[int] | None:
    """Return the blocks with articles that have changed since they were counted, or whose schedule
    has fallen due; None if these are not known, or so many that all are read faster."""
    changed = log.articles_since(counted.position)
    if changed is None:
        return None
    between = sorted((counted.at, now))
    due = Q(publish_at__range=between) | Q(expire_at__range=between)
    changed.update(Article.objects.filter(due).order_by().values_list("pk", flat=True))
    blocks = {block_of(pk) for pk in changed}
    return blocks if len(blocks) <= MAX_BLOCKS else None


def block_of(pk: int) -> int:
    """Return the number of the block with this primary key; the first one has the number 1."""
    return (pk - 1) // BLOCK + 1


def tag_totals() -> Mapping[int, int]:
    """Return the number of public articles with each tag that such articles have, by its primary
    key."""
    blocks, key = taggings.current(), "articles.tag_totals"
    summed: TagTotals = cache.get(key) or TagTotals({}, {})
    if summed.blocks is blocks:
        return summed.totals
    totals = dict(summed.totals)
    for number in summed.blocks.keys() | blocks.keys():
        before, after = summed.blocks.get(number, {}), blocks.get(number, {})
        if before is after:
            continue
        for tag in before.keys() | after.keys():
            totals[tag] = totals.get(tag, 0) + after.get(tag, 0) - before.get(tag, 0)
            if not totals[tag]:
                del totals[tag]
    cache.set(key, TagTotals(blocks, totals), timeout=None)
    return totals


def article_blocks() -> Blocks[BlockArticles]:
    """Return the blocks that have public articles."""
    return articles.current()


def _read_taggings(numbers: list[int] | None) -> dict[int, dict[int, int]]:
    rows = Tagging.objects.order_by()
    if numbers is None:
        # All taggings minus the few of hidden articles: no row of a public article is read.
        hidden = rows.filter(content_object__in=Article.objects.hidden())
        blocks = _count_by_tag(rows)
        for number, counts in _count_by_tag(hidden).items():
            blocks[number] = {
                tag: count - counts.get(tag, 0)
                for tag, count in blocks[number].items()
                if count > counts.get(tag, 0)
            }
        return blocks
    return _count_by_tag(
        rows.filter(_in_blocks("content_object", numbers), public("content_object__"))
    )


def _count_by_tag(rows: QuerySet[Tagging]) -> dict[int, dict[int, int]]:
    counted = rows.values("tag", block=_block("content_object")).annotate(number=Count("*"))
    blocks: dict[int, dict[int, int]] = {}
    for number, tag, count in counted.values_list("block", "tag", "number"):
        blocks.setdefault(number, {})[tag] = count
    return blocks


def _read_articles(numbers: list[int] | None) -> dict[int, BlockArticles]:
    rows = Article.objects.public().order_by()
    if numbers is not None:
        rows = rows.filter(_in_blocks("pk", numbers))
    last_visible_change = Greatest("updated", Coalesce("publish_at", "updated"))
    counted = rows.values(block=_block("pk")).annotate(
        number=Count("*"), changed=Max(last_visible_change)
    )
    return {
        block: BlockArticles(number, changed)
        for block, number, changed in counted.values_list("block", "number", "changed")
    }


def _block(field: str) -> Any:
    return (F(field) - 1) / BLOCK + 1


def _in_blocks(field: str, numbers: list[int]) -> Q:
    conditions = (
        Q(**{f"{field}__gt": (number - 1) * BLOCK, f"{field}__lte": number * BLOCK})
        for number in numbers
    )
    return functools.reduce(operator.or_, conditions)


taggings = BlockCounts(_read_taggings)
articles = BlockCounts(_read_articles)
