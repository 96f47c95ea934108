"""The media of a folder → the media folder of the site."""

from pathlib import Path

from django.conf import settings

from articles import files
from articles.files import FileError, printable
from articles.models import SyncedFile
from articles.syncing.layout import MEDIA
from articles.syncing.media import stored_media
from articles.syncing.strategy import Strategy
from articles.syncing.tree import Tree


class MediaChanges:
    """The media files that a sync adds or replaces. None is deleted: other sites, and texts of
    earlier revisions, may use it."""

    def __init__(self, tree: Tree, rows: dict[str, SyncedFile], strategy: Strategy | None) -> None:
        self._tree = tree
        self._strategy = strategy
        self._written: list[str] = []
        self.refusals: list[str] = []
        self.rows: dict[str, SyncedFile] = {}
        for name in sorted(tree.media):
            self._compare(name, rows.get(name))

    @property
    def is_equal(self) -> bool:
        return not (self._written or self.refusals or self.rows)

    @property
    def lines(self) -> list[str]:
        return [f"changed  {printable(name)}" for name in self._written]

    def _compare(self, name: str, row: SyncedFile | None) -> None:
        digest = self._tree.media[name]
        target = stored_media(self._path(name))
        stored = files.digest(target) if target else ""
        is_file_changed = not (row and row.digest == digest)
        is_site_changed = bool(stored) and not (row and row.stamp == stored)
        is_edited = is_site_changed or bool(stored and row and row.is_behind)
        if stored == digest:
            self._remember(name, row, stored)
        elif stored and not is_site_changed and not is_file_changed:
            pass  # As the last export or sync left them.
        elif not is_edited or self._strategy == Strategy.THEIRS:
            self._write(name, row)
        elif self._strategy == Strategy.OURS or (self._strategy and not is_file_changed):
            # The next version of the file would overwrite what the site has.
            self._remember(name, row, stored, is_behind=True)
        else:
            self.refusals.append(f"{printable(name)}: the site has another file.")

    def _path(self, name: str) -> str:
        """Return the path of a file within the media folder, as documents name it."""
        return files.exact_name(self._tree.entry(name), self._tree.folder).removeprefix(MEDIA)

    def _write(self, name: str, row: SyncedFile | None) -> None:
        self._written.append(name)
        self._remember(name, row, self._tree.media[name])

    def _remember(
        self, name: str, row: SyncedFile | None, stamp: str, *, is_behind: bool = False
    ) -> None:
        values = {"digest": self._tree.media[name], "stamp": stamp, "is_behind": is_behind}
        if not (row and values.items() <= vars(row).items()):
            exported = bool(row and row.exported)
            self.rows[name] = SyncedFile(name=name, exported=exported, **values)

    def write(self) -> None:
        """Write the files. Raises `FileError`."""
        for name in self._written:
            path = self._path(name)
            target = stored_media(path) or Path(settings.MEDIA_ROOT) / path
            try:
                files.copy_if_changed(self._tree.entry(name).path, target)
            except FileError as error:
                raise FileError(name, f"it can't be copied to MEDIA_ROOT: {error}") from error
