"""The formats that can be imported: how each is recognised and read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from articles.importing.documents import ReadDocument
from articles.importing.options import ImportOptions
from articles.importing.trees import SourceTree
from articles.models import Status
from articles.workers import Workers

Reader = Callable[[SourceTree, ImportOptions, Workers], Iterator[ReadDocument]]
Detect = Callable[[SourceTree], bool]


@dataclass(frozen=True)
class Format:
    """A format of other systems.

    `read` yields the documents of a tree in a fixed order; it raises `files.FileError` only if
    the whole source is useless. The workers may parse documents. `detect` says whether a tree is
    in this format, without reading more than a few of its files. `default_status` is the status of
    documents that have none: published where the other system would show them to everyone, else
    draft.
    """

    name: str
    # As users know it, such as "Obsidian vault".
    label: str
    detect: Detect
    read: Reader
    default_status: str = Status.DRAFT


class UnknownFormat(Exception):
    """No format was recognised, or there is none with a name."""
