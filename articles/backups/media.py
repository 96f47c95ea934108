"""Media files → members of a backup, and back into the media folder without a half-written one."""

import os
from pathlib import Path

from django.conf import settings

from articles.backups.errors import BackupError
from articles.backups.manifest import MEDIA, Manifest, Member
from articles.files import FileError, digest, exact_name, printable, walk

# Whether the system tells what the effective user may do.
EFFECTIVE = os.access in os.supports_effective_ids
# More problems are counted only.
MAX_LISTED = 20


def list_media(root: Path) -> tuple[list[tuple[str, Path]], list[FileError]]:
    """Return the visible files of the media folder, as names of members with their paths, and what
    can't be backed up. Links to files within the folder are the files; others are problems."""
    if not root.is_dir():
        return [], []
    listing = walk(root)
    actual = Path(os.path.realpath(root))
    files, problems = [], [*listing.problems, *listing.linked_folders]
    for entry in listing.files:
        if os.access(entry.path, os.R_OK, effective_ids=EFFECTIVE):
            # As it is in URLs.
            files.append((f"{MEDIA}{exact_name(entry, actual)}", entry.path))
        else:
            problems.append(FileError(entry.name, "permission denied."))
    return files, sorted(problems, key=str)


def refuse_public(path: Path) -> None:
    """Raise `BackupError` if a backup is in the media folder."""
    if path.resolve().is_relative_to(Path(settings.MEDIA_ROOT).resolve()):
        raise BackupError(f"{path} is in MEDIA_ROOT, which everybody can read.")


def describe(problems: list[FileError]) -> str:
    """Return a message with a line for each problem, up to `MAX_LISTED`."""
    lines = [str(problem) for problem in problems[:MAX_LISTED]]
    if len(problems) > MAX_LISTED:
        lines.append(f"{len(problems) - MAX_LISTED} more.")
    return "\n".join(lines)


class MediaRestore:
    """The media of a backup, next to the media folder's own files until they take their places.

    `staged` is a folder with them, on the same file system as `root`.
    """

    def __init__(self, root: Path, staged: Path, manifest: Manifest) -> None:
        self._root = root
        self._staged = staged
        self._missing: list[str] = []
        self._different: list[str] = []
        self._added: list[Path] = []
        for member in manifest.media:
            self._compare(member)

    def _compare(self, member: Member) -> None:
        name = member.name.removeprefix(MEDIA)
        path = self._root / name
        for parent in [path, *path.parents][: name.count("/") + 1]:
            if parent.is_symlink():
                raise BackupError(f"{printable(str(parent))} is a link. Delete it.")
        if path.is_dir() or any(
            parent.exists() and not parent.is_dir() for parent in path.parents
        ):
            raise BackupError(f"{printable(str(path))} can't be a file: a folder is in the way.")
        if not path.exists():
            self._missing.append(name)
        elif path.stat().st_size != member.size or digest(path) != member.sha256:
            self._different.append(name)

    def refuse_different(self) -> None:
        """Raise `BackupError` if the folder has files of the same names with other contents."""
        if self._different:
            names = ", ".join(map(printable, self._different[:3]))
            more = len(self._different) - 3
            raise BackupError(
                f"{self._root} has other files of these names: {names}"
                f"{f' and {more} more' if more > 0 else ''}. Move them, or use --replace."
            )

    def needs(self, member: Member) -> bool:
        """Whether a file of the backup is not there already."""
        name = member.name.removeprefix(MEDIA)
        return name in self._missing or name in self._different

    def add_missing(self) -> None:
        """Move the files that did not exist to their places. Nothing refers to them yet."""
        for name in self._missing:
            self._move(name)

    def replace_different(self) -> None:
        """Replace the files with other contents, each in one step. Call it when the database that
        refers to them is restored."""
        for name in self._different:
            self._move(name)

    def remove_added(self) -> None:
        """Undo `add_missing`."""
        for path in reversed(self._added):
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink(missing_ok=True)

    def _move(self, name: str) -> None:
        target = self._root / name
        for parent in reversed(target.relative_to(self._root).parents):
            folder = self._root / parent
            if not folder.exists():
                folder.mkdir()
                self._added.append(folder)
        os.replace(self._staged / name, target)
        self._added.append(target)
