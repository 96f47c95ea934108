"""Comments that turn rules off for lines of a document: ``<!-- diwan-lint-disable orphan -->``.

In Markdown, they are comments of HTML or of Obsidian (``%%…%%``), in front matter those of YAML.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from articles.text.offsets import Lines

HINT = "diwan-lint-"
COMMENT = re.compile(
    r"(?P<open><!--|%%|#)[ \t]*diwan-lint-(?P<action>disable-file|disable-next-line|disable-line"
    r"|disable|enable)(?![\w-])(?P<rules>[^\r\n]*?)(?:-->|%%|$)",
    re.MULTILINE,
)
# What follows it is the reason.
REASON = re.compile(r"\s--\s")
ALL = "*"
NO_END = 1 << 60


@dataclass(frozen=True)
class Suppressions:
    """Ranges of lines, both ends included, by rule; ``*`` stands for all rules."""

    ranges: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

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
    for match in COMMENT.finditer(text):
        line, _column = lines.position(match.start())
        before = bisect_right(code, (match.start(), len(text)))
        is_code = before > 0 and match.start() < code[before - 1][1]
        if is_code or (match["open"] == "#") != (line < body_line):
            continue
        for rule in _rules(match["rules"]):
            _read(match["action"], rule, first_line + line - 1, ranges, opened)
    for rule, line in opened.items():
        ranges.setdefault(rule, []).append((line, NO_END))
    return Suppressions(ranges)


def _rules(text: str) -> list[str]:
    return re.findall(r"[\w-]+", REASON.split(text)[0]) or [ALL]


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
