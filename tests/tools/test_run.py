"""What `make test` and `make test-operations` do if a program is missing."""

import os
import re
import signal
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.tools import commonmark, debian, operations, run
from tests.tools.suite import ROOT, Tally

APT_GET = '#!/bin/sh\necho "$@" >> "{log}"\n'
SUDO = '#!/bin/sh\nshift\nexec "$@"\n'


@pytest.mark.parametrize(
    ("part", "package"),
    [
        (run.in_browser, "apt-get install chromium-headless-shell"),
        (run.on_postgres, "apt-get install postgresql"),
        (operations.suite, "nginx-light redis-server systemd caddy openssl postgresql"),
    ],
)
def test_a_missing_program_is_reported_in_one_line_with_how_to_install_it(
    part, package, monkeypatch, tmp_path, capsys
):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr("tests.tools.postgres.LOCATIONS", ())
    monkeypatch.setattr("tests.tools.operations.SYSTEM_PATH", str(tmp_path))
    tally = Tally()
    assert part(tally, ExitStack()) is None
    assert tally.skipped == 1
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
    debian.install("chromium-headless-shell", "fonts-dejavu-core")
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
    debian.install("chromium")
    assert installed() == []


def test_nothing_is_installed_without_a_terminal(installed, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    debian.install("chromium")
    assert installed() == []


def test_packages_are_installed_in_ci_without_a_question(installed, monkeypatch):
    monkeypatch.setenv("CI", "true")
    debian.install("chromium")
    assert installed()[-1].endswith(" chromium")


def test_ci_installs_at_once_what_its_targets_need():
    words = set(re.findall(r"[\w.-]+", (ROOT / ".ci" / "run").read_text()))
    assert {run.HEADLESS_SHELL, *run.FONTS, "pandoc", "postgresql"} <= words
    assert {*operations.PACKAGES.values()} <= words


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


def test_tests_that_run_in_the_background_can_send_interrupts(monkeypatch):
    """A shell lets what it starts in the background ignore SIGINT, and so would their programs."""
    former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    monkeypatch.setattr(run, "run_suites", lambda *_arguments: [])
    monkeypatch.setattr(run, "get_specification", lambda _folder: None)
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        run.main([])
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
