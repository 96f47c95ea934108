"""The files of `make lock`: which packages, in which versions, with which hashes."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = {
    "site": ROOT / "requirements.txt",
    "import": ROOT / "requirements-import.txt",
    "sentry": ROOT / "requirements-sentry.txt",
    "dev": ROOT / "requirements-dev.txt",
    "tools": ROOT / "tests" / "tools" / "requirements.txt",
}


@dataclass(frozen=True)
class Pin:
    """A line of a file: a version of a package for some platforms, and the hashes of its files."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)


def pins(group: str) -> list[Pin]:
    """Return the packages that `make lock` has written for a group of pyproject.toml."""
    lines = LOCKS[group].read_text(encoding="utf-8").replace("\\\n", "").splitlines()
    return [_pin(line) for line in lines if not line.startswith("#")]


def _pin(line: str) -> Pin:
    requirement, *hashes = line.split(" --hash=")
    return Pin(Requirement(requirement), tuple(text.strip() for text in hashes))


def direct(group: str) -> Iterator[Requirement]:
    """Yield the packages that pyproject.toml names for a group."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for entry in project["dependency-groups"][group]:
        if isinstance(entry, str):
            yield Requirement(entry)
        else:
            yield from direct(entry["include-group"])
