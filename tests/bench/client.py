"""A client that sends requests as fast as it gets responses, over persistent connections."""

import re
import socket
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import NamedTuple

CONNECTIONS = 8
TIMEOUT = 30
LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)


@dataclass
class Measurement:
    """The result of a round: responses per second, and the milliseconds of each response."""

    rate: float = 0.0
    times: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.times)


class Response(NamedTuple):
    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        match = re.search(rf"\r\n{name}: *([^\r]*)".encode(), self.head, re.IGNORECASE)
        return match[1].decode() if match else ""


class Request(NamedTuple):
    """A path and the expected status. With an `etag`, the request is conditional."""

    path: str
    status: int = 200
    etag: str = ""


class Connection:
    """One open HTTP/1.1 connection to 127.0.0.1."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self.headers = f"Host: 127.0.0.1:{port}\r\n" + (f"Cookie: {cookie}\r\n" if cookie else "")

    def get(self, path: str, **headers: str) -> Response:
        """Send a GET request.

        Parses as little of the response as possible: the client shares the CPU with the server.
        """
        extra = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.socket.sendall(f"GET {path} HTTP/1.1\r\n{self.headers}{extra}\r\n".encode())
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._receive()
        match = LENGTH.search(received, 0, end)
        length = end + 4 + (int(match[1]) if match else 0)
        while len(received) < length:
            received += self._receive()
        return Response(int(received[9:12]), received[:end], received[end + 4 :])

    def _receive(self) -> bytes:
        data = self.socket.recv(1 << 18)
        if not data:
            raise ConnectionError("The server closed the connection")
        return data

    def close(self) -> None:
        self.socket.close()


def measure(port: int, requests: Sequence[Request], seconds: float) -> Measurement:
    """Send `requests` in turn on `CONNECTIONS` connections for `seconds`."""
    measurement = Measurement()
    stop = time.perf_counter() + seconds
    threads = [
        threading.Thread(
            target=_send_requests,
            args=(port, [*requests[number:], *requests[:number]], stop, measurement),
        )
        for number in range(CONNECTIONS)
    ]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    measurement.rate = len(measurement.times) / (time.perf_counter() - start)
    return measurement


def _send_requests(
    port: int, requests: Sequence[Request], stop: float, measurement: Measurement
) -> None:
    connection = Connection(port)
    for path, expected, etag in cycle(requests):
        start = time.perf_counter()
        if start >= stop:
            break
        headers = {"If-None-Match": etag} if etag else {}
        status = connection.get(path, **headers).status
        if status != expected:
            raise RuntimeError(f"{path} has the status {status}")
        measurement.times.append((time.perf_counter() - start) * 1000)
    connection.close()


def median_time(port: int, paths: Sequence[str], count: int, cookie: str = "") -> float:
    """Return the median time of `count` sequential requests, in milliseconds."""
    connection = Connection(port, cookie)
    times = []
    for path in islice(cycle(paths), count):
        start = time.perf_counter()
        status = connection.get(path).status
        if status not in (200, 302):
            raise RuntimeError(f"{path} has the status {status}")
        times.append((time.perf_counter() - start) * 1000)
    connection.close()
    return statistics.median(times)
