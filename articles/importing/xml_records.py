"""Large XML files → their records, one at a time, in constant memory.

Parsed by expat. Documents with a document type declaration are refused, because entities are
declared there: without them, no small file can expand to a large one, and none can refer to other
files. Dumps of MediaWiki and exports of WordPress have none.
"""

import bz2
import gzip
import lzma
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any
from xml.parsers import expat

from articles import files
from articles.importing.trees import SourceTree, extension

CHUNK = 64 * 1024
# Bytes at the beginning of a file in which its root element begins.
ROOT_BYTES = 4_096
# Characters of the text of one element. What is beyond is left out, and the element says so.
MAX_TEXT = 8_000_000
# Bytes of one tag, which expat has to hold in memory as a whole.
MAX_TOKEN = 1_000_000
# Elements below one record, of those that are read.
MAX_ELEMENTS = 20_000
MAX_DEPTH = 50

# Bytes of a file within an archive.
MAX_ARCHIVED = 200_000_000

OPENERS: dict[str, Callable[[IO[bytes]], Any]] = {
    ".bz2": bz2.open,
    ".gz": gzip.open,
    ".xz": lzma.open,
}
COMPRESSION_ERRORS = (EOFError, lzma.LZMAError, gzip.BadGzipFile, OSError)


class XMLError(ValueError):
    """A file is not the XML that is expected, with the number of the line."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass
class Element:
    """An element with its text, without that of its children, and the line where it begins."""

    name: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list["Element"] = field(default_factory=list)
    is_truncated: bool = False

    def find(self, name: str) -> "Element | None":
        """Return the last child with that name: later ones replace earlier ones."""
        return next((child for child in reversed(self.children) if child.name == name), None)

    def value(self, name: str) -> str:
        """Return the text of the last child with that name, without spaces around it."""
        child = self.find(name)
        return child.text.strip() if child else ""


def is_xml(path: str) -> bool:
    """Return whether a file is XML by its name, perhaps compressed."""
    name = path.lower()
    return name.endswith((".xml", *(f".xml{extension}" for extension in OPENERS)))


@contextmanager
def open_xml(tree: SourceTree, path: str) -> Iterator[IO[bytes]]:
    """Open a file for `read_records`, which may be compressed by bzip2, gzip or xz.

    Raises `files.FileError`. Files within an archive are read as a whole.
    """
    with ExitStack() as stack:
        try:
            local = tree.local_path(path)
            raw: IO[bytes] = local.open("rb") if local else BytesIO(tree.read(path, MAX_ARCHIVED))
        except OSError as error:
            raise files.FileError(path, files.reason(error)) from error
        stream = stack.enter_context(raw)
        if opener := OPENERS.get(extension(path)):
            stream = stack.enter_context(opener(raw))
        yield stream


def read_root(stream: IO[bytes]) -> Element | None:
    """Return the root element of a file without its content, None if the file has none.

    Reads no more than the beginning of the file.
    """
    roots: list[Element] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: roots.append(
        Element(name, attributes, parser.CurrentLineNumber)
    )
    try:
        parser.Parse(stream.read(ROOT_BYTES), False)
    except (expat.ExpatError, LookupError, ValueError, *COMPRESSION_ERRORS):
        pass
    return roots[0] if roots else None


def find_xml(tree: SourceTree, is_root: Callable[[Element], bool]) -> str:
    """Return the path of the first XML file of a source whose root is accepted by `is_root`, or
    an empty string."""
    for path in filter(is_xml, tree.sizes):
        root = root_of(tree, path)
        if root and is_root(root):
            return path
    return ""


def root_of(tree: SourceTree, path: str) -> Element | None:
    """Return the root element of a file of a source, None if it can't be read or has none."""
    try:
        with open_xml(tree, path) as stream:
            return read_root(stream)
    except files.FileError:
        return None


def read_records(
    stream: IO[bytes], names: Collection[str], ignored: Collection[str] = ()
) -> Iterator[Element]:
    """Yield each element with one of `names`, wherever it is, with all that is in it.

    Names have the prefix that they have in the file. Elements that are `ignored` are not read. Of
    children with the same name, memory is only taken for the last one if they are named
    "revision": dumps may have the whole history of each page. Raises `XMLError`.
    """
    reader = RecordReader(names, ignored)
    while True:
        try:
            chunk = stream.read(CHUNK)
        except COMPRESSION_ERRORS as error:
            raise XMLError(f"The file can't be read: {error}.", reader.line) from error
        reader.feed(chunk)
        yield from reader.take()
        if not chunk:
            return


class RecordReader:
    """The handlers of an expat parser, which collect complete records."""

    def __init__(self, names: Collection[str], ignored: Collection[str]) -> None:
        self._names, self._ignored = frozenset(names), frozenset(ignored)
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._lengths: list[int] = []
        self._ignored_depth = self._count = self._fed = self._depth = 0
        self._complete: list[Element] = []
        parser = self._parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._add_text

    @property
    def line(self) -> int:
        return self._parser.CurrentLineNumber

    def feed(self, chunk: bytes) -> None:
        """Parse more of a document; an empty chunk is its end. Raises `XMLError`."""
        try:
            self._parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise XMLError(f"This is not well-formed XML: {reason}.", error.lineno) from error
        except (LookupError, ValueError) as error:
            if isinstance(error, XMLError):
                raise
            raise XMLError(f"The encoding of the file is unknown: {error}.", 1) from error
        self._fed += len(chunk)
        if chunk and self._fed - self._parser.CurrentByteIndex > MAX_TOKEN + CHUNK:
            raise XMLError(f"A tag has more than {MAX_TOKEN:,} bytes.", self.line)

    def take(self) -> list[Element]:
        """Return the records that are complete, and forget them."""
        complete, self._complete = self._complete, []
        return complete

    def _refuse_doctype(self, *_arguments: Any) -> None:
        text = "The file has a document type declaration (<!DOCTYPE …>), which is refused."
        raise XMLError(text, self.line)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise XMLError(f"Elements are nested more than {MAX_DEPTH} levels deep.", self.line)
        if self._ignored_depth or name in self._ignored:
            self._ignored_depth += 1
            return
        if not self._open and name not in self._names:
            return
        if not self._open:
            self._count = 0
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise XMLError(f"A record has more than {MAX_ELEMENTS:,} elements.", self.line)
        self._open.append(Element(name, attributes, self.line))
        self._texts.append([])
        self._lengths.append(0)

    def _add_text(self, text: str) -> None:
        if not self._open or self._ignored_depth:
            return
        rest = MAX_TEXT - self._lengths[-1]
        self._open[-1].is_truncated |= len(text) > rest
        self._texts[-1].append(text[:rest])
        self._lengths[-1] += len(text[:rest])

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._ignored_depth:
            self._ignored_depth -= 1
            return
        if not self._open:
            return
        element = self._open.pop()
        self._lengths.pop()
        element.text = "".join(self._texts.pop())
        if not self._open:
            self._complete.append(element)
            return
        siblings = self._open[-1].children
        if name == "revision":
            siblings[:] = [sibling for sibling in siblings if sibling.name != name]
            self._count = len(siblings)
        siblings.append(element)
