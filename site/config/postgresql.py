"""Time limits on PostgreSQL, so that no request waits for a server that does not respond."""

import select
import time
from collections.abc import Callable, Generator
from typing import Any

from psycopg import Connection, OperationalError
from psycopg.errors import ReadOnlySqlTransaction

from config.database_status import replica_status, status

# Seconds that a statement of a request may take, locks included.
STATEMENT_TIMEOUT = 20
# Seconds after which a statement fails although the server responds to others.
WAIT_TIMEOUT = STATEMENT_TIMEOUT + 5
# Seconds that a thread of the pool tries to connect. The driver treats 1 as 2.
CONNECT_TIMEOUT = 2
# Seconds that a request waits for a connection of the pool. By default the pool is large enough
# for all threads of the process, so a request only waits while it is being connected.
POOL_TIMEOUT = 0.7
# Seconds after which the pool gives up to connect. The next request starts it again; otherwise it
# would wait a second or more although the server is back.
RECONNECT_TIMEOUT = 0.1
# The statement by which the pool checks a connection that it is about to give to a request.
POOL_CHECK = ""
# Seconds after a response of the server for which the connection is taken to work.
FRESH = 1.0


class LimitedConnection(Connection[Any]):
    """A connection that checks, while it waits, whether the server still responds.

    The server itself limits statements, but not while it is stopped or unreachable. If it does not
    respond, the connection is closed and an `OperationalError` is raised. A connection that breaks
    has its pool replace the others too, because the server may have been restarted.
    """

    server = status
    last_response = float("-inf")

    def execute(self, query: Any, *args: Any, **options: Any) -> Any:
        """Execute a statement, except the pool's check if it would only cost a round trip."""
        if query == POOL_CHECK and self._is_fresh():
            return self.cursor()
        return super().execute(query, *args, **options)

    def _is_fresh(self) -> bool:
        """Return whether the server responded a moment ago and has sent nothing since: when it
        closes a connection, or ends, there is something to read."""
        if self.closed or time.monotonic() > self.last_response + FRESH:
            return False
        poll = select.poll()
        poll.register(self.fileno(), select.POLLIN)
        return not poll.poll(0)

    def wait(self, gen: Any, *args: Any, **options: Any) -> Any:
        deadline = time.monotonic() + WAIT_TIMEOUT
        try:
            result = super().wait(_watched(gen, lambda: self._check(deadline)), *args, **options)
        except OperationalError:
            if self.closed and (pool := getattr(self, "_pool", None)):
                pool.drain()
            raise
        except ReadOnlySqlTransaction as error:
            # A standby, or a server in maintenance: it may accept the same statement later.
            raise OperationalError(str(error)) from error
        self.last_response = time.monotonic()
        return result

    def _check(self, deadline: float) -> None:
        in_time = time.monotonic() < deadline
        if in_time and self.server.responds(self.info.hostaddr or self.info.host, self.info.port):
            return
        self.close()
        raise OperationalError("the database server does not respond")


class LimitedReplicaConnection(LimitedConnection):
    server = replica_status


def _watched(generator: Any, check: Callable[[], None]) -> Generator[Any, Any, Any]:
    """Forward to a generator of the driver, and call `check` each time that no data has arrived.

    The driver waits for the socket in intervals of 0.1 s, and sends 0 after one without data.
    """
    try:
        ready = yield next(generator)
        while True:
            if not ready:
                check()
            ready = yield generator.send(ready)
    except StopIteration as end:
        return end.value


def limit_waiting(
    database: dict[str, Any], connection_class: type[LimitedConnection] = LimitedConnection
) -> None:
    """Limit how long requests wait for `database`, an entry of the setting ``DATABASES``.

    Call it before the first connection. Management commands don't, so they have no limits.
    """
    options = database["OPTIONS"]
    statement_timeout = f"-c statement_timeout={STATEMENT_TIMEOUT}s"
    options["options"] = f"{statement_timeout} {options.get('options', '')}".strip()
    options.setdefault("connect_timeout", CONNECT_TIMEOUT)
    options["pool"] = {
        **options["pool"],
        "connection_class": connection_class,
        "timeout": POOL_TIMEOUT,
        "reconnect_timeout": RECONNECT_TIMEOUT,
    }
