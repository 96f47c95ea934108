"""A client that asks as fast as it is answered, over connections that stay open."""

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
class Measured:
    """What a round saw: answers a second, and how long each took in milliseconds."""

    rate: float = 0.0
    times: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.times)


class Answer(NamedTuple):
    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        match = re.search(rf"\r\n{name}: *([^\r]*)".encode(), self.head, re.IGNORECASE)
        return match[1].decode() if match else ""


class Request(NamedTuple):
    """An address to ask for, and the answer that is expected; with an `etag` it is known."""

    path: str
    status: int = 200
    etag: str = ""


class Connection:
    """One open HTTP/1.1 connection to 127.0.0.1."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self.headers = f"Host: 127.0.0.1:{port}\r\n" + (f"Cookie: {cookie}\r\n" if cookie else "")

    def get(self, path: str, **headers: str) -> Answer:
        """Reads as little of the answer as it can: what the client does, the server can't."""
        extra = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.socket.sendall(f"GET {path} HTTP/1.1\r\n{self.headers}{extra}\r\n".encode())
        read = b""
        while (end := read.find(b"\r\n\r\n")) < 0:
            read += self._more()
        match = LENGTH.search(read, 0, end)
        wanted = end + 4 + (int(match[1]) if match else 0)
        while len(read) < wanted:
            read += self._more()
        return Answer(int(read[9:12]), read[:end], read[end + 4 :])

    def _more(self) -> bytes:
        more = self.socket.recv(1 << 18)
        if not more:
            raise ConnectionError("The server has gone")
        return more

    def close(self) -> None:
        self.socket.close()


def measure(port: int, requests: Sequence[Request], seconds: float) -> Measured:
    """Ask for `requests` in turn on `CONNECTIONS` connections for `seconds`."""
    measured = Measured()
    stop = time.perf_counter() + seconds
    threads = [
        threading.Thread(
            target=_ask, args=(port, [*requests[number:], *requests[:number]], stop, measured)
        )
        for number in range(CONNECTIONS)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    measured.rate = len(measured.times) / (time.perf_counter() - began)
    return measured


def _ask(port: int, requests: Sequence[Request], stop: float, measured: Measured) -> None:
    connection = Connection(port)
    for path, expected, etag in cycle(requests):
        began = time.perf_counter()
        if began >= stop:
            break
        known = {"If-None-Match": etag} if etag else {}
        status = connection.get(path, **known).status
        if status != expected:
            raise RuntimeError(f"{path} was answered with {status}")
        measured.times.append((time.perf_counter() - began) * 1000)
    connection.close()


def sequential(port: int, paths: Sequence[str], times: int, cookie: str = "") -> float:
    """The median time of `times` answers one after the other, in milliseconds."""
    connection = Connection(port, cookie)
    taken = []
    for path in islice(cycle(paths), times):
        began = time.perf_counter()
        status = connection.get(path).status
        if status != 200:
            raise RuntimeError(f"{path} was answered with {status}")
        taken.append((time.perf_counter() - began) * 1000)
    connection.close()
    return statistics.median(taken)
