"""What the linter reports."""

from dataclasses import dataclass

from articles.linting.lint_rules import Level

Position = tuple[int, int]


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Characters of a file, from `start` to `end`, and what to write in their place. Line ends
    count as one character, as in the text that is linted. The positions are line and column."""

    start: int
    end: int
    text: str
    first: Position = (0, 0)
    last: Position = (0, 0)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What a rule found, and where: lines and columns count from 1, columns in characters; the
    end is behind the last character. `source` is the text there, empty for a whole article.

    `edits` is the fix, if it is certain.
    """

    file: str
    line: int
    column: int
    rule: str
    message: str
    level: Level
    end_line: int
    end_column: int
    source: str = ""
    edits: tuple[Edit, ...] = ()


class LintError(Exception):
    """The linter can't run: a wrong option, a wrong configuration, or a path without files."""
