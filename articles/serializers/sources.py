"""Where the records of a fixture come from, and what is wrong with them."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.core.management.base import CommandError
from django.core.serializers.base import DeserializationError

from articles.files import printable

NULL = "is null. Leave it out, or give it a value."
# Faults of one load. The next one ends it.
MAX_FAULTS = 100


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field of a file, and what would be right.

    Lines and columns count from 1; 0 is one that is not known. `record` tells records on one line
    apart.
    """

    file: str
    line: int
    field: str
    message: str
    column: int = 0
    record: str = ""

    def __str__(self) -> str:
        """Return it in one line, as compilers do: ``file:line: field: message``."""
        return printable(": ".join(filter(None, (self.location, self.field, self.message))))

    @property
    def location(self) -> str:
        """File, line and column, as far as they are known, and the record."""
        numbers = [str(number) for number in (self.line, self.column) if number]
        return ": ".join(filter(None, (":".join([self.file, *numbers]), self.record)))


class FixtureError(CommandError, DeserializationError):
    """The `faults` of a fixture, one a line. `loaddata` prints them without a traceback.

    `summary` is a last line.
    """

    def __init__(self, *faults: Fault, summary: str = "") -> None:
        super().__init__("\n".join([*map(str, faults), *filter(None, [summary])]))
        self.faults = faults
        self.summary = summary

    @classmethod
    def of(cls, message: str) -> "FixtureError":
        """Return an error without a file."""
        return cls(Fault("", 0, "", message))


class Faults:
    """Collects the faults of one load, whatever the order in which they are detected."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        # The files of the load, in their order.
        self._files: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self._faults)

    def add_file(self, file: str) -> None:
        """Let the faults of `file` follow those of the files that were added before."""
        self._files.setdefault(file, len(self._files))

    def add(self, faults: Iterable[Fault]) -> None:
        """Add faults. Raises `FixtureError` if these are more than `MAX_FAULTS`."""
        for fault in faults:
            self.add_file(fault.file)
            if fault not in self._faults:
                self._faults.append(fault)
            if len(self._faults) > MAX_FAULTS:
                raise self._error(self._faults[:MAX_FAULTS], f"{MAX_FAULTS} faults and more.")

    def raise_all(self) -> None:
        """Raise `FixtureError` if there are any."""
        if count := len(self._faults):
            raise self._error(self._faults, "1 fault." if count == 1 else f"{count} faults.")

    def _error(self, faults: Sequence[Fault], count: str) -> FixtureError:
        return FixtureError(*sorted(faults, key=self._position), summary=f"{count} {NOTHING}")

    def _position(self, fault: Fault) -> tuple[int, int, int]:
        return self._files[fault.file], fault.line, fault.column


NOTHING = "Nothing was loaded."


def displayed_path(path: str | Path) -> str:
    """Return a path as messages display it: relative to the current folder, if it is in there."""
    return os.path.normpath(path).removeprefix(os.path.join(os.getcwd(), ""))


class RecordSource(Protocol):
    """The source of one record, for error messages and for what the record leaves out."""

    @property
    def file(self) -> str: ...

    @property
    def location(self) -> str:
        """File and line of the record."""
        ...

    @property
    def faults(self) -> Sequence[Fault]:
        """What is wrong with the text of the record. These fields have another value."""
        ...

    @property
    def complete(self) -> bool:
        """Whether all fields are known: not after an error in the syntax of a document."""
        ...

    @property
    def omitted(self) -> frozenset[str]:
        """The fields that keep their stored values, such as ``created`` and ``former``, and
        ``slug`` if the record is identified by its title."""
        ...

    @property
    def tags(self) -> list[str] | None:
        """All tags of the article, or None if they are in records of their own."""
        ...

    def has_primary_key(self, field: str) -> bool:
        """Whether `field`, ``pk`` or a foreign key, has a primary key, not a natural one."""
        ...

    def fault(self, field: str, problem: str) -> Fault:
        """Return the fault that `field` has this problem, with file and line of the field."""
        ...


class UnknownSource:
    """The source of a record without a known position in a file."""

    file = ""
    location = "another record"
    faults = ()
    complete = True
    # Whether it has former names is not known. Stored ones stay, so that links keep working, and
    # hidden synonyms stay hidden.
    omitted = frozenset(("former", "hidden"))
    tags = None

    def has_primary_key(self, field: str) -> bool:
        return False

    def fault(self, field: str, problem: str) -> Fault:
        return Fault("", 0, field, problem)
