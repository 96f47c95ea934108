"""Files of a folder: listed and read safely, in an order that does not depend on the system, and
written whole or not at all. Pure: no Django."""

import hashlib
import os
import re
import secrets
import shutil
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows.
    fcntl = None  # type: ignore[assignment]

Entry = os.DirEntry[str]

# Begins the names of files that are not written completely: hidden, so that nothing lists them.
TEMPORARY = ".diwan-"
# Bytes of a file that is read as a whole, unless the caller says otherwise.
MAX_SIZE = 20_000_000
# Invisible characters that the spelling of some languages needs.
JOINERS = "\u200c\u200d"
# What Python has instead of bytes that are not UTF-8 (PEP 383).
SURROGATES = re.compile("[\ud800-\udfff]")
LINKED_FOLDER = "it is a link to a folder. Copy the folder instead."


class FileError(Exception):
    """A file that can't be used: its path as the user knows it, and why."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{printable(path)}: {problem}")
        self.path = path
        self.problem = problem


@dataclass(frozen=True, order=True, slots=True)
class FileEntry:
    """A regular file of a folder. `name` is its path within the folder, in NFC, with slashes;
    `path` is where the system finds it."""

    name: str
    path: Path = field(compare=False)
    size: int = field(compare=False)


@dataclass(frozen=True)
class Listing:
    """The files of a folder, sorted by name, and what is wrong with others, sorted by path.

    `linked_folders` are links to folders within, as problems for callers that need all files.
    """

    files: list[FileEntry]
    problems: list[FileError]
    linked_folders: list[FileError]


def walk(folder: Path) -> Listing:
    """List the regular files in `folder` and the folders within.

    What is hidden (its name begins with a dot) is skipped. A link to a file counts as that file
    if the target is in the folder and not hidden; folders behind links are not entered, so that
    nothing is listed in circles. Problems are links that lead elsewhere or nowhere, names that
    are not UTF-8 or that differ from another one in normalization only, and what can't be read.
    Raises `FileError` if `folder` itself is no folder that can be read.
    """
    root = Path(os.path.realpath(folder))
    try:
        entries = _visible_entries(root)
    except OSError as error:
        raise FileError(str(folder), reason(error)) from error
    files: dict[str, FileEntry] = {}
    problems: list[FileError] = []
    linked: list[FileError] = []
    folders = [("", entries)]
    while folders:
        for name, entry in _by_name(*folders.pop()):
            try:
                if entry.is_dir(follow_symlinks=False):
                    folders.append((f"{name}/", _visible_entries(Path(entry.path))))
                elif item := _file_entry(root, entry, name):
                    _add(files, item)
                else:
                    linked.append(FileError(name, LINKED_FOLDER))
            except OSError as error:
                problems.append(FileError(name, reason(error)))
            except FileError as error:
                problems.append(error)
    return Listing(sorted(files.values()), sorted(problems, key=str), sorted(linked, key=str))


def exact_name(entry: FileEntry, root: Path) -> str:
    """Return the name of a file of `root` in the normalization that it has there."""
    name = entry.path.relative_to(root).as_posix()
    return name if unicodedata.normalize("NFC", name) == entry.name else entry.name


class Folder:
    """The files of a folder: their sizes by the names that they have in a `FileEntry`, sorted, and
    what is wrong with others, as in a `Listing`. Raises `FileError` as `walk` does.

    Paths are created on demand: those of all files would take most of the memory of a large
    folder.
    """

    def __init__(self, folder: Path) -> None:
        listing = walk(folder)
        self._root = os.path.realpath(folder)
        # Of files that the system has by other names, such as links.
        self._paths = {
            entry.name: str(entry.path)
            for entry in listing.files
            if str(entry.path) != f"{self._root}/{entry.name}"
        }
        self.sizes = {entry.name: entry.size for entry in listing.files}
        self.problems = listing.problems
        self.linked_folders = listing.linked_folders

    def entry(self, name: str) -> FileEntry:
        path = self._paths.get(name) or f"{self._root}/{name}"
        return FileEntry(name, Path(path), self.sizes[name])


def _visible_entries(folder: Path) -> list[Entry]:
    with os.scandir(folder) as entries:
        return [entry for entry in entries if not entry.name.startswith(".")]


def _by_name(
    prefix: str, entries: list[os.DirEntry[str]]
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield entries with their names in NFC, of two with the same name the one in NFC first."""
    pairs = ((unicodedata.normalize("NFC", entry.name), entry) for entry in entries)
    for name, entry in sorted(pairs, key=lambda pair: (pair[0], pair[0] != pair[1].name)):
        yield f"{prefix}{name}", entry


def _add(files: dict[str, FileEntry], item: FileEntry) -> None:
    if item.name in files:
        problem = "its name differs from that of another file in Unicode normalization only."
        raise FileError(item.name, f"{problem} Rename or delete one.")
    files[item.name] = item


