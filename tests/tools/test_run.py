"""What `make test` makes of a skip and of a program that is missing."""

from pathlib import Path

import pytest

from tests.tools import run

REPORT = """<testsuites><testsuite>
  <testcase classname="tests.test_a" name="test_passes"/>
  <testcase classname="{module}" name="test_skips"><skipped type="pytest.skip"/></testcase>
</testsuite></testsuites>"""


def tally(tmp_path: Path, module: str) -> run.Tally:
    report = tmp_path / "report.xml"
    report.write_text(REPORT.format(module=module))
    counted = run.Tally()
    run.add(counted, report)
    return counted


def test_a_skip_fails_in_ci_alone(tmp_path):
    skipping = tally(tmp_path, "tests.test_b")
    assert str(skipping) == "1 passed, 0 failed, 1 skipped"
    assert skipping.good(ci=False)
    assert not skipping.good(ci=True)


def test_the_examples_of_commonmark_may_be_missing_in_ci_too(tmp_path):
    assert tally(tmp_path, "tests.markdown.test_commonmark").good(ci=True)


@pytest.mark.parametrize(
    ("part", "package"),
    [
        (run.in_browser, "apt-get install chromium"),
        (lambda tally: run.on_postgres(tally, []), "apt-get install postgresql"),
    ],
)
def test_what_is_missing_is_named_in_a_line_with_how_to_get_it(
    part, package, monkeypatch, tmp_path, capsys
):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr("tests.tools.postgres.PLACES", ())
    tally = run.Tally()
    part(tally)
    assert not tally.good(ci=True)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("Skipped: ")
    assert line.endswith(package)
