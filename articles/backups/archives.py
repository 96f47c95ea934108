"""Backups as zip archives (APPNOTE 6.3.10, with ZIP64), with checksums of all they contain.

The comment at the end of the archive is the SHA-256 of all bytes before it, so that an archive
that was cut off or changed anywhere is recognised.
"""

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, Self

from articles.backups import manifest as manifests
from articles.backups.errors import BackupError
from articles.backups.manifest import MANIFEST, Manifest, Member
from articles.files import printable, reason

CHUNK = 1 << 20
COMMENT_LENGTH = 64
# Bytes of the manifest: those of a million media files.
MAX_MANIFEST = 256 * 1024 * 1024
# Level 1 is four times as fast as 6, and a database gets only a tenth larger.
LEVEL = 1
DAMAGED = "The backup is damaged: its checksum is not the one of its contents."

Report = Callable[[int], object]


class ArchiveWriter:
    """Adds members to an archive, and remembers their sizes and checksums."""

    def __init__(self, stream: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)
        self.members: list[Member] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # After an error, the archive is deleted.
            self._zip.close()

    def add_file(self, name: str, path: Path, report: Report) -> None:
        """Add the file at `path`. Raises `BackupError` if it can't be read."""
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except OSError as error:
            raise BackupError(f"{printable(name)}: {reason(error)}") from error
        with open(descriptor, "rb") as source:
            self.add(name, source, report)

    def add(self, name: str, source: IO[bytes], report: Report) -> None:
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        digest, size = hashlib.sha256(), 0
        with self._zip.open(info, "w", force_zip64=True) as target:
            while block := source.read(CHUNK):
                target.write(block)
                digest.update(block)
                size += len(block)
                report(len(block))
        self.members.append(Member(name, size, digest.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest, and end the archive."""
        self._zip.writestr(MANIFEST, manifest.as_json())
        self._zip.comment = b"0" * COMMENT_LENGTH
        self._zip.close()


@contextmanager
def errors_of(path: Path) -> Iterator[None]:
    """Let errors of writing, such as a full disk, name the file, as those of opening it do."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def seal(stream: BinaryIO, report: Report) -> str:
    """Write the checksum of a complete archive at its end, and store all on the disk. Return the
    SHA-256 of the file."""
    digest = _digest_before_comment(stream, report)
    checksum = digest.hexdigest().encode()
    stream.seek(-COMMENT_LENGTH, os.SEEK_END)
    stream.write(checksum)
    stream.flush()
    os.fsync(stream.fileno())
    digest.update(checksum)
    return digest.hexdigest()


def _digest_before_comment(stream: BinaryIO, report: Report) -> "hashlib._Hash":
    digest = hashlib.sha256()
    left = max(stream.seek(0, os.SEEK_END) - COMMENT_LENGTH, 0)
    stream.seek(0)
    while left and (block := stream.read(min(left, CHUNK))):
        digest.update(block)
        left -= len(block)
        report(len(block))
    return digest


class Archive:
    """A backup whose checksum is right, and whose members are those of its manifest."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip = archive
        self.manifest = manifest

    def extract(self, member: Member, path: Path, report: Report) -> None:
        """Write a member to a new file at `path`. Raises `BackupError` if it is not the one of the
        manifest, however much more it contains, and `OSError`."""
        digest, size = hashlib.sha256(), 0
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with errors_of(path), open(descriptor, "wb") as target, self._open(member) as source:
            while size <= member.size and (block := _read(source)):
                target.write(block)
                digest.update(block)
                size += len(block)
                report(len(block))
        if size != member.size or digest.hexdigest() != member.sha256:
            raise BackupError(DAMAGED)

    def _open(self, member: Member) -> IO[bytes]:
        try:
            return self._zip.open(member.name)
        # Another header than in the directory, a method that Python does not have, encryption.
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as error:
            raise BackupError(DAMAGED) from error


def _read(source: IO[bytes]) -> bytes:
    try:
        return source.read(CHUNK)
    except (zipfile.BadZipFile, EOFError, ValueError) as error:
        raise BackupError(DAMAGED) from error
    except Exception as error:  # `zlib.error` has no base class of its own.
        if type(error).__module__ != "zlib":
            raise
        raise BackupError(DAMAGED) from error


@contextmanager
def open_archive(path: Path, report: Report) -> Iterator[Archive]:
    """Open a backup and check it, without extracting anything.

    Raises `BackupError` if it is no backup, damaged, or of a newer version, and `OSError`.
    """
    if path.exists() and not path.is_file():
        raise BackupError(f"{printable(str(path))} is not a file.")
    with open(path, "rb") as stream, _open_zip(stream) as archive:
        if len(archive.comment) != COMMENT_LENGTH:
            raise BackupError("This is not a backup of Diwan.")
        if _digest_before_comment(stream, report).hexdigest().encode() != archive.comment:
            raise BackupError(DAMAGED)
        manifest = _manifest(archive)
        _check_members(archive, manifest)
        yield Archive(archive, manifest)


def _open_zip(stream: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise BackupError("This is not a backup, or it is not complete.") from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        info = archive.getinfo(MANIFEST)
        with archive.open(info) as source:
            text = source.read(MAX_MANIFEST + 1)
    except (KeyError, NotImplementedError, RuntimeError, zipfile.BadZipFile, EOFError) as error:
        raise BackupError("This is not a backup of Diwan.") from error
    if len(text) > MAX_MANIFEST:
        raise BackupError(f"{MANIFEST} is too large.")
    return manifests.parse(text)


def _check_members(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Raise `BackupError` if the archive has other members than its manifest, or other sizes."""
    entries = [(entry.filename, entry.file_size) for entry in archive.infolist()]
    expected = [(member.name, member.size) for member in manifest.members]
    if sorted(entry for entry in entries if entry[0] != MANIFEST) != sorted(expected):
        raise BackupError(f"The files of the backup are not those that its {MANIFEST} names.")
