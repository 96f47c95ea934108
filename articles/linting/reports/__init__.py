"""Findings → the formats that people, code hosts and other programs read."""

from collections.abc import Callable

from articles.linting.reports import github, json_report, junit, sarif, text
from articles.linting.reports.summary import Summary

FORMATS: dict[str, Callable[[Summary], str]] = {
    "text": text.report,
    "github": github.report,
    "json": json_report.report,
    "sarif": sarif.report,
    "junit": junit.report,
}
