"""Readers' pages from a replica of the database, as long as it has all the content that the
primary had when the request arrived. So no page is older than another one that was displayed
before, whichever server, process or cache it came from.

Sessions, the admin and all writes use the primary, and so do readers while the replica lags
behind or does not respond. While the primary does not respond, readers get pages from the replica
if it has the content that was current last.
"""

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import Error
from django.http import HttpRequest, HttpResponse

from articles.models import ContentVersion
from articles.models.content_version import transaction_count
from articles.routing import REPLICA_DB_ALIAS, on_replica
from config.current_version import CONNECTION_ERRORS, current_version
from config.database_status import status
from config.pagecache import VERSION
from config.publication import PublicationDue
from config.user_middleware import may_use_session

# Pages of drafts, for readers without a session.
SHARED_DRAFTS = "/shared/"
# Seconds without requests to a replica that failed.
RETRY_AFTER = 5.0
# Seconds after which a replica that lags behind is mentioned in the log. It does so for some
# milliseconds after each save.
TOLERATED_LAG = 5.0

USED, LAGS, FAILS = "is used again", "lags behind", "can't be read"

logger = logging.getLogger(__name__)


class Replica:
    """What this process knows of the replica. A change of its state is logged once."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.state = USED
        self.retry_at = 0.0
        # The number of transactions that it has not had since a time.
        self.missing, self.missing_since = 0, 0.0

    def has(self, version: str) -> bool:
        """Return whether the replica has the content of `version`, or newer. One query there.

        If it fails, only one request in `RETRY_AFTER` seconds waits for it.
        """
        if not self._may_try():
            return False
        try:
            with on_replica():
                count = transaction_count(ContentVersion.objects.current())
        except Error as error:
            self.retry_at = time.monotonic() + RETRY_AFTER
            self._set_state(FAILS, str(error).partition("\n")[0])
            return False
        return self._is_current(count, transaction_count(version))

    def _may_try(self) -> bool:
        with self.lock:
            if time.monotonic() < self.retry_at:
                return False
            if self.state == FAILS:
                self.retry_at = time.monotonic() + RETRY_AFTER
            return True

    def _is_current(self, count: int, required: int) -> bool:
        if count >= required:
            self.retry_at = 0.0
            self._set_state(USED)
            return True
        now = time.monotonic()
        if count >= self.missing:
            self.missing, self.missing_since = required, now
        elif now > self.missing_since + TOLERATED_LAG:
            self._set_state(LAGS)
        return False

    def _set_state(self, state: str, reason: str = "") -> None:
        with self.lock:
            is_new, self.state = state != self.state, state
        if is_new:
            suffix = f": {reason}" if reason else "."
            logger.warning("The replica of the database %s%s", state, suffix)


def replica_reads(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer requests without a session from the replica, if there is one that is current."""
    if REPLICA_DB_ALIAS not in settings.DATABASES:
        raise MiddlewareNotUsed
    replica = Replica()

    def middleware(request: HttpRequest) -> HttpResponse:
        version = required_version(request) if is_public(request) else None
        if version is None or not replica.has(version):
            return get_response(request)
        with on_replica():
            response = get_response(request)
        if status.is_down():
            # The primary may have newer content, so other caches must not store the page.
            response["Cache-Control"] = "no-cache"
        if response.status_code == 503:
            # It failed, or canceled a query that was in the way of what it replays.
            response = get_response(request)
        return response

    return middleware


def is_public(request: HttpRequest) -> bool:
    return not may_use_session(request) and not request.path_info.startswith(SHARED_DRAFTS)


def required_version(request: HttpRequest) -> str | None:
    """Return the content version that the primary had when the request arrived, or, if it does not
    respond, the last one that this process knows, if any."""
    if VERSION in request.META:
        return str(request.META[VERSION])
    reader = current_version()
    try:
        return reader()
    except (*CONNECTION_ERRORS, PublicationDue):
        return reader.last
