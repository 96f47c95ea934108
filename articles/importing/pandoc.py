"""Word, OpenDocument and HTML files → documents, by the program pandoc where it is installed.

pandoc runs as a process of its own, without a shell, with limits of time and memory, and in its
sandbox: it reads the document, our template and filter, but no other file and no URL. It writes
pictures into a temporary folder, which is read like any folder of others.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from django.utils.translation import gettext as _

from articles.files import FileEntry, FileError, read, walk
from articles.importing.documents import Problem, ReadDocument, SkippedDocument, SourceDocument
from articles.importing.html_text import dropped_elements
from articles.importing.markdown_files import title_of
from articles.importing.options import ImportOptions
from articles.importing.trees import SourceTree, extension, with_extension

# Extensions → the names of formats for pandoc.
FORMATS = {
    ".docx": "docx",
    ".odt": "odt",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
FOLDER = Path(__file__).parent
OPTIONS = (
    "--sandbox",
    "--wrap=none",
    "--to=gfm+footnotes+tex_math_dollars",
    "--extract-media=media",
    f"--template={FOLDER / 'pandoc.template'}",
    f"--lua-filter={FOLDER / 'pandoc.lua'}",
)
# Seconds for one document, and the heap of the process, as pandoc's manual has it for documents
# of others.
TIME_LIMIT = 60
HEAP_LIMIT = ("+RTS", "-M1G", "-RTS")
# Bytes of a document, and of what pandoc makes of it.
MAX_DOCUMENT = 50_000_000
MAX_MARKDOWN = 20_000_000
INSTALL = (
    "Word, OpenDocument and HTML files are read by pandoc 2.15 or newer, which is not installed."
    " Get it by “apt install pandoc” or from https://pandoc.org/installing.html"
)
ESCAPE = re.compile(r"\\([^\w\s])")
# Lines of the template before the body.
METADATA_LINES = 3


class PandocError(Exception):
    """A document that pandoc can't read, and why."""


class Converted(NamedTuple):
    """A document as Markdown, its metadata, and the pictures in it by the path in the text."""

    title: str
    author: str
    language: str
    markdown: str
    pictures: dict[str, bytes]


def has_documents(tree: SourceTree) -> bool:
    return any(with_extension(tree, *FORMATS))


def read_with_pandoc(tree: SourceTree, options: ImportOptions) -> Iterator[ReadDocument]:
    """Yield the documents of a source. Raises `FileError` if pandoc is not installed."""
    program = shutil.which("pandoc")
    if not program:
        raise FileError(tree.name, INSTALL)
    for path in with_extension(tree, *FORMATS):
        try:
            content = tree.read(path, MAX_DOCUMENT)
            converted = convert(program, content, FORMATS[extension(path)])
        except FileError as error:
            yield SkippedDocument(Problem(path, 0, error.problem))
        except PandocError as error:
            yield SkippedDocument(Problem(path, 0, str(error)))
        else:
            yield _document(path, content, converted)


def _document(path: str, content: bytes, converted: Converted) -> SourceDocument:
    is_html = FORMATS[extension(path)] == "html"
    dropped = dropped_elements(content.decode(errors="replace")) if is_html else ()
    message = _("Element %(name)s is left out.")
    title, body = converted.title, converted.markdown
    if not title:
        title, body, _lines = title_of(body, path, is_site=False)
    return SourceDocument(
        path=path,
        body=body,
        # Lines of Markdown are none of the file.
        line_numbers=(0,),
        title=title,
        author=converted.author,
        language=converted.language,
        attachments=converted.pictures,
        problems=tuple(
            Problem(path, part.line + 1, message % {"name": f"<{part.name}>"}) for part in dropped
        ),
    )


def convert(program: str, content: bytes, source_format: str) -> Converted:
    """Run pandoc on the content of a document. Raises `PandocError` and `FileError`."""
    with TemporaryDirectory(prefix="diwan-import-") as folder:
        name = f"document.{source_format}"
        Path(folder, name).write_bytes(content)
        output = Path(folder, "output.md")
        command = [program, *HEAP_LIMIT, *OPTIONS, f"--data-dir={folder}"]
        _run([*command, f"--from={source_format}", f"--output={output}", name], folder)
        if not output.is_file():
            raise PandocError(_("pandoc has made nothing of it."))
        if output.stat().st_size > MAX_MARKDOWN:
            raise PandocError(
                _("It becomes more than %(limit)s bytes of Markdown.")
                % {"limit": f"{MAX_MARKDOWN:,}"}
            )
        text = output.read_text(errors="replace")
        pictures = {
            f"media/{entry.name}": read(entry) for entry in _pictures(Path(folder, "media"))
        }
    return _parse(text, pictures)


def _pictures(folder: Path) -> list[FileEntry]:
    return walk(folder).files if folder.is_dir() else []


def _run(command: list[str], folder: str) -> None:
    """Run pandoc. The environment has no secrets of the site."""
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": folder, "LANG": "C.UTF-8"}
    try:
        result = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PandocError(
            _("pandoc takes more than %(limit)d seconds.") % {"limit": TIME_LIMIT}
        ) from error
    except OSError as error:
        raise PandocError(f"pandoc can't be run: {error.strerror}.") from error
    if result.returncode:
        raise PandocError(f"pandoc can't read it: {_reason(result.stderr)}")


def _reason(stderr: bytes) -> str:
    """Return what pandoc says about a failure, on one line."""
    lines = stderr.decode(errors="replace").splitlines()
    text = " ".join(line.strip() for line in lines if not line.startswith("[WARNING]"))
    return text[:300] or "it does not say why."


def _parse(text: str, pictures: dict[str, bytes]) -> Converted:
    """Read the output of our template: three lines of metadata, then the body."""
    *metadata, body = (
        text.split("\n", METADATA_LINES)
        if text.count("\n") >= METADATA_LINES
        else ["", "", "", text]
    )
    title, author, language = (ESCAPE.sub(r"\1", value).strip() for value in metadata)
    return Converted(title, author, language, f"{body.strip()}\n", pictures)
