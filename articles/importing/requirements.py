"""Optional packages and programs of the import, which only some formats need."""

from importlib import import_module
from typing import Any


class MissingRequirement(Exception):
    """A format can't be read, because a package or a program for it is not installed."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def optional_module(name: str, reads: str) -> Any:
    """Return a module of an optional package; `reads` is what can't be read without it.

    Raises `MissingRequirement`, which says how to get it.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingRequirement(
            f"{reads} can be imported with the package {name}, which is not installed:"
            " pip install -r requirements-import.txt"
        ) from error
