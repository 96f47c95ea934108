"""The paths that a user names → the files to lint, and what belongs to them."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from articles import files
from articles.linting.findings import LintError
from articles.linting.runner import LintItem

MARKDOWN = (".md", ".markdown")
TAGS = "tags.json"
MEDIA = "media"


@dataclass
class LintPaths:
    """The files of a run in order, the file of tags, and what could not be listed."""

    items: list[LintItem] = field(default_factory=list)
    tags: LintItem | None = None
    problems: list[str] = field(default_factory=list)
    _paths: set[str] = field(default_factory=set)

    def add(self, path: Path, exclude: Sequence[str], *, is_context: bool = False) -> None:
        """Add a file, or the Markdown files of a folder. A file of JSON is that of the tags.

        Raises `LintError` if there is nothing at the path: a misspelt one is not clean.
        """
        if path.is_dir():
            self._add_folder(path, exclude, is_context=is_context)
        elif path.suffix.lower() == ".json" and path.is_file():
            self.tags = _item(path)
        elif path.is_file():
            self._append(_item(path, is_context=is_context))
        elif os.path.lexists(path):
            raise LintError(f"{files.printable(str(path))}: it is no regular file.")
        else:
            raise LintError(f"{files.printable(str(path))}: there is no such file or folder.")

    def _add_folder(self, path: Path, exclude: Sequence[str], *, is_context: bool) -> None:
        try:
            listing = files.walk(path)
        except files.FileError as error:
            raise LintError(str(error)) from error
        self.problems += [f"{path}/{error}" for error in listing.problems]
        entries = [entry for entry in listing.files if entry.name.lower().endswith(MARKDOWN)]
        if not (entries or is_context or listing.problems):
            raise LintError(f"{files.printable(str(path))}: there is no Markdown file in it.")
        for entry in entries:
            if not any(fnmatch(entry.name, pattern) for pattern in exclude):
                name = str(path / entry.name)
                self._append(LintItem(name, entry, is_context=is_context))

    def _append(self, item: LintItem) -> None:
        real = os.path.realpath(item.entry.path) if item.entry else item.name
        if real not in self._paths:
            self._paths.add(real)
            self.items.append(item)


def _item(path: Path, *, is_context: bool = False) -> LintItem:
    try:
        real = Path(os.path.realpath(path))
        entry = files.FileEntry(str(path), real, real.stat().st_size)
    except OSError as error:
        raise LintError(f"{files.printable(str(path))}: {files.reason(error)}") from error
    return LintItem(str(path), entry, is_context=is_context)


def collect(
    paths: Iterable[Path], context: Iterable[Path], exclude: Sequence[str], tags: str
) -> LintPaths:
    """Return the files at `paths`, and those of `context`, which are read for their names only.

    The file of tags is `tags`, or else the nearest ``tags.json`` in or above the first path.
    Raises `LintError`.
    """
    collected = LintPaths()
    listed = list(paths)
    for path in listed:
        collected.add(path, exclude)
    for path in context:
        collected.add(path, exclude, is_context=True)
    if tags:
        collected.tags = _item(Path(tags))
    elif not collected.tags:
        near = (folder / TAGS for path in listed for folder in _folders(path))
        collected.tags = next((_item(file) for file in near if file.is_file()), None)
    return collected


def media_folders(paths: Iterable[Path], configured: Iterable[str], root: str) -> tuple[str, ...]:
    """Return the folders in which images may be: the `configured` ones, or else the media folder
    of the site and those near the paths, as an export writes them. Raises `LintError`."""
    if configured := tuple(configured):
        for name in configured:
            if not Path(name).is_dir():
                raise LintError(f"{files.printable(name)}: there is no such folder of images.")
        return configured
    near = (folder / MEDIA for path in paths for folder in _folders(path))
    return tuple(dict.fromkeys([root, *(str(folder) for folder in near if folder.is_dir())]))


def _folders(path: Path) -> list[Path]:
    folder = path if path.is_dir() else path.parent
    return [folder, folder.absolute().parent]
