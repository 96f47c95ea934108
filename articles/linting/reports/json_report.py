"""Findings → JSON for other programs."""

import json
from typing import Any, TypedDict

from articles.linting.findings import Edit, Finding
from articles.linting.lint_rules import Level
from articles.linting.reports.summary import Summary


class JsonEdit(TypedDict):
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class JsonFinding(TypedDict):
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    rule: str
    level: str
    message: str
    fix: list[JsonEdit] | None


def report(summary: Summary) -> str:
    totals = {level.value: summary.count(level) for level in Level if level != Level.OFF}
    data: dict[str, Any] = {
        "findings": list(map(_finding, summary.findings)),
        "summary": {"files": summary.files, **totals, "fixed": summary.fixed},
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode(errors="replace").decode() + "\n"


def _finding(finding: Finding) -> JsonFinding:
    return {
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "rule": finding.rule,
        "level": finding.level.value,
        "message": finding.message,
        "fix": list(map(_edit, finding.edits)) or None,
    }


def _edit(edit: Edit) -> JsonEdit:
    (line, column), (end_line, end_column) = edit.first, edit.last
    return {
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "text": edit.text,
    }
