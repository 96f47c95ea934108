"""The progress of long work, as one line of a terminal."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Self

from django.core.management.base import OutputWrapper

# Seconds between two displays, and before the first one: short work displays nothing.
INTERVAL, FIRST = 0.2, 1.0


class Progress:
    """Displays how many of `total` articles, or other units, are done, how many a second, and the
    time left.

    Displays nothing if `stream` is not a terminal, or if `verbosity` is 0. Use it as a context
    manager, which removes the line at the end. `clock` returns seconds.
    """

    def __init__(
        self,
        stream: OutputWrapper,
        total: int = 0,
        *,
        verbosity: int = 1,
        unit: str = "articles",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.total = total
        self._unit = unit
        self._stream = stream
        self._clock = clock
        self._is_enabled = verbosity > 0 and stream.isatty()
        self._done = 0
        self._start = clock()
        self._next = self._start + FIRST
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._width:
            self._display("")
            self._stream.write("\r", ending="")

    def advance(self, count: int = 1) -> None:
        """Add `count` articles, or other units, that are done.

        The rate is that since the last call with none: what precedes them, such as a pass over all
        files, tells nothing about the time left.
        """
        if not (count or self._done):
            self._start = self._clock()
        self._done += count
        if self._is_enabled and self._clock() >= self._next:
            self._next = self._clock() + INTERVAL
            self._display(self._line())

    def _line(self) -> str:
        total = max(self.total, self._done)
        rate = self._done / (self._clock() - self._start) if self._done else 0
        left = format_duration((total - self._done) / rate) if rate else "?"
        return f"{self._done:,} of {total:,} {self._unit}, {rate:,.0f} a second, {left} left"

    def _display(self, text: str) -> None:
        """Replace the line by `text`. Spaces cover what is longer in the former one."""
        self._stream.write(f"\r{text.ljust(self._width)}", ending="")
        self._stream.flush()
        self._width = len(text)


def format_duration(seconds: float) -> str:
    """Return minutes and seconds, or hours too, rounded up.

    >>> format_duration(75.2), format_duration(3605)
    ('1:16', '1:00:05')
    """
    minutes, rest = divmod(math.ceil(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def progress_on(
    stream: OutputWrapper, verbosity: int
) -> Callable[[int, str], AbstractContextManager[Callable[[int], object]]]:
    """Return what displays the progress of several steps on `stream`, each with its total and its
    unit."""

    @contextmanager
    def progress(total: int, unit: str) -> Iterator[Callable[[int], object]]:
        with Progress(stream, total, unit=unit, verbosity=verbosity) as step:
            yield step.advance

    return progress
