"""The table ``[tool.diwan.lint]`` of ``pyproject.toml`` → a configuration.

Each rule is a key with its level. Unknown keys and wrong values are refused.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from articles import files
from articles.linting.findings import LintError
from articles.linting.lint_rules import BY_NAME, Level
from articles.linting.options import (
    DEFAULT_LEVELS,
    MAX_TITLE_LENGTH,
    change_levels,
    check_rule,
    parse_level,
    suggestion,
)

FILE = "pyproject.toml"
STRINGS = ("baseline", "tags")
LISTS = ("context", "exclude", "ignore", "media", "select")
NUMBERS = ("max-title-length", "max-warnings")


@dataclass(frozen=True)
class Configuration:
    """Paths are relative to the current folder. `exclude` are patterns of names within folders."""

    levels: dict[str, Level] = field(default_factory=lambda: dict(DEFAULT_LEVELS))
    baseline: str = ""
    tags: str = ""
    context: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    max_title_length: int = MAX_TITLE_LENGTH
    max_warnings: int | None = None


def find_configuration(paths: Iterable[Path], folder: Path) -> Configuration:
    """Read the table of the nearest file that has it: in the folder of the first of `paths`, or
    one above it; without paths, in `folder` or above. Otherwise, return the defaults. Raises
    `LintError`.
    """
    start = next(iter(paths), folder).absolute()
    for parent in (start, *start.parents):
        if (parent / FILE).is_file() and (table := _table(parent / FILE)) is not None:
            return _configuration(parent / FILE, table)
    return Configuration()


def read_configuration(path: Path) -> Configuration:
    """Read a file that a user names. Raises `LintError`, also if it has no such table."""
    table = _table(path)
    if table is None:
        raise LintError(f"{path}: there is no table [tool.diwan.lint].")
    return _configuration(path, table)


def _table(path: Path) -> dict[str, Any] | None:
    try:
        data: Any = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise LintError(f"{path}: {files.reason(error)}") from error
    except (ValueError, RecursionError) as error:
        raise LintError(f"{path}: this is not TOML: {error}") from error
    for key in ("tool", "diwan", "lint"):
        data = data.get(key) if isinstance(data, dict) else None
    if data is not None and not isinstance(data, dict):
        raise LintError(f"{path}: tool.diwan.lint is not a table.")
    return data


def _configuration(path: Path, table: dict[str, Any]) -> Configuration:
    try:
        rules = table.get("rules", {})
        if not isinstance(rules, dict):
            raise LintError("rules: write a table of rules and levels.")
        values = {key: value for key, value in table.items() if key != "rules"}
        levels = dict(DEFAULT_LEVELS)
        for key, value in {**values, **rules}.items():
            if key in BY_NAME or key in rules:
                levels[check_rule(key)] = parse_level(key, value)
        options = {key: value for key, value in values.items() if key not in BY_NAME}
        return _with_options(levels, options, path.parent)
    except LintError as error:
        raise LintError(f"{path}: [tool.diwan.lint]: {error}") from error


def _with_options(
    levels: dict[str, Level], options: dict[str, Any], folder: Path
) -> Configuration:
    for key, value in options.items():
        _check_option(key, value)
    levels = change_levels(levels, options.get("select", ()), options.get("ignore", ()), ())
    changes: dict[str, Any] = {}
    for key in (*STRINGS, "context", "media"):
        if value := options.get(key):
            is_list = key in LISTS
            paths = tuple(str(folder / item) for item in (value if is_list else [value]))
            changes[key] = paths if is_list else paths[0]
    changes |= {key.replace("-", "_"): options[key] for key in NUMBERS if key in options}
    return Configuration(levels, exclude=tuple(options.get("exclude", ())), **changes)


def _check_option(key: str, value: Any) -> None:
    """Raise `LintError` for an unknown key or a value of another type."""
    if key in STRINGS:
        expected, is_valid = "a string", isinstance(value, str)
    elif key in LISTS:
        expected = "a list of strings"
        is_valid = isinstance(value, list) and all(isinstance(item, str) for item in value)
    elif key in NUMBERS:
        expected = "a number, 0 or more"
        is_valid = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    else:
        allowed = (*BY_NAME, *STRINGS, *LISTS, *NUMBERS)
        raise LintError(f"“{key}” is neither a rule nor an option. {suggestion(key, allowed)}")
    if not is_valid:
        raise LintError(f"{key}: {value!r} is not {expected}.")
