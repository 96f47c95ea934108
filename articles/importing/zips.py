"""The files of a zip archive, read in memory: nothing is extracted to the disk.

An archive that could do harm is refused as a whole: paths that lead out of it, more files or
bytes than anyone writes, or bytes that are compressed so well that they are nothing but bulk.
"""

import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from django.utils.translation import gettext as _

from articles import files
from articles.importing.documents import Problem

MAX_FILES = 200_000
MAX_BYTES = 8_000_000_000
# Bytes of the files for each byte of the archive. Texts have up to 20; a bomb has 1,000.
MAX_RATIO = 200
# Small archives may exceed that: a file of spaces does no harm.
RATIO_MATTERS_FROM = 50_000_000
DRIVE = re.compile(r"[A-Za-z]:")
UTF8_FLAG, ENCRYPTED_FLAG = 0x800, 0x1
BROKEN = "is not a zip archive, or it is damaged"


class ZipTree:
    """The files of a zip archive, without hidden ones. A single folder that contains all of them
    is left out of their paths, as archives of repositories have it.

    Use it as a context manager, which closes the archive. Raises `files.FileError` if it can't be
    read or is refused.
    """

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self.name = path.name.partition(".")[0] or path.name
        self.problems: list[Problem] = []
        try:
            self._archive = zipfile.ZipFile(path)
        except OSError as error:
            raise files.FileError(self._path, files.reason(error)) from error
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise files.FileError(self._path, f"it {BROKEN} ({error}).") from error
        try:
            self._check_sizes(path.stat().st_size)
            self._entries = _without_root(dict(sorted(self._visible())))
        except files.FileError:
            self._archive.close()
            raise
        self.sizes = {name: info.file_size for name, info in self._entries.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._archive.close()

    def read(self, path: str, max_size: int = files.MAX_SIZE) -> bytes:
        info = self._entries[path]
        if info.file_size > max_size:
            problem = f"it has {info.file_size:,} bytes. Up to {max_size:,} are allowed."
            raise files.FileError(path, problem)
        try:
            return self._archive.read(info)
        except OSError as error:
            raise files.FileError(path, files.reason(error)) from error
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise files.FileError(path, f"it is damaged in the archive ({error}).") from error
        except (NotImplementedError, RuntimeError) as error:
            raise files.FileError(path, f"it can't be decompressed ({error}).") from error

    def local_path(self, path: str) -> Path | None:
        return None

    def _check_sizes(self, compressed: int) -> None:
        infos = self._archive.infolist()
        total = sum(info.file_size for info in infos)
        if len(infos) > MAX_FILES:
            problem = f"it has {len(infos):,} files. Up to {MAX_FILES:,} are allowed."
        elif total > MAX_BYTES:
            problem = f"its files have {total:,} bytes. Up to {MAX_BYTES:,} are allowed."
        elif total > max(RATIO_MATTERS_FROM, MAX_RATIO * compressed):
            problem = (
                f"{compressed:,} bytes would become {total:,}: this looks like a zip bomb."
                " Unpack it yourself, and import the folder."
            )
        else:
            return
        raise files.FileError(self._path, problem)

    def _visible(self) -> Iterator[tuple[str, zipfile.ZipInfo]]:
        names: set[str] = set()
        for info in self._archive.infolist():
            name = self._safe_name(info)
            if info.is_dir() or name.endswith("/") or _is_hidden(name):
                continue
            if problem := _problem(info, is_duplicate=name in names):
                self.problems.append(Problem(files.printable(name), 0, problem))
                continue
            names.add(name)
            yield name, info

    def _safe_name(self, info: zipfile.ZipInfo) -> str:
        """Return the path of an entry in NFC. Raises `FileError` if it leads elsewhere."""
        name = unicodedata.normalize("NFC", _decode_name(info).replace("\\", "/"))
        if name.startswith("/") or DRIVE.match(name) or ".." in name.split("/"):
            problem = _("“%(name)s” leads out of the archive. It is refused.") % {
                "name": files.printable(name)
            }
            raise files.FileError(self._path, problem)
        return "/".join(part for part in name.split("/") if part != ".")


def _decode_name(info: zipfile.ZipInfo) -> str:
    """Return the name of an entry. Many programs write UTF-8 without the flag that says so."""
    if info.flag_bits & UTF8_FLAG:
        return info.filename
    try:
        return info.filename.encode("cp437").decode()
    except UnicodeError:
        return info.filename


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))


def _problem(info: zipfile.ZipInfo, *, is_duplicate: bool) -> str:
    """Return why an entry is no file that can be read, or an empty string."""
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        return _("it is a symbolic link. Links in archives are not followed.")
    if info.flag_bits & ENCRYPTED_FLAG:
        return _("it is encrypted. Unpack the archive yourself, and import the folder.")
    if is_duplicate:
        return _("the archive has another file with the same name.")
    return ""


def _without_root(entries: dict[str, zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    roots = {name.partition("/")[0] for name in entries}
    if len(roots) != 1 or not all("/" in name for name in entries):
        return entries
    return {name.partition("/")[2]: info for name, info in entries.items()}
