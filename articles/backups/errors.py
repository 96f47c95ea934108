"""What keeps a backup from being made or restored."""

from collections.abc import Callable
from contextlib import AbstractContextManager


class BackupError(Exception):
    """Why nothing was backed up or restored, as one sentence or more for an administrator."""


# Returns a context manager around long work of a number of units, such as "rows". What it yields
# is called with the number of units that are done.
ProgressFactory = Callable[[int, str], AbstractContextManager[Callable[[int], object]]]
