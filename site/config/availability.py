"""Whether the services that the site uses respond: a line in the log when that changes.

A stopped database fails each request. A line for each would fill the disk, and hide the one that
tells why.
"""

import logging
import threading
import time

# Seconds between two lines of a service, however often its state changes.
MIN_INTERVAL = 1.0

logger = logging.getLogger(__name__)


class Availability:
    """The state of a service that was last logged, which all threads share."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.lock = threading.Lock()
        self.is_available = True
        self.changed = float("-inf")

    def succeeded(self) -> None:
        """Call it when the service has responded. Costs nothing while it is available."""
        if self.is_available:
            return
        if (seconds := self._change(is_available=True)) is not None:
            logger.warning("%s is available again, after %.0f s.", self.service, seconds)

    def failed(self, error: BaseException) -> None:
        """Call it when the service has not done what it should."""
        if self.is_available and self._change(is_available=False) is not None:
            reason = " ".join(str(error).split()) or type(error).__name__
            logger.error("%s is not available: %s", self.service, reason)

    def _change(self, *, is_available: bool) -> float | None:
        """Change the state, and return the seconds since the last change; None if it stays."""
        with self.lock:
            now = time.monotonic()
            seconds = now - self.changed
            if is_available == self.is_available or seconds < MIN_INTERVAL:
                return None
            self.is_available, self.changed = is_available, now
            return seconds


database = Availability("The database")
redis = Availability("Redis")


class RateFilter(logging.Filter):
    """Drops a record that follows another one with the same message within some seconds, whatever
    its arguments are."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds
        self.next: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        now = time.monotonic()
        if now < self.next.get(record.msg, now):
            return False
        self.next[record.msg] = now + self.seconds
        return True
