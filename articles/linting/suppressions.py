"""Comments that turn rules off for lines of a document: ``<!-- diwan-lint-disable orphan -->``.

In Markdown, they are comments of HTML or of Obsidian (``%%…%%``), in front matter those of YAML.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from articles.linting.lint_rules import BY_NAME
from articles.linting.options import suggestion
from articles.text.offsets import Lines

HINT = "diwan-lint-"
ACTIONS = ("disable", "disable-file", "disable-line", "disable-next-line", "enable")
COMMENT = re.compile(
    r"(?P<open><!--|%%|#)[ \t]*diwan-lint-(?P<action>[\w-]*\w)(?P<rules>[^\r\n]*?)(?:-->|%%|$)",
    re.MULTILINE,
)
RULE = re.compile(r"[\w-]*\w")
# What follows it is the reason.
REASON = re.compile(r"\s--\s")
ALL = "*"
NO_END = 1 << 60


class Mistake(NamedTuple):
    """Characters of a document, from `start` to `end`, that name no rule, and a message."""

    start: int
    end: int
    message: str


@dataclass(frozen=True)
class Suppressions:
    """Ranges of lines, both ends included, by rule; ``*`` stands for all rules. `mistakes` are
    the parts of comments that have no effect."""

    ranges: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def apply_to(self, rule: str, line: int) -> bool:
        """Return whether findings of `rule` on a line of the file are not reported."""
        ranges = (*self.ranges.get(rule, ()), *self.ranges.get(ALL, ()))
        return any(first <= line <= last for first, last in ranges)


NONE = Suppressions()


def parse_suppressions(
    text: str, body_line: int, first_line: int, code: Sequence[tuple[int, int]]
) -> Suppressions:
    """Read the comments of a document, which begins on `first_line` of its file, and whose body
    begins on line `body_line` of the document. Those in `code`, ranges in order, are none."""
    lines = Lines(text)
    ranges: dict[str, list[tuple[int, int]]] = {}
    opened: dict[str, int] = {}
    mistakes: list[Mistake] = []
    for match in COMMENT.finditer(text):
        line, _column = lines.position(match.start())
        before = bisect_right(code, (match.start(), len(text)))
        is_code = before > 0 and match.start() < code[before - 1][1]
        if is_code or (match["open"] == "#") != (line < body_line):
            continue
        mistakes += _mistakes(match)
        for rule in _rules(match["rules"]) if match["action"] in ACTIONS else ():
            _read(match["action"], rule, first_line + line - 1, ranges, opened)
    for rule, line in opened.items():
        ranges.setdefault(rule, []).append((line, NO_END))
    return Suppressions(ranges, mistakes)


def _mistakes(comment: re.Match[str]) -> Iterator[Mistake]:
    """Yield what names no rule in a comment, or the whole action if it is unknown."""
    action = comment["action"]
    if action not in ACTIONS:
        allowed = ", ".join(f"{HINT}{name}" for name in ACTIONS)
        message = f"“{HINT}{action}” has no effect. Allowed are {allowed}."
        yield Mistake(comment.start("action") - len(HINT), comment.end("action"), message)
        return
    start, text = comment.start("rules"), REASON.split(comment["rules"])[0]
    for match in RULE.finditer(text):
        if match[0] not in BY_NAME:
            message = f"“{match[0]}” is not a rule. {suggestion(match[0], BY_NAME)}"
            yield Mistake(start + match.start(), start + match.end(), message)


def _rules(text: str) -> list[str]:
    return RULE.findall(REASON.split(text)[0]) or [ALL]


def _read(
    action: str,
    rule: str,
    line: int,
    ranges: dict[str, list[tuple[int, int]]],
    opened: dict[str, int],
) -> None:
    if action == "disable":
        opened.setdefault(rule, line)
    elif action == "enable":
        for name in list(opened) if rule == ALL else [rule]:
            if name in opened:
                ranges.setdefault(name, []).append((opened.pop(name), line))
    else:
        first = {"disable-file": 0, "disable-line": line}.get(action, line + 1)
        ranges.setdefault(rule, []).append((first, first or NO_END))
