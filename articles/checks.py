"""A system check of the database: is derived data of an earlier version?"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Warning
from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction

from articles import fingerprints

HINT = "Run “manage.py rebuild”."


def check_derived_data(
    databases: Sequence[str] | None = None, **_options: Any
) -> list[CheckMessage]:
    """Warn if articles or drafts are stale. Django runs it for `check --database` and `migrate`.

    Before the migrations there are no columns to read, and nothing to warn of.
    """
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    try:
        with transaction.atomic():
            message = stale_message()
    except DatabaseError:
        return []
    return [Warning(message, hint=HINT, id="articles.W001")] if message else []


def stale_message() -> str:
    """Return how many articles and drafts are stale, or an empty string."""
    articles, drafts = fingerprints.count_stale()
    counts = [(articles, "article(s)"), (drafts, "draft(s)")]
    stale = [f"{fingerprints.format_count(count)} {noun}" for count, noun in counts if count]
    if not stale:
        return ""
    return f"{' and '.join(stale)} were derived by an earlier version or with other settings."
