"""A client that asks as fast as it is answered, over connections that stay open."""

import socket
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle

CONNECTIONS = 8
TIMEOUT = 30


@dataclass
class Measured:
    """What a round saw: answers a second, and how long each took in milliseconds."""

    rate: float = 0.0
    times: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.times)


class Connection:
    """One open HTTP/1.1 connection to 127.0.0.1."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self.stream = self.socket.makefile("rb")
        self.headers = f"Host: 127.0.0.1:{port}\r\n" + (f"Cookie: {cookie}\r\n" if cookie else "")

    def get(self, path: str) -> tuple[int, bytes]:
        """The status and the body of the answer."""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\n{self.headers}\r\n".encode())
        status = int(self.stream.readline().split()[1])
        length = 0
        while (line := self.stream.readline().strip()) != b"":
            name, _colon, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return status, self.stream.read(length)

    def close(self) -> None:
        self.stream.close()
        self.socket.close()


def measure(port: int, paths: Sequence[str], seconds: float) -> Measured:
    """Ask for `paths` in turn on `CONNECTIONS` connections for `seconds`."""
    measured = Measured()
    stop = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=_ask, args=(port, paths[number:] + paths[:number], stop, measured))
        for number in range(CONNECTIONS)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    measured.rate = len(measured.times) / (time.perf_counter() - began)
    return measured


def _ask(port: int, paths: Sequence[str], stop: float, measured: Measured) -> None:
    connection = Connection(port)
    for path in cycle(paths):
        began = time.perf_counter()
        if began >= stop:
            break
        status, _body = connection.get(path)
        if status != 200:
            raise RuntimeError(f"{path} was answered with {status}")
        measured.times.append((time.perf_counter() - began) * 1000)
    connection.close()


def sequential(port: int, path: str, times: int, cookie: str = "") -> float:
    """The median time of `times` answers one after the other, in milliseconds."""
    connection = Connection(port, cookie)
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        status, _body = connection.get(path)
        if status != 200:
            raise RuntimeError(f"{path} was answered with {status}")
        taken.append((time.perf_counter() - began) * 1000)
    connection.close()
    return statistics.median(taken)
