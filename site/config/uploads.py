"""The handler of uploaded files: no form of the site has a field for files, but that of the import
in the admin, which replaces this handler."""

from typing import Any, NoReturn

from django.core.exceptions import BadRequest
from django.core.files.uploadhandler import FileUploadHandler


class RefuseFiles(FileUploadHandler):
    """Refuse a request with a file before the file is read. Django would store it on disk."""

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise BadRequest("This site accepts no files.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never called, because `new_file` raises."""

    def file_complete(self, file_size: int) -> None:
        """Never called either."""
