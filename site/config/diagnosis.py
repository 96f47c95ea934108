"""What `manage.py doctor` tells: the checks of `/readyz`, and those of the settings."""

import platform
import stat
from collections.abc import Iterator

import django
from django.conf import settings
from django.core import checks
from django.db.utils import load_backend

from config import environment
from config.readiness import Result, Status, readiness

# For the owner only: the file has the secret key and passwords.
PRIVATE = stat.S_IRWXG | stat.S_IRWXO


def diagnose() -> Iterator[tuple[str, Result]]:
    """Yield the name and the result of each check, those without the database first."""
    yield "versions", Result(Status.OK, versions())
    yield "debug", check_debug()
    yield "env_file", check_env_file()
    yield "variables", check_variables()
    yield from check_deployment()
    yield from readiness.results().items()


def versions() -> str:
    """Return the versions of what the site runs on; that of the database is in its own check."""
    backend = load_backend(settings.DATABASES["default"]["ENGINE"])
    driver = getattr(backend.Database, "sqlite_version", None) or backend.Database.__version__
    name = backend.Database.__name__.partition(".")[0]
    python, os = platform.python_version(), platform.platform(terse=True)
    return f"Python {python}, Django {django.get_version()}, {name} {driver}, {os}."


def check_debug() -> Result:
    if settings.DEBUG:
        reason = "It is on: pages of errors display source code and settings to all readers."
        return Result(Status.FAILED, reason, "Remove DEBUG from the environment and from .env.")
    return Result(Status.OK, "It is off.")


def check_env_file() -> Result:
    file = settings.BASE_DIR / ".env"
    try:
        mode = stat.S_IMODE(file.stat().st_mode)
    except OSError:
        return Result(Status.OK, "There is none: settings come from the environment.")
    if mode & PRIVATE:
        reason = f"Other users of the machine have access to it (mode {mode:04o})."
        return Result(Status.FAILED, reason, f"Run “chmod 600 {file}”.")
    return Result(Status.OK, f"Only its owner has access to it (mode {mode:04o}).")


def check_variables() -> Result:
    if not (pairs := environment.misspelt_names()):
        return Result(Status.OK, "No name is nearly that of a setting.")
    names = ", ".join(f"{name} (meant {setting}?)" for name, setting in pairs)
    return Result(Status.WARNING, f"Not settings: {names}.", "Correct the names.")


def check_deployment() -> Iterator[tuple[str, Result]]:
    """Yield the messages of Django's ``check --deploy``, which does not need the database."""
    messages = [
        message
        for message in checks.run_checks(include_deployment_checks=True)
        if not message.is_silenced()
    ]
    for message in messages:
        status = Status.FAILED if message.is_serious() else Status.WARNING
        hint = " ".join((message.hint or "").split())
        yield message.id or "check", Result(status, " ".join(message.msg.split()), hint)
    if not messages:
        yield "deployment", Result(Status.OK, "Django's checks report nothing.")
