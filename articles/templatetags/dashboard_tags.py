"""What the first page of the admin shows a user: their work, the work of all, and its gaps."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import template
from django.contrib.auth.models import User
from django.utils import timezone

from articles.models import FailedSearch
from articles.permissions import (
    can_publish,
    can_view_all,
    hidden_draft_revisions,
    restorable_articles,
    viewable_articles,
    viewable_revisions,
)
from articles.queries import statistics, workflow
from articles.queries.recent_changes import Operation, recent_operations
from articles.queries.workflow import WorkItem

register = template.Library()

MAX_ITEMS = 8
MAX_CHANGES = 10
SCHEDULE = timedelta(days=7)


@dataclass(frozen=True)
class Gaps:
    """Numbers of what is missing, or waits to be cleared up."""

    content: statistics.ContentGaps
    wanted: int
    failed_searches: int


@dataclass(frozen=True)
class Dashboard:
    """The sections of the page. None if the user may not see a section.

    Lists of work have one item more than `MAX_ITEMS` if there are more.
    """

    own: list[WorkItem]
    waiting: list[WorkItem] | None
    scheduled: list[WorkItem] | None
    failed: list[WorkItem]
    changes: list[Operation]
    gaps: Gaps | None
    trash: int
    max_items: int = MAX_ITEMS


@register.simple_tag(name="dashboard")
def dashboard(user: User) -> Dashboard:
    """Return the sections for `user`. A fixed number of queries."""
    views_all, limit = can_view_all(user), MAX_ITEMS + 1
    publishes = views_all and can_publish(user)
    return Dashboard(
        own=workflow.in_progress(
            user, viewable_articles(user), hidden_draft_revisions(user), limit
        ),
        waiting=workflow.waiting_for_review(limit) if publishes else None,
        scheduled=workflow.scheduled(timezone.now() + SCHEDULE, limit) if views_all else None,
        failed=workflow.failed(MAX_ITEMS) if publishes else [],
        changes=recent_operations(viewable_revisions(user)).operations[:MAX_CHANGES],
        gaps=_gaps() if views_all else None,
        trash=restorable_articles(user).count(),
    )


def _gaps() -> Gaps:
    return Gaps(
        statistics.content_gaps(),
        statistics.wanted_articles().total,
        FailedSearch.objects.count(),
    )


@register.filter
def has_more(items: list[Any]) -> bool:
    """Return whether there are more items than the page shows."""
    return len(items) > MAX_ITEMS
