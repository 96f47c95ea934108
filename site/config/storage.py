"""Static files with a hash of their content in their names, ES modules included."""

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

# The manifest before the present one: processes of the previous version may still run.
PREVIOUS_MANIFEST = "staticfiles.previous.json"
# What whitenoise adds to the names of compressed files.
COMPRESSED = ("", ".gz", ".br")
SECONDS_PER_DAY = 86_400
IMPORT = re.compile(r'^@import url\("(?P<name>[\w-]+\.css)"\);\n', re.MULTILINE)


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Style sheets that import others are bundled with them, so that a page needs one request."""

    support_js_module_import_aggregation = True

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        if not dry_run:
            for name in filter(lambda name: name.endswith(".css"), list(paths)):
                self._bundle(name, paths)
        yield from super().post_process(paths, dry_run, **options)

    def save_manifest(self) -> None:
        """Keep the manifest of another version as the previous one, and let the time of its files
        be that at which they were replaced."""
        current = self.read_manifest()
        if current and json.loads(current)["paths"] != self.hashed_files:
            self.manifest_storage.delete(PREVIOUS_MANIFEST)
            self.manifest_storage._save(PREVIOUS_MANIFEST, ContentFile(current.encode()))
            for name in _names(current):
                with suppress(FileNotFoundError):
                    os.utime(self.path(name))
        super().save_manifest()

    def prune(self, days: int) -> int:
        """Delete the files that neither the present nor the previous version has, and that were
        replaced more than `days` ago. Return their number. There has to be a manifest."""
        root = Path(self.location)
        used = _names(self.read_manifest()) | _names(self._previous_manifest())
        oldest = time.time() - days * SECONDS_PER_DAY
        old = [
            path
            for path in root.rglob("*")
            if path.is_file()
            and path.relative_to(root).as_posix() not in used
            and path.stat().st_mtime < oldest
        ]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _previous_manifest(self) -> str:
        if not self.manifest_storage.exists(PREVIOUS_MANIFEST):
            return '{"paths": {}}'
        with self.manifest_storage.open(PREVIOUS_MANIFEST) as file:
            return str(file.read(), "utf-8")

    def _bundle(self, name: str, paths: dict[str, Any]) -> None:
        folder = name.rpartition("/")[0]
        text = _read(paths, name)
        bundled = IMPORT.sub(lambda match: _read(paths, f"{folder}/{match['name']}"), text)
        if bundled != text:
            self.delete(name)
            self._save(name, ContentFile(bundled.encode()))
            paths[name] = (self, name)


def _names(manifest: str) -> set[str]:
    """Return the names of a version's files, the compressed ones and the manifests included."""
    paths = json.loads(manifest)["paths"]
    names = {f"{name}{suffix}" for name in (*paths, *paths.values()) for suffix in COMPRESSED}
    return names | {HashedStaticFiles.manifest_name, PREVIOUS_MANIFEST}


def _read(paths: dict[str, Any], name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read(), "utf-8")
