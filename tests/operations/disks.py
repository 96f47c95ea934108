"""File systems in memory that are small enough to be full."""

import ctypes
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1024 * 1024
libc = ctypes.CDLL(None, use_errno=True)
# The option of Linux's umount2 that detaches a file system which processes still use.
MNT_DETACH = 2


@dataclass(frozen=True)
class Disk:
    folder: Path

    @property
    def filler(self) -> Path:
        return self.folder / "filler"

    def fill(self) -> None:
        """Write until no space is left."""
        with self.filler.open("ab", buffering=0) as file:
            for size in (MEGABYTE, 4096, 1):
                while _can_write(file.fileno(), b"\0" * size):
                    pass

    def free(self) -> None:
        self.filler.unlink()


def _can_write(descriptor: int, data: bytes) -> bool:
    try:
        return os.write(descriptor, data) > 0
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """Mount a file system of this size on a folder that is empty.

    Only root may mount, and others in a namespace of their own, as `make test-operations` has.
    """
    options = f"size={megabytes}m,mode=0777".encode()
    if libc.mount(b"tmpfs", bytes(folder), b"tmpfs", 0, options):
        raise OSError(ctypes.get_errno(), "the tests may not mount a file system", str(folder))
    try:
        yield Disk(folder)
    finally:
        libc.umount2(bytes(folder), MNT_DETACH)
