"""Findings with a fix → the file with the fixes made, and all other bytes as they were."""

import codecs
import difflib
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from articles.linting.findings import Edit, Finding

NO_NEWLINE = "\n\\ No newline at end of file\n"


def apply_fixes(content: bytes, findings: Iterable[Finding]) -> tuple[bytes, int]:
    """Return the content of a file with the fixes of `findings`, and the number of those made.

    Of fixes that overlap, the first is made; the next run makes the others. A file that is not
    UTF-8 has no fixes.
    """
    edits, count = _compatible(findings)
    if not edits:
        return content, 0
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    text = content[len(mark) :].decode()
    # Line ends of two characters count as one in edits.
    pairs = [match.start() - index for index, match in enumerate(re.finditer("\r\n", text))]
    line_end = "\r\n" if pairs else "\n"
    parts, position = [], 0
    for edit in edits:
        start, end = (offset + bisect_left(pairs, offset) for offset in (edit.start, edit.end))
        parts += [text[position:start], edit.text.replace("\n", line_end)]
        position = end
    return mark + "".join([*parts, text[position:]]).encode(), count


def _compatible(findings: Iterable[Finding]) -> tuple[list[Edit], int]:
    """Return the edits of the first findings that don't overlap, in order, and their number."""
    fixable = sorted((item for item in findings if item.edits), key=lambda item: item.edits)
    edits: list[Edit] = []
    count, end = 0, -1
    for finding in fixable:
        if finding.edits[0].start > end:
            edits += finding.edits
            count += 1
            end = max(edit.end for edit in finding.edits)
    return edits, count


def unified_diff(name: str, before: bytes, after: bytes) -> str:
    """Return what fixes would change in a file, in the format of ``diff -u``."""
    # Not `splitlines`, which ends lines at form feeds, too.
    old, new = (re.findall(r"[^\n]*\n|[^\n]+", text.decode()) for text in (before, after))
    diff = difflib.unified_diff(old, new, name, name)
    return "".join(line if line.endswith("\n") else f"{line}{NO_NEWLINE}" for line in diff)


def by_file(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Return findings with fixes by the file that they are in."""
    files: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.edits:
            files.setdefault(finding.file, []).append(finding)
    return files
