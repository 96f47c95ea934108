"""Findings → SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), which code hosts
display beside the lines of a change.
"""

import hashlib
import json
from collections import Counter
from typing import Any
from urllib.parse import quote

from articles.linting.findings import Edit, Finding, Position
from articles.linting.lint_rules import RULES, Level
from articles.linting.reports.summary import Summary

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
LEVELS = {Level.ERROR: "error", Level.WARN: "warning", Level.INFO: "note", Level.OFF: "none"}
INDEXES = {rule.name: index for index, rule in enumerate(RULES)}
Json = dict[str, Any]


def report(summary: Summary) -> str:
    counted: Counter[str] = Counter()
    run = {
        "tool": {"driver": {"name": "lint_articles", "rules": _rules()}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, counted) for finding in summary.findings],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=1).encode(errors="replace").decode() + "\n"


def _rules() -> list[Json]:
    return [
        {
            "id": rule.name,
            "shortDescription": {"text": rule.summary},
            "defaultConfiguration": {"level": LEVELS[rule.level]},
        }
        for rule in RULES
    ]


def _result(finding: Finding, counted: Counter[str]) -> Json:
    ends = (finding.line, finding.column), (finding.end_line, finding.end_column)
    location = {"artifactLocation": _artifact(finding.file), "region": _region(*ends)}
    result: Json = {
        "ruleId": finding.rule,
        "ruleIndex": INDEXES[finding.rule],
        "level": LEVELS[finding.level],
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": location}],
        "partialFingerprints": {"lintArticles/v1": _fingerprint(finding, counted)},
    }
    if finding.edits:
        change = {
            "artifactLocation": _artifact(finding.file),
            "replacements": list(map(_replacement, finding.edits)),
        }
        result["fixes"] = [{"artifactChanges": [change]}]
    return result


def _artifact(file: str) -> Json:
    path = quote(file.encode(errors="surrogateescape"), safe="/")
    return {"uri": f"file://{path}" if path.startswith("/") else path}


def _region(first: Position, last: Position) -> Json:
    names = ("startLine", "startColumn", "endLine", "endColumn")
    return dict(zip(names, (*first, *last), strict=True))


def _replacement(edit: Edit) -> Json:
    return {
        "deletedRegion": _region(edit.first, edit.last),
        "insertedContent": {"text": edit.text},
    }


def _fingerprint(finding: Finding, counted: Counter[str]) -> str:
    """Return what stays the same when lines move: the file, the rule, the text and, of equal ones,
    the number."""
    key = "\0".join((finding.file, finding.rule, finding.source or finding.message))
    counted[key] += 1
    return hashlib.sha256(f"{key}\0{counted[key]}".encode(errors="replace")).hexdigest()[:32]
