"""Static files with a hash of their content in their names, ES modules included."""

import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

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

    def _bundle(self, name: str, paths: dict[str, Any]) -> None:
        folder = name.rpartition("/")[0]
        text = _read(paths, name)
        bundled = IMPORT.sub(lambda match: _read(paths, f"{folder}/{match['name']}"), text)
        if bundled != text:
            self.delete(name)
            self._save(name, ContentFile(bundled.encode()))
            paths[name] = (self, name)


def _read(paths: dict[str, Any], name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read(), "utf-8")
