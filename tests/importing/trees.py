"""Small trees of files, and importing them."""

from pathlib import Path

from articles.importing.imports import import_documents
from articles.importing.options import ImportOptions
from articles.importing.reports import ImportReport
from articles.importing.trees import open_tree


def write_tree(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below `folder`, and return it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def run_import(path: Path, **options: object) -> ImportReport:
    with open_tree(path) as tree:
        return import_documents(tree, ImportOptions(**options))
