"""Findings → lines for people: file, line, column, level, message and rule."""

from articles.files import printable
from articles.linting.findings import Finding
from articles.linting.lint_rules import Level
from articles.linting.reports.summary import Summary

# ANSI escape codes (ECMA-48, 8.3.117).
RESET, BOLD, DIM = "\033[0m", "\033[1m", "\033[2m"
COLOURS = {Level.ERROR: "\033[31m", Level.WARN: "\033[33m", Level.INFO: "\033[36m"}
NOUNS = {Level.ERROR: "error", Level.WARN: "warning", Level.INFO: "note"}


def report(summary: Summary) -> str:
    lines = [_line(finding, colours=summary.colours) for finding in summary.findings]
    return "\n".join([*lines, *_totals(summary)]) + "\n"


def _line(finding: Finding, *, colours: bool) -> str:
    location = f"{printable(finding.file)}:{finding.line}:{finding.column}"
    level, rule = NOUNS[finding.level], f"[{finding.rule}]"
    if colours:
        location, rule = f"{BOLD}{location}{RESET}", f"{DIM}{rule}{RESET}"
        level = f"{COLOURS[finding.level]}{level}{RESET}"
    return f"{location}: {level}: {printable(finding.message)} {rule}"


def _totals(summary: Summary) -> list[str]:
    files = _count(summary.files, "file")
    counts = [
        _count(number, NOUNS[level]) for level in COLOURS if (number := summary.count(level))
    ]
    lines = [f"{', '.join(counts)} in {files}." if counts else f"No findings in {files}."]
    if summary.fixed:
        lines.append(f"{_count(summary.fixed, 'fix', 'fixes')} made.")
    if summary.fixable:
        lines.append(f"{summary.fixable} fixable with --fix.")
    return lines


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
