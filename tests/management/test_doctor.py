"""`manage.py doctor`: the checks for people, on a terminal and without a database."""

import io
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from config.readiness import Readiness, Result, Status

PRIVATE, SHARED = 0o600, 0o640


@pytest.fixture(autouse=True)
def results(monkeypatch):
    """The results of the checks of readiness, which a test may change."""
    results = {"database": Result(Status.OK, "SQLite 3.40.1 responds.")}
    monkeypatch.setattr(Readiness, "results", lambda self: results)
    return results


@pytest.fixture
def env_file(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    return tmp_path / ".env"


def doctor(**options):
    out = io.StringIO()
    call_command("doctor", stdout=out, **options)
    return out.getvalue()


def failing_doctor():
    """Return what the command prints, and its error."""
    out = io.StringIO()
    with pytest.raises(CommandError) as raised:
        call_command("doctor", stdout=out)
    assert raised.value.returncode == 1
    return out.getvalue(), str(raised.value)


def test_a_site_without_faults(env_file):
    printed = doctor()
    assert "ok       database           SQLite 3.40.1 responds.\n" in printed
    assert printed.endswith("Nothing failed.\n")
    assert "Django 5" in printed


def test_a_failure_is_printed_with_what_to_do(results):
    results["cache"] = Result(Status.FAILED, "It does not respond.", "Start it.", "Error 111")
    printed, error = failing_doctor()
    assert "failed   cache              It does not respond.\n" in printed
    lines = [line.strip() for line in printed.splitlines()]
    assert lines[-2:] == ["Error 111", "Start it."]
    assert error.startswith("1 of ")


def test_a_warning_is_no_failure(results):
    results["derived_data"] = Result(Status.WARNING, "1 is stale.", "Run “manage.py rebuild”.")
    assert "warning  derived_data" in doctor()


def test_colors_are_for_terminals_only():
    assert "\033[" not in doctor()
    assert "\033[32;1mok      \033[0m database" in doctor(force_color=True)


def test_debug_is_a_failure(settings):
    settings.DEBUG = True
    printed, _error = failing_doctor()
    assert "failed   debug " in printed


def test_other_users_may_not_read_the_secrets(env_file):
    env_file.write_text("SECRET_KEY=x\n")
    env_file.chmod(PRIVATE)
    assert "ok       env_file" in doctor()
    env_file.chmod(SHARED)
    printed, _error = failing_doctor()
    assert "(mode 0640)" in printed
    assert f"Run “chmod 600 {env_file}”." in printed


def test_misspelt_variables_are_named(monkeypatch):
    monkeypatch.setenv("WEB_CONCURENCY", "4")
    assert "Not settings: WEB_CONCURENCY (meant WEB_CONCURRENCY?)." in doctor()


def test_warnings_of_the_deployment_check_are_printed(settings):
    settings.SECURE_SSL_REDIRECT = False
    assert "warning  security.W008" in doctor()
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = True
    settings.CSRF_COOKIE_SECURE = True
    settings.SECRET_KEY = "".join(map(str, range(40)))
    assert "Django's checks report nothing." in doctor()


@pytest.mark.parametrize(
    "url", ["postgres://site:hunter2@127.0.0.1:1/site", "sqlite:///no-such.sqlite3"]
)
def test_it_works_without_a_database_and_repeats_no_password(url):
    variables = {"DATABASE_URL": url, "CACHE_URL": "redis://:hunter2@127.0.0.1:1/0"}
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **variables},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "failed   database" in done.stdout and "unknown  migrations" in done.stdout
    assert "failed   cache" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "checks failed." in done.stderr
