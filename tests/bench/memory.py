"""The memory of this process and of those that it starts."""

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

# Seconds between two looks at the processes.
INTERVAL = 0.1


class PeakMemory:
    """Measures the sum of the greatest resident sizes of all processes while they run, in
    megabytes. Use it as a context manager.

    Shared pages count in each process. `RUSAGE_CHILDREN` would not do: the greatest size of a
    child includes that of its parent at its start.
    """

    def __init__(self) -> None:
        self._peaks: dict[int, float] = {}
        self._is_done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._look()
        self._is_done.set()
        self._thread.join()

    @property
    def megabytes(self) -> float:
        return sum(self._peaks.values())

    def _watch(self) -> None:
        while not self._is_done.wait(INTERVAL):
            self._look()

    def _look(self) -> None:
        for pid in _tree(os.getpid()):
            with suppress(OSError, ValueError, IndexError):
                status = Path(f"/proc/{pid}/status").read_text()
                peak = status.partition("VmHWM:")[2].split(maxsplit=1)[0]
                self._peaks[pid] = max(self._peaks.get(pid, 0), int(peak) / 1024)


def _tree(pid: int) -> Iterator[int]:
    """Yield a process and all that it has started, directly or not."""
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _tree(int(child))
