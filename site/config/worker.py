"""gunicorn's worker with threads, and a time limit on receiving a request.

gunicorn waits for the rest of a request without a limit, and lingers on closing connections in
the thread that accepts new ones. A few dozen slow clients would stop the site.
"""

import errno
import select
import socket
import time
from typing import Any

from gunicorn.workers import gthread

# Seconds for receiving a request, from its first byte to the end of its body.
REQUEST_TIMEOUT = 10
# Seconds for which a closing connection takes data, so that the client can read the response.
LINGER_TIMEOUT = 0.5
# Seconds that a thread waits for the first byte of a request, and for a body that was not read.
# A connection without data then waits with those that are kept alive, in no thread.
gthread.DEFAULT_WORKER_DATA_TIMEOUT = 0.1


class TimedSocket:
    """A socket that receives a request until its time is over. All else is the socket's own."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.deadline = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)

    def start(self, seconds: float) -> None:
        self.deadline = time.monotonic() + seconds

    def recv(self, *arguments: int) -> bytes:
        """Receive data until the deadline, or until the shorter timeout that gunicorn has set.

        After the deadline, raise the error of a lost connection, which gunicorn doesn't log.
        """
        timeout = self.connection.gettimeout()
        remaining = max(self.deadline - time.monotonic(), 0.001)
        if timeout is not None and timeout < remaining:
            return self.connection.recv(*arguments)
        self.connection.settimeout(remaining)
        try:
            return self.connection.recv(*arguments)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "The request took too long") from error
        finally:
            self.connection.settimeout(timeout)

    def setblocking(self, flag: bool) -> None:
        """Do nothing on a closed socket: gunicorn closes it again."""
        if self.connection.fileno() >= 0:
            self.connection.setblocking(flag)


class Worker(gthread.ThreadWorker):  # type: ignore[misc]
    def set_accept_enabled(self, enabled: bool) -> None:
        """Accept connections or not. A worker that stops takes those that wait and refuses others.

        The system takes connections as long as a process has the socket, and resets those that no
        process has accepted in the end. A request that is refused can be sent again.
        """
        super().set_accept_enabled(enabled)
        if not (enabled or self.alive):
            for listener in self.sockets:
                while select.select([listener], [], [], 0)[0]:
                    self.accept(listener)
                listener.close()

    def handle(self, conn: Any) -> Any:
        if not isinstance(conn.sock, TimedSocket):
            conn.sock = TimedSocket(conn.sock)
        conn.sock.start(REQUEST_TIMEOUT)
        keep_alive = super().handle(conn)
        if not keep_alive:
            conn.sock.start(LINGER_TIMEOUT)
            conn.close(graceful=True)
        return keep_alive
