"""How `make test` counts skipped tests, and what it does if a program is missing."""

import os
import re
from pathlib import Path

import pytest

from tests.tools import commonmark, run

REPORT = """<testsuites><testsuite>
  <testcase classname="tests.test_a" name="test_passes"/>
  <testcase classname="tests.test_b" name="test_skips"><skipped type="pytest.skip"/></testcase>
</testsuite></testsuites>"""
APT_GET = '#!/bin/sh\necho "$@" >> "{log}"\n'
SUDO = '#!/bin/sh\nshift\nexec "$@"\n'


def tally(tmp_path: Path) -> run.Tally:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    result = run.Tally()
    result.add(run.read(report))
    return result


def test_a_skipped_test_fails_the_run_in_ci_only(tmp_path):
    result = tally(tmp_path)
    assert str(result) == "1 passed, 0 failed, 1 skipped"
    assert result.is_success(ci=False)
    assert not result.is_success(ci=True)


# Each test passes when it is run for the second time, or never.
SOMETIMES = """
import pathlib
import pytest

@pytest.fixture(params=["once", "always"])
def fails(request, tmp_path):
    yield request.param
    log = pathlib.Path(__file__).with_suffix(f".{request.param}")
    is_first = not log.exists()
    log.touch()
    assert request.param == "once" and not is_first

def test_sometimes(fails):
    pass

def test_good():
    pass
"""


def outcomes_of_tests_that_fail(folder: Path, monkeypatch) -> run.Tally:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (folder / "test_a.py").write_text(SOMETIMES)
    options = ["-p", "xdist.plugin", "-c", os.devnull, f"--rootdir={folder}"]
    result = run.Tally()
    run.pytest(result, *run.PYTEST, *options, str(folder))
    return result


def test_in_ci_a_test_that_fails_is_run_once_more_and_listed(in_ci, tmp_path, monkeypatch):
    result = outcomes_of_tests_that_fail(tmp_path, monkeypatch)
    assert str(result) == (
        "1 passed at the second try:\n  test_a::test_sometimes[once]\n"
        "2 passed, 1 failed, 0 skipped"
    )
    assert not result.is_success(ci=True)


def test_otherwise_a_test_that_fails_is_run_once(tmp_path, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    result = outcomes_of_tests_that_fail(tmp_path, monkeypatch)
    assert str(result) == "1 passed, 2 failed, 0 skipped"


def test_tests_are_not_run_again_if_many_fail(monkeypatch):
    monkeypatch.setattr(run, "run_pytest", lambda *arguments: pytest.fail("They were run again."))
    outcomes = dict.fromkeys(map(str, range(run.MOST_RETRIED + 1)), run.FAILED)
    assert run.try_again([], {}, outcomes) == []


@pytest.mark.parametrize(
    ("part", "package"),
    [
        (lambda tally: run.in_browser(tally, []), "apt-get install chromium-headless-shell"),
        (lambda tally: run.on_postgres(tally, []), "apt-get install postgresql"),
    ],
)
def test_a_missing_program_is_reported_in_one_line_with_how_to_install_it(
    part, package, monkeypatch, tmp_path, capsys
):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr("tests.tools.postgres.LOCATIONS", ())
    tally = run.Tally()
    part(tally)
    assert not tally.is_success(ci=True)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("Skipped: ")
    assert line.endswith(package)


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A function that returns the commands that a fake apt-get was called with."""
    log = tmp_path / "log"
    for name, script in {"apt-get": APT_GET.format(log=log), "sudo": SUDO}.items():
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.delenv("CI", raising=False)
    return lambda: log.read_text().splitlines() if log.exists() else []


def on_terminal(monkeypatch, answer: str) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: print(question) or answer)


def test_a_package_is_installed_on_a_terminal_after_a_yes(installed, monkeypatch, capsys):
    on_terminal(monkeypatch, "y")
    run.install("chromium-headless-shell", "fonts-dejavu-core")
    assert installed() == [
        "-qq update",
        "-qq install -y --no-install-recommends chromium-headless-shell fonts-dejavu-core",
    ]
    assert (
        "Install chromium-headless-shell, fonts-dejavu-core with apt-get? [y/N]"
        in capsys.readouterr().out
    )


@pytest.mark.parametrize("answer", ["", "n", "no", "yesterday"])
def test_nothing_is_installed_on_a_terminal_after_any_other_answer(installed, monkeypatch, answer):
    on_terminal(monkeypatch, answer)
    run.install("chromium")
    assert installed() == []


def test_nothing_is_installed_without_a_terminal(installed, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    run.install("chromium")
    assert installed() == []


def test_packages_are_installed_in_ci_without_a_question(installed, monkeypatch):
    monkeypatch.setenv("CI", "true")
    run.install("chromium")
    assert installed()[-1].endswith(" chromium")


def test_ci_installs_at_once_what_its_targets_need():
    words = set(re.findall(r"[\w.-]+", (run.ROOT / ".ci" / "run").read_text()))
    assert {run.HEADLESS_SHELL, *run.FONTS, "pandoc", "postgresql"} <= words


SPECIFICATION = f"{'`' * 32} example\n→code\n.\n<pre><code>code\n</code></pre>\n{'`' * 32}\n"


@pytest.fixture
def in_ci(monkeypatch):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("COMMONMARK_SPEC", "")


def test_the_specification_of_commonmark_is_downloaded_in_ci(in_ci, tmp_path, monkeypatch):
    file = tmp_path / "commonmark.txt"
    file.write_text(SPECIFICATION)
    monkeypatch.setattr("tests.tools.commonmark.download", lambda folder: file)
    run.get_specification(tmp_path)
    (example,) = commonmark.read_examples(Path(os.environ["COMMONMARK_SPEC"]))
    assert example == (1, "\tcode\n", "<pre><code>code\n</code></pre>\n")


def test_a_line_tells_that_it_could_not_be_downloaded(in_ci, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("tests.tools.commonmark.PACKAGE", "no/package")
    run.get_specification(tmp_path)
    assert not os.environ["COMMONMARK_SPEC"]
    assert "could not be downloaded" in capsys.readouterr().out
