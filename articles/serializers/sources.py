"""Where the records of a fixture come from, and what is wrong with one."""

from typing import Protocol

from django.core.management.base import CommandError
from django.core.serializers.base import DeserializationError


class FixtureError(CommandError, DeserializationError):
    """An error in a fixture, in one line. `loaddata` prints it without a traceback."""


class RecordSource(Protocol):
    """The source of one record, for error messages and for what the record leaves out."""

    @property
    def location(self) -> str:
        """File and line of the record."""
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

    def error(self, field: str, problem: str) -> FixtureError:
        """Return the error that `field` has this problem, with file and line of the field."""
        ...


class UnknownSource:
    """The source of a record without a known position in a file."""

    location = "another record"
    # Whether it has former names is not known. Stored ones stay, so that links keep working, and
    # hidden synonyms stay hidden.
    omitted = frozenset(("former", "hidden"))
    tags = None

    def has_primary_key(self, field: str) -> bool:
        return False

    def error(self, field: str, problem: str) -> FixtureError:
        return FixtureError(f"{field}: {problem}")
