"""Publication on time: the changes whose time has come are published before a request is answered.

So no job has to run at that second. Every process does so, and the database lets one succeed.
"""

import logging
import threading
import time
from datetime import datetime

from django.db import DatabaseError
from django.utils import timezone

from articles import editing
from articles.models import Draft
from config import availability
from config.database_status import is_temporary

# Seconds for which the time of the next publication is remembered, and without a further attempt
# after one that failed. A change is scheduled earlier than that: see `MIN_LEAD`.
CHECK_INTERVAL = editing.MIN_LEAD.total_seconds()

logger = logging.getLogger(__name__)


class PublicationDue(Exception):
    """There is a change to publish before pages may come from the page cache."""


class Publication:
    """Publishes due drafts. Readers are served even if that fails: with what was live before."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.next: datetime | None = None
        self.next_check = 0.0
        self.retry_at = 0.0

    def is_possible(self) -> bool:
        """Return whether no attempt of this process has failed within the last second."""
        return time.monotonic() >= self.retry_at

    def publish_due(self) -> None:
        """Publish due drafts, if there are any. At most one query a second if there are none.

        Of concurrent requests one publishes, and the others wait for it. Whatever prevents it, a
        database that is read-only or busy, or an error of ours, does not keep readers from the
        site.
        """
        if not self.is_possible():
            return
        try:
            if self._is_due():
                self._publish_due()
        except Exception as error:
            self.retry_at = time.monotonic() + CHECK_INTERVAL
            self._log(error)

    def _is_due(self) -> bool:
        now = time.monotonic()
        if now >= self.next_check:
            self.next = self._read_next()
            self.next_check = now + CHECK_INTERVAL
        return self.next is not None and self.next <= timezone.now()

    def _read_next(self) -> datetime | None:
        """Read the time of the next publication. This is also how the site notices that its
        database does not respond, or responds again."""
        try:
            next_publication = Draft.objects.next_publication()
        except DatabaseError as error:
            if is_temporary(error):
                availability.database.failed(error)
            raise
        availability.database.succeeded()
        return next_publication

    def _publish_due(self) -> None:
        with self.lock:
            if self.is_possible():
                editing.publish_due()
                self.next_check = 0.0

    def _log(self, error: Exception) -> None:
        """Log an error, at most once a second; not if it is known that the database is away."""
        if not is_temporary(error):
            logger.exception("Scheduled changes could not be published.")
        elif availability.database.is_available:
            logger.error("Scheduled changes could not be published: %s", error)


publication = Publication()
