"""Several processes that migrate an empty database at once, and one that has to wait for it."""

import os
import subprocess
import sys

import pytest

from tests.upgrades.sites import ROOT, empty_site

PROCESSES = 3


@pytest.fixture
def site(tmp_path):
    with empty_site(tmp_path) as site:
        yield site


def start(url: str, *options: str) -> "subprocess.Popen[str]":
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "migrate_once", *options],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_one_of_several_processes_migrates_and_the_others_wait(site):
    count = 1 if site.file else PROCESSES
    outputs = [process.communicate() for process in [start(site.url) for _ in range(count)]]
    assert [error for _output, error in outputs if "Traceback" in error] == []
    assert sum("Applying articles.0001_initial" in output for output, _error in outputs) == 1
    assert sum("No migrations to apply" in output for output, _error in outputs) == count - 1


def test_a_database_that_does_not_respond_in_time_is_an_error_of_one_line():
    process = start("postgres://nobody@127.0.0.1:1/none", "--wait=1")
    _output, error = process.communicate()
    assert process.returncode == 1
    assert "The database does not respond" in error and "Traceback" not in error
