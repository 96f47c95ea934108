"""Folders for what is not finished yet. The next backup or restore removes what a killed one
left."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from articles.backups.errors import BackupError
from articles.files import FileError, lock, printable

# Hidden, so that it is neither backed up nor exported.
NAME = ".diwan-backup"


@contextmanager
def work_folder(parent: Path) -> Iterator[Path]:
    """Yield an empty folder in `parent` that only its owner can read, and remove it afterwards.

    Raises `BackupError` if another process uses it, or if it can't be created.
    """
    folder = parent / NAME
    if not parent.is_dir():
        raise BackupError(f"{printable(str(parent))} is not a folder, or does not exist.")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        with lock(folder, lambda: _refuse(parent)):
            _empty(folder)
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except FileError as error:
        raise BackupError(str(error)) from error


def _refuse(parent: Path) -> None:
    raise BackupError(f"Another backup or restore is running in {parent}.")


def _empty(folder: Path) -> None:
    if folder.is_symlink():
        raise BackupError(f"{folder} is a link. Delete it.")
    if folder.stat().st_uid != os.geteuid():  # Its owner could read what is in it.
        raise BackupError(f"{folder} belongs to another user. Delete it.")
    folder.chmod(0o700)
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path)
        else:
            os.unlink(entry.path)
