"""Lists that don't fit into memory."""

import os
import pickle
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from typing import Generic, Self, TypeVar

Item = TypeVar("Item")

# Bytes of a list that stay in memory.
MAX_MEMORY = 100_000


class SpooledList(Generic[Item]):
    """A list of values that can be pickled, in a temporary file once it is long. It is appended to
    and read from its beginning."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(MAX_MEMORY)  # noqa: SIM115
        self._length = 0
        weakref.finalize(self, self._file.close)

    def append(self, item: Item) -> None:
        self._file.seek(0, os.SEEK_END)
        pickle.dump(item, self._file, pickle.HIGHEST_PROTOCOL)
        self._length += 1

    def __iadd__(self, items: Iterable[Item]) -> Self:
        for item in items:
            self.append(item)
        return self

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Item]:
        position = 0
        for _number in range(self._length):
            # The file may have been read or appended to since the last item.
            self._file.seek(position)
            item: Item = pickle.load(self._file)
            position = self._file.tell()
            yield item