def _file_entry(root: Path, entry: Entry, name: str) -> FileEntry | None:
    """Return the file of an entry, or None for a link to a folder within `root`."""
    if SURROGATES.search(name):
        raise FileError(name, "its name is not UTF-8. Rename it.")
    path = Path(entry.path)
    if entry.is_symlink():
        path = _target(root, entry, name)
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        return None
    if not stat.S_ISREG(status.st_mode):
        raise FileError(name, "it is not a regular file.")
    return FileEntry(name, path, status.st_size)


def _target(root: Path, entry: Entry, name: str) -> Path:
    """Return where a link leads, if that is within `root` and not hidden."""
    try:
        target = Path(os.path.realpath(entry.path, strict=True))
    except OSError as error:
        raise FileError(name, f"it is a link that leads nowhere ({reason(error)})") from error
    if not target.is_relative_to(root):
        raise FileError(name, "it is a link that leads out of the folder. Copy the file instead.")
    if any(part.startswith(".") for part in target.relative_to(root).parts):
        raise FileError(name, "it is a link to a hidden file. Copy the file instead.")
    return target


def read(entry: FileEntry, max_size: int = MAX_SIZE) -> bytes:
    """Return the bytes of a file. Raises `FileError` if it can't be read, or if it has more than
    `max_size` bytes."""
    try:
        with open(entry.path, "rb") as stream:
            # Not more at once than the file has: Python reserves memory for it.
            content = stream.read(entry.size + 1) if entry.size <= max_size else b""
            if len(content) > entry.size:  # It has grown.
                content += stream.read(max_size + 1 - len(content))
    except OSError as error:
        raise FileError(entry.name, reason(error)) from error
    if len(content) > max_size or entry.size > max_size:
        size = f"{max(entry.size, len(content)):,} bytes"
        raise FileError(entry.name, f"it has {size}. Up to {max_size:,} are allowed.")
    return content


def write_if_changed(path: Path, content: bytes) -> bool:
    """Let the file have this content. Return whether it had another one, or did not exist.

    The content is written to a temporary file that replaces the old one, so that at any moment
    the file is the old or the new one, as a whole. A link is replaced by a file; its target stays
    as it is. Raises `FileError`.
    """
    try:
        if _has_content(path, content):
            return False
        _replace(path, lambda stream: stream.write(content))
    except OSError as error:
        raise FileError(str(path), reason(error)) from error
    return True


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write the lines to the file as `write_if_changed` writes a content, without having all of
    them in memory. What is no regular file, such as ``/dev/stdout`` or a pipe, is written to and
    not replaced. Raises `FileError`."""
    encoded = (f"{line}\n".encode(errors="replace") for line in lines)
    try:
        if path.exists() and not stat.S_ISREG(path.lstat().st_mode):
            with open(path, "wb") as stream:
                stream.writelines(encoded)
        else:
            _replace(path, lambda stream: stream.writelines(encoded))
    except OSError as error:
        raise FileError(str(path), reason(error)) from error


def _has_content(path: Path, content: bytes) -> bool:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(status.st_mode) or status.st_size != len(content):
        return False
    return path.read_bytes() == content


def _replace(path: Path, write: Callable[[BinaryIO], object]) -> None:
    temporary = path.with_name(f"{TEMPORARY}{secrets.token_hex(8)}")
    try:
        with open(temporary, "xb") as stream:
            write(stream)
        with suppress(OSError):
            shutil.copymode(path, temporary, follow_symlinks=False)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def digest(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal. Raises `OSError`."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def copy_if_changed(source: Path, target: Path) -> bool:
    """Let `target` have the content of `source`, as `write_if_changed` does, for files of any
    size. Creates the folders of `target`. Return whether it had another content."""
    try:
        if target.is_file() and not target.is_symlink() and digest(source) == digest(target):
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, lambda stream: _copy(source, stream))
    except OSError as error:
        raise FileError(str(target), reason(error)) from error
    return True


def _copy(source: Path, stream: BinaryIO) -> None:
    with open(source, "rb") as content:
        shutil.copyfileobj(content, stream)


@contextmanager
def lock(folder: Path, waiting: Callable[[], object]) -> Iterator[None]:
    """Hold a lock on `folder` that one process has at a time. `waiting` is called if another one
    has it, before this waits for its end. Raises `FileError`.

    The system frees the lock of a process that is killed. On Windows there is no such lock.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise FileError(str(folder), reason(error)) from error
    try:
        if fcntl is not None:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def reason(error: OSError) -> str:
    """Return why the system refused something, as a sentence."""
    text = error.strerror or str(error) or type(error).__name__
    return f"{text[:1].lower()}{text[1:]}."


def printable(path: str) -> str:
    """Return a path in one line that any terminal can display, with escapes such as ``\\n``."""
    if path.isprintable():
        return path
    return "".join(
        character
        if character.isprintable() or character in JOINERS
        else character.encode("unicode-escape", "surrogatepass").decode()
        for character in path
    )
