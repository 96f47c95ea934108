"""Files of a source → files of the media folder, with safe names, none twice."""

import hashlib
import re
import unicodedata
from contextlib import suppress
from pathlib import Path

from articles import files
from articles.importing.trees import SourceTree
from articles.markdown import embeds

# Bytes of one file.
MAX_SIZE = 100_000_000
NAME_LENGTH = 100
# What file systems, URLs and links can't have in the name of a file.
UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|#%^\[\]{}]+")


class MediaStore:
    """Stores files in the media folder; with `dry_run`, only tells what their names would be.

    Files that are there are never changed. `undo` removes those that were stored.
    """

    def __init__(self, root: Path, *, dry_run: bool = False) -> None:
        self.stored = 0
        self.reused = 0
        self._root = root
        self._dry_run = dry_run
        self._written: list[Path] = []
        # Names by digest, of files that were stored or read; paths by size, of all others.
        self._by_digest: dict[str, str] = {}
        self._by_size: dict[int, list[files.FileEntry]] | None = None
        self._names: set[str] = set()

    def store(self, name: str, content: bytes) -> str | None:
        """Return the name in the media folder of a file that was called `name`, and store it if
        it is not there. None if articles don't show files of this type.

        Raises `files.FileError` if it can't be written.
        """
        if not embeds.file_kind(name):
            return None
        digest = hashlib.sha256(content).hexdigest()
        self._read_digests(len(content))
        if existing := self._by_digest.get(digest):
            self.reused += 1
            return existing
        stored = self._free_name(safe_name(name), digest)
        self._write(self._root / stored, content)
        self._by_digest[digest] = stored
        self._names.add(stored.casefold())
        self.stored += 1
        return stored

    def undo(self) -> None:
        """Remove the files that were stored."""
        for path in self._written:
            with suppress(OSError):
                path.unlink()

    def _read_digests(self, size: int) -> None:
        """Read the files of the media folder that have this size: others can't be equal."""
        if self._by_size is None:
            self._by_size = {}
            for entry in self._entries():
                self._by_size.setdefault(entry.size, []).append(entry)
                self._names.add(entry.name.casefold())
        for entry in self._by_size.pop(size, ()):
            with suppress(files.FileError):
                digest = hashlib.sha256(files.read(entry, MAX_SIZE)).hexdigest()
                self._by_digest.setdefault(digest, entry.name)

    def _entries(self) -> list[files.FileEntry]:
        return files.walk(self._root).files if self._root.is_dir() else []

    def _free_name(self, name: str, digest: str) -> str:
        if name.casefold() not in self._names:
            return name
        base, dot, extension = name.rpartition(".")
        return f"{base}-{digest[:12]}{dot}{extension}"

    def _write(self, path: Path, content: bytes) -> None:
        if self._dry_run:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise files.FileError(str(path.parent), files.reason(error)) from error
        files.write_if_changed(path, content)
        self._written.append(path)


class SourceFiles:
    """The files of a source that are stored in the media folder, each read once."""

    def __init__(self, tree: SourceTree, store: MediaStore) -> None:
        self._tree = tree
        self._store = store
        self._names: dict[str, str | None] = {}

    def store(self, path: str) -> str | None:
        """Store a file, and return its name in the media folder; None if it can't be read, or
        if articles don't show files of this type. Raises `files.FileError` if it can't be
        written."""
        if path not in self._names:
            self._names[path] = self._store_file(path) if embeds.file_kind(path) else None
        return self._names[path]

    def _store_file(self, path: str) -> str | None:
        try:
            content = self._tree.read(path, MAX_SIZE)
        except files.FileError:
            return None
        return self._store.store(path, content)


def safe_name(path: str) -> str:
    """Return a name for a file that is safe in file systems, URLs and links.

    >>> safe_name("a/Map #1 [old].PNG"), safe_name(".hidden.png")
    ('Map -1 -old-.png', 'hidden.png')
    """
    name = unicodedata.normalize("NFC", path.rpartition("/")[2])
    name = " ".join(UNSAFE.sub("-", name).split()).lstrip(". ")
    base, _dot, extension = name.rpartition(".")
    return f"{base.rstrip('. ')[:NAME_LENGTH] or 'file'}.{extension.lower()}"
