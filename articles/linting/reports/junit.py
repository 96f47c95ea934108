"""Findings → a report of tests, as JUnit writes it and CI servers read it: each file is a suite,
each finding a test that has failed. Notes are tests that have passed, with output.
"""

import re
from itertools import groupby
from xml.etree import ElementTree as ET

from articles.linting.findings import Finding
from articles.linting.lint_rules import Level
from articles.linting.reports.summary import Summary

# Characters that XML can't contain (XML 1.0, 2.2).
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NAME = "lint_articles"


def report(summary: Summary) -> str:
    suites = ET.Element("testsuites", name=NAME)
    failures = 0
    for file, group in groupby(summary.findings, key=lambda finding: finding.file):
        findings = list(group)
        failed = sum(finding.level != Level.INFO for finding in findings)
        failures += failed
        counts = {"tests": str(len(findings)), "failures": str(failed), "errors": "0"}
        suite = ET.SubElement(suites, "testsuite", {"name": _text(file), **counts})
        for finding in findings:
            _add_case(suite, finding)
    if not len(suites):
        suite = ET.SubElement(suites, "testsuite", name=NAME, tests="1", failures="0", errors="0")
        ET.SubElement(suite, "testcase", name=f"{summary.files} files", classname=NAME)
    suites.set("tests", str(max(len(summary.findings), 1)))
    suites.set("failures", str(failures))
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _add_case(suite: ET.Element, finding: Finding) -> None:
    name = f"{finding.rule} ({finding.line}:{finding.column})"
    case = ET.SubElement(suite, "testcase", name=name, classname=_text(finding.file))
    text = f"{_text(finding.file)}:{finding.line}:{finding.column}: {_text(finding.message)}"
    if finding.level == Level.INFO:
        ET.SubElement(case, "system-out").text = text
        return
    message = _text(finding.message)
    ET.SubElement(case, "failure", message=message, type=finding.level.value).text = text


def _text(text: str) -> str:
    return FORBIDDEN.sub("\ufffd", text)
