"""Whether the PostgreSQL servers respond, as far as this process knows, and which errors say that
a database does not."""

import socket
import struct
import threading
import time

from django.db import InterfaceError, OperationalError

# Seconds for the server's response to `SSL_REQUEST`.
PROBE_TIMEOUT = 0.4
# Seconds for which the result of a probe is used.
PROBE_INTERVAL = 1.0
# The first message of a client. A server responds with one byte, before it authenticates the
# client (PostgreSQL's documentation, "Message Formats", SSLRequest).
SSL_REQUEST = struct.pack("!ii", 8, 80877103)


class DatabaseStatus:
    """The result of the last attempt to reach the server, which all threads share."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.up_until = 0.0
        self.down_until = 0.0

    def is_down(self) -> bool:
        """Return whether the server failed to respond within the last second. Does not wait."""
        return time.monotonic() < self.down_until

    def report_down(self) -> None:
        self.down_until = time.monotonic() + PROBE_INTERVAL

    def responds(self, host: str, port: int) -> bool:
        """Return whether the server responds. Sends at most one probe a second."""
        with self.lock:
            if self.is_down():
                return False
            if time.monotonic() >= self.up_until:
                if not probe(host, port):
                    self.report_down()
                    return False
                self.up_until = time.monotonic() + PROBE_INTERVAL
            return True


status = DatabaseStatus()
replica_status = DatabaseStatus()


def is_temporary(error: BaseException) -> bool:
    """Return whether the database may accept the same request later.

    Drivers raise `OperationalError` if the server is down, busy or slow. That of SQLite also
    raises it for wrong SQL, such as a missing table, with the result code SQLITE_ERROR.
    """
    code = getattr(error.__cause__, "sqlite_errorname", "")
    return isinstance(error, OperationalError | InterfaceError) and code != "SQLITE_ERROR"


def probe(host: str, port: int) -> bool:
    """Return whether a server responds. A `host` that begins with / is the folder of a socket."""
    try:
        with _connect(host, port) as server:
            server.sendall(SSL_REQUEST)
            return bool(server.recv(1))
    except OSError:
        return False


def _connect(host: str, port: int) -> socket.socket:
    if not host.startswith("/"):
        return socket.create_connection((host, port), timeout=PROBE_TIMEOUT)
    server = socket.socket(socket.AF_UNIX)
    try:
        server.settimeout(PROBE_TIMEOUT)
        server.connect(f"{host}/.s.PGSQL.{port}")
    except OSError:
        server.close()
        raise
    return server
