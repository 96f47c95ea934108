"""The history of an article, in pages by number.

The functions take the revisions that the user may see.
"""

from dataclasses import dataclass

from django.db.models import QuerySet

from articles.models import Revision

PAGE_SIZE = 50
# Revisions in the form of an article.
RECENT = 10
# Revisions are listed without what makes them large.
LARGE_COLUMNS = ("body", "fields")


@dataclass(frozen=True)
class HistoryPage:
    """Revisions of one article, newest first.

    `newer` and `older` are the numbers that the pages before and after it start below: 0 for the
    first page, None if there is no such page.
    """

    revisions: list[Revision]
    newer: int | None
    older: int | None


def history_page(revisions: QuerySet[Revision], below: int = 0) -> HistoryPage:
    """Return the page of `revisions`, which are of one article, with numbers lower than `below`; 0
    means the first page."""
    rows = revisions.filter(number__lt=below) if below else revisions
    selected = list(rows.defer(*LARGE_COLUMNS).order_by("-number")[: PAGE_SIZE + 1])
    page, has_older = selected[:PAGE_SIZE], len(selected) > PAGE_SIZE
    newer = _newer_page(revisions, below) if below else None
    return HistoryPage(page, newer, page[-1].number if has_older else None)


def recent_revisions(revisions: QuerySet[Revision]) -> list[Revision]:
    """Return the newest `RECENT` of `revisions`, which are of one article."""
    return list(revisions.defer(*LARGE_COLUMNS).order_by("-number")[:RECENT])


def _newer_page(revisions: QuerySet[Revision], below: int) -> int | None:
    rows = revisions.filter(number__gte=below).order_by("number")
    numbers = list(rows.values_list("number", flat=True)[: PAGE_SIZE + 1])
    if not numbers:
        return None
    return numbers[PAGE_SIZE] if len(numbers) > PAGE_SIZE else 0


def live_number(article: int) -> int:
    """Return the number of the revision whose state the article has; 0 if there is none."""
    return Revision.objects.newest_live(article).values_list("number", flat=True).first() or 0


def previous_revision(revisions: QuerySet[Revision], revision: Revision) -> Revision | None:
    """Return the revision whose state `revision` changed: for a draft the one before it, else the
    last one before it that the article had."""
    rows = revisions.filter(article=revision.article_id, number__lt=revision.number)
    rows = rows if revision.is_draft else rows.filter(is_draft=False)
    return rows.order_by("-number").first()


def next_revision(revisions: QuerySet[Revision], revision: Revision) -> Revision | None:
    """Return the revision after `revision`, without its large columns."""
    rows = revisions.filter(article=revision.article_id, number__gt=revision.number)
    return rows.defer(*LARGE_COLUMNS).order_by("number").first()
