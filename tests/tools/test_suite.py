"""How the outcomes of tests are counted, and what is run once more."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.tools.suite import FAILED, MOST_RETRIED, Suite, Tally

# `always` fails each time, and `once` passes when it is run for the second time.
TESTS = """
import pathlib
import pytest

@pytest.fixture(params=["once", "always"])
def fails(request):
    yield
    log = pathlib.Path(__file__).with_suffix(f".{request.param}")
    is_first = not log.exists()
    log.touch()
    assert request.param == "once" and not is_first

def test_sometimes(fails):
    pass

def test_good():
    pass
"""
SKIPPED_TEST = """
import pytest

def test_skipped():
    pytest.skip("no reason")

def test_good():
    pass
"""


@pytest.fixture
def tally(tmp_path, monkeypatch):
    """A function that returns the tally of a suite with this module of tests."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def tally(module: str) -> Tally:
        (tmp_path / "test_a.py").write_text(module)
        options = ["-p", "xdist.plugin", "-c", os.devnull, f"--rootdir={tmp_path}", str(tmp_path)]
        result = Tally()
        with ExitStack() as stack:
            suite = Suite.create("Sometimes", stack, options)
            with suite.in_background():
                pass
            result.add([suite])
        return result

    return tally


def test_a_skipped_test_fails_the_run_in_ci_only(tally, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    result = tally(SKIPPED_TEST)
    assert str(result) == "1 passed, 0 failed, 1 skipped"
    assert result.is_success()
    monkeypatch.setenv("CI", "true")
    assert not result.is_success()


def test_in_ci_a_test_that_fails_is_run_once_more_and_listed(tally, monkeypatch, capfd):
    monkeypatch.setenv("CI", "true")
    result = tally(TESTS)
    assert str(result) == (
        "1 passed at the second try:\n  test_a::test_sometimes[once]\n"
        "2 passed, 1 failed, 0 skipped"
    )
    assert not result.is_success()
    assert "── Sometimes" in (output := capfd.readouterr().out)
    assert "── Once more, alone: test_a::test_sometimes[always], test_a" in output


def test_otherwise_a_test_that_fails_is_run_once(tally, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    assert str(tally(TESTS)) == "1 passed, 2 failed, 0 skipped"


def test_a_run_that_crashes_is_a_failure(tally, monkeypatch):
    monkeypatch.setenv("CI", "true")
    result = tally("import os; os._exit(3)")
    assert str(result) == "0 passed, 1 failed, 0 skipped"


def test_tests_are_not_run_again_if_many_fail(monkeypatch):
    outcomes = dict.fromkeys(map(str, range(MOST_RETRIED + 1)), FAILED)
    # It would need a folder.
    suite = Suite("Many", [], {}, Path("/no/folder"), outcomes=outcomes)
    assert suite.try_again() == []
