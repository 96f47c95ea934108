"""The files of a source: a folder, a zip archive or a single file, behind one interface."""

import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG
from typing import Protocol

from articles import files
from articles.importing.documents import Problem
from articles.importing.zips import ZipTree

# Word and other office documents are archives too, but one document each.
MARKDOWN = (".md", ".markdown", ".mdx", ".mdown", ".mkd", ".mkdn", ".mkdown")
ARCHIVE = ".zip"


class SourceTree(Protocol):
    """The files of a source, by their paths within it: in NFC, with slashes, none absolute."""

    @property
    def name(self) -> str:
        """The name of the folder or file, without its extension: it identifies the source."""
        ...

    @property
    def sizes(self) -> dict[str, int]:
        """The bytes that each file has, by path, in order of the paths."""
        ...

    @property
    def problems(self) -> list[Problem]:
        """What is in the source but not among its files, and why."""
        ...

    def read(self, path: str, max_size: int = files.MAX_SIZE) -> bytes:
        """Return the bytes of a file. Raises `files.FileError` if it can't be read, or if it has
        more than `max_size` bytes."""
        ...

    def local_path(self, path: str) -> Path | None:
        """Return where the system finds the file, or None if it is in an archive."""
        ...


class FolderTree:
    """The files of a folder. Raises `files.FileError` if it can't be read."""

    def __init__(self, folder: Path) -> None:
        self._folder = files.Folder(folder)
        self.name = folder.resolve().name
        self.sizes = self._folder.sizes
        errors = (*self._folder.problems, *self._folder.linked_folders)
        self.problems = [Problem(error.path, 0, error.problem) for error in errors]

    def read(self, path: str, max_size: int = files.MAX_SIZE) -> bytes:
        return files.read(self._folder.entry(path), max_size)

    def local_path(self, path: str) -> Path:
        return self._folder.entry(path).path


class FileTree:
    """A single file, such as a dump, as a source. Raises `files.FileError`."""

    def __init__(self, path: Path) -> None:
        try:
            status = path.stat()
        except OSError as error:
            raise files.FileError(str(path), files.reason(error)) from error
        if not S_ISREG(status.st_mode):
            # Reading from a named pipe never ends.
            raise files.FileError(str(path), "it is not a regular file.")
        size = status.st_size
        self._entry = files.FileEntry(path.name, path, size)
        self.name = path.name.partition(".")[0] or path.name
        self.sizes = {path.name: size}
        self.problems: list[Problem] = []

    def read(self, path: str, max_size: int = files.MAX_SIZE) -> bytes:
        return files.read(self._entry, max_size)

    def local_path(self, path: str) -> Path | None:
        return self._entry.path


@contextmanager
def open_tree(path: Path) -> Iterator[SourceTree]:
    """Open a folder, a zip archive, or any other file as a source of its own.

    Raises `files.FileError` if it can't be read, or if an archive is refused.
    """
    if path.is_dir():
        yield FolderTree(path)
    elif extension(path.name) == ARCHIVE:
        with ZipTree(path) as tree:
            yield tree
    else:
        yield FileTree(path)


def with_extension(tree: SourceTree, *extensions: str) -> Iterator[str]:
    """Yield the paths of files with one of the `extensions`, such as ``.md``, in any case."""
    yield from (path for path in tree.sizes if extension(path) in extensions)


def extension(path: str) -> str:
    """Return the extension of a path in lower case, with its dot, or an empty string.

    >>> extension("notes/Map.PNG"), extension("notes.d/README")
    ('.png', '')
    """
    return posixpath.splitext(path)[1].lower() if "." in path else ""


def stem(path: str) -> str:
    """Return the name of a file without its folder and extension.

    >>> stem("notes/War and Peace.md")
    'War and Peace'
    """
    return posixpath.splitext(posixpath.basename(path))[0]
