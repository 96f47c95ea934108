"""Findings → annotations of GitHub Actions, as workflow commands."""

from articles.linting.findings import Finding
from articles.linting.lint_rules import Level
from articles.linting.reports.summary import Summary

COMMANDS = {Level.ERROR: "error", Level.WARN: "warning", Level.INFO: "notice"}
# What the runner decodes (actions/toolkit, packages/core/src/command.ts).
IN_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
IN_PROPERTY = {**IN_MESSAGE, ord(":"): "%3A", ord(","): "%2C"}


def report(summary: Summary) -> str:
    return "".join(map(_command, summary.findings))


def _command(finding: Finding) -> str:
    properties = {"file": finding.file, "line": finding.line, "title": finding.rule}
    # The runner takes columns only for findings on one line.
    if finding.line == finding.end_line:
        properties |= {"col": finding.column, "endColumn": finding.end_column}
    properties["endLine"] = finding.end_line
    listed = ",".join(
        f"{name}={_encodable(str(value)).translate(IN_PROPERTY)}"
        for name, value in properties.items()
    )
    message = _encodable(finding.message).translate(IN_MESSAGE)
    return f"::{COMMANDS[finding.level]} {listed}::{message}\n"


def _encodable(text: str) -> str:
    return text.encode(errors="replace").decode()
