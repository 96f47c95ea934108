"""Waiting for changes of the files in a folder."""

from collections.abc import Iterator
from pathlib import Path

import watchfiles
from django.core.management.base import CommandError
from watchfiles import Change as FileChange

from articles.syncing.layout import CONFLICT_SUFFIX

# Milliseconds in which further changes belong to the first: editors write a file in several steps.
DEBOUNCE = 400
# Milliseconds after which the watch begins with the files as they are.
START = 100


def watch(folder: Path) -> Iterator[None]:
    """Yield at once, and after each change of files, until Ctrl-C raises `KeyboardInterrupt`.

    What changes while the caller works is a change too: the folder is watched from the beginning.
    So is one that takes its place, as when another branch is checked out, and this one again.
    """
    if not folder.is_dir():
        raise CommandError(f"{folder} is not a folder.")
    while True:
        yield from _watch_inode(folder, _inode(folder))


def _watch_inode(folder: Path, inode: int | None) -> Iterator[None]:
    """Yield as `watch` does, until there is another folder of this name."""
    is_first = True
    for changes in watchfiles.watch(
        folder,
        watch_filter=_concerns_us,
        debounce=DEBOUNCE,
        rust_timeout=START,
        yield_on_timeout=True,
    ):
        if _inode(folder) not in (inode, None):
            return
        if changes or is_first:
            is_first = False
            yield


def _inode(folder: Path) -> int | None:
    try:
        return folder.stat().st_ino
    except OSError:
        return None


def _concerns_us(change: FileChange, path: str) -> bool:
    """Whether a change may be one of a document, of tags or of media, or settle a conflict."""
    if path.endswith(CONFLICT_SUFFIX):
        return change == FileChange.deleted
    is_hidden = any(part.startswith(".") for part in Path(path).parts[-3:])
    return not is_hidden and not path.endswith("~")
