"""Values that are kept in a temporary file."""

import pickle
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from typing import IO, Generic, TypeVar

T = TypeVar("T")


class Spool(Generic[T]):
    """Values in the order in which they were appended; all of them may not fit into memory.

    Up to `in_memory` values are in memory, before they are written. Values must be picklable. The
    file is deleted with the object.
    """

    def __init__(self, in_memory: int = 1000) -> None:
        self._in_memory = in_memory
        self._last: list[T] = []
        self._file: IO[bytes] | None = None
        self._chunks = 0
        self._count = 0

    def append(self, value: T) -> None:
        self._last.append(value)
        self._count += 1
        if len(self._last) >= self._in_memory:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115
                weakref.finalize(self, self._file.close)
            pickle.dump(self._last, self._file, pickle.HIGHEST_PROTOCOL)
            self._chunks += 1
            self._last = []

    def __iadd__(self, values: Iterable[T]) -> "Spool[T]":
        for value in values:
            self.append(value)
        return self

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        """Yield all values. Append none meanwhile."""
        if self._file:
            self._file.seek(0)
            for _ in range(self._chunks):
                yield from pickle.load(self._file)
        yield from self._last

    def chunks(self, size: int) -> Iterator[list[T]]:
        """Yield all values in lists of this length, the last of which may be shorter."""
        chunk: list[T] = []
        for value in self:
            chunk.append(value)
            if len(chunk) == size:
                yield chunk
                chunk = []
        if chunk:
            yield chunk
