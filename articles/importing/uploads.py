"""Uploads: imported in two steps, a dry run with a report, and the import once it is confirmed."""

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, TypeAlias
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from articles import files
from articles.importing.imports import import_documents
from articles.importing.options import ImportOptions
from articles.importing.reports import ImportReport, Outcome
from articles.importing.trees import open_tree
from articles.models import ImportUpload

AnyUpload: TypeAlias = "UploadedFile[Any]"

# Uploads of one user that are waiting for the confirmation. Older ones are deleted.
MAX_WAITING = 3
# The name of several files that were uploaded together.
SEVERAL_FILES = "upload.zip"


class TooManyDocuments(Exception):
    """An upload would change more articles than one request can undo."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def create_upload(
    uploaded: Sequence[AnyUpload], options: ImportOptions, user: Any, max_articles: int
) -> ImportUpload:
    """Store files, and what importing them would do.

    Raises `files.FileError` and `UnknownFormat` if they can't be read, and `TooManyDocuments`.
    """
    name, content = _as_one_file(uploaded)
    report = _run(name, content, replace(options, dry_run=True), user)
    count = report.outcomes[Outcome.IMPORTED] + report.outcomes[Outcome.UPDATED]
    if count > max_articles:
        raise TooManyDocuments(count)
    upload = ImportUpload.objects.create(
        user=user,
        name=name,
        content=content,
        options=asdict(options),
        report=report.as_json(),
    )
    _delete_old(user)
    return upload


def import_upload(pk: UUID, user: Any) -> ImportUpload:
    """Import an upload of `user`, or return it if that is done already.

    Raises `ImportUpload.DoesNotExist` if it has expired, and what `create_upload` raises.
    """
    with transaction.atomic():
        # The lock lets a second request wait for the first.
        upload = ImportUpload.objects.of_user(user).select_for_update().get(pk=pk)
        if upload.operation:
            return upload
        options = ImportOptions(**upload.options)
        report = _run(upload.name, bytes(upload.content), options, user)
        upload.report, upload.operation, upload.content = report.as_json(), report.operation, b""
        upload.save()
    return upload


def delete_upload(pk: UUID, user: Any) -> None:
    """Delete an upload of `user` that is not imported, if it still exists."""
    ImportUpload.objects.of_user(user).filter(pk=pk, operation=None).delete()


def _delete_old(user: Any) -> None:
    """Delete what has expired, and all but the newest uploads of a user."""
    ImportUpload.objects.expired().delete()
    waiting = ImportUpload.objects.of_user(user).filter(operation=None)
    old = list(waiting.values_list("pk", flat=True)[MAX_WAITING:])
    ImportUpload.objects.filter(pk__in=old).delete()


def _run(name: str, content: bytes, options: ImportOptions, user: Any) -> ImportReport:
    """Import a file from a folder that only this process may read."""
    with TemporaryDirectory(prefix="diwan-upload-") as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        try:
            with open_tree(path) as tree:
                return import_documents(tree, options, user=user)
        except files.FileError as error:
            # The user knows nothing of our folder.
            path_in_upload = error.path.replace(f"{folder}/", "")
            raise files.FileError(path_in_upload, error.problem) from error


def _as_one_file(uploaded: Sequence[AnyUpload]) -> tuple[str, bytes]:
    if len(uploaded) == 1:
        return _safe_name(uploaded[0]), uploaded[0].read()
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        for name, file in _unique_names(uploaded):
            target.writestr(name, file.read())
    return SEVERAL_FILES, archive.getvalue()


def _unique_names(uploaded: Iterable[AnyUpload]) -> Iterable[tuple[str, IO[bytes]]]:
    """Yield files with their names, of which each is used once."""
    names: set[str] = set()
    for file in uploaded:
        name = _safe_name(file)
        if name in names:
            raise files.FileError(name, "there are two files with this name. Upload a zip.")
        names.add(name)
        yield name, file


def _safe_name(file: AnyUpload) -> str:
    """Return the name of an uploaded file: Django has taken its folder away."""
    name = (file.name or "").lstrip(".")
    return name or "upload"
