"""Reads one setting each from an environment variable, or refuses it and says what is allowed."""

import os
import re
import secrets
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote
from zoneinfo import available_timezones

import environ
from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured

ON, OFF = ("on", "true", "yes", "1"), ("off", "false", "no", "0")
HOST = re.compile(r"\*|\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)
LANGUAGES = {code for code, _ in global_settings.LANGUAGES} | {"en-us"}
REDIS = re.compile(r"(rediss?://([^\s/@]*@)?[^\s/@]+(/[0-9]{1,4})?|unix://\S+)")
SECRET_LENGTH = 32
SITE_NAME_LENGTH = 100
POSTGRES = ("postgres", "postgresql")


def load(file: Path) -> None:
    """Take over from a `.env` file what the environment does not say itself."""
    environ.Env.read_env(file)


def refuse(name: str, allowed: str, value: str | None = None) -> NoReturn:
    """Raise the one sentence that names the variable; leave `value` out where it is a secret."""
    given = "" if value is None else f", not {value!r}"
    raise ImproperlyConfigured(f"{name} must be {allowed}{given}.")


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() not in ON + OFF:
        refuse(name, "on or off (true, false, yes, no, 1 and 0 are understood too)", value)
    return value.lower() in ON


def number(name: str, default: int, low: int, high: int) -> int:
    value = os.environ.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
        refuse(name, f"a whole number from {low} to {high}", value)
    return int(value)


def secret(name: str, debug: bool) -> str:
    """The key; with `debug` a missing one is made up, so that sessions end with the process."""
    value = os.environ.get(name)
    if value is None and debug:
        return secrets.token_urlsafe(48)
    if value is None or len(value) < SECRET_LENGTH:
        refuse(name, f"set to at least {SECRET_LENGTH} random characters")
    return value


def hosts(name: str, default: str) -> list[str]:
    value = os.environ.get(name, default)
    names = value.split(",")
    if not all(HOST.fullmatch(host) for host in names):
        refuse(name, "host names parted by commas, without scheme, port or blanks", value)
    return names


def title(name: str, default: str) -> str:
    value = os.environ.get(name, default)
    if not value.strip() or not value.isprintable() or len(value) > SITE_NAME_LENGTH:
        refuse(name, f"one line of 1 to {SITE_NAME_LENGTH} characters", value)
    return value.strip()


def language(name: str, default: str) -> str:
    value = os.environ.get(name, default)
    if value.lower() not in LANGUAGES:
        refuse(name, "a language tag that Django knows, such as en, ar or pt-br", value)
    return value.lower()


def zone(name: str, default: str) -> str:
    value = os.environ.get(name, default)
    if value not in available_timezones():
        refuse(name, "a time zone, such as UTC or Asia/Dubai", value)
    return value


def folder(name: str, default: str, root: Path) -> Path:
    """A folder, taken from `root` where it is relative; it need not exist yet."""
    value = os.environ.get(name, default)
    path = root / value
    if not value.strip() or "\0" in value or (path.exists() and not path.is_dir()):
        refuse(name, "the path of a folder", value)
    return path


def redis(name: str) -> str:
    """The address of a Redis, or nothing."""
    value = os.environ.get(name, "")
    if value and not REDIS.fullmatch(value):
        refuse(name, "redis://host:port/number (rediss:// with TLS), special characters as %XX")
    return value


def database(name: str, default: str, root: Path) -> dict[str, Any]:
    """Django's settings for `sqlite:///file` (relative to `root`) or `postgres://…`."""
    value = os.environ.get(name, default)
    if value.startswith("sqlite:///"):
        return sqlite(name, unquote(value.removeprefix("sqlite:///")), root)
    if value.startswith(tuple(f"{scheme}://" for scheme in POSTGRES)):
        return postgres(name, value)
    refuse(name, "sqlite:///file.sqlite3 or postgres://user:password@host:port/name")


def sqlite(name: str, file: str, root: Path) -> dict[str, Any]:
    path = root / file
    if not file or file == ":memory:" or "?" in file or path.is_dir() or not path.parent.is_dir():
        refuse(name, "sqlite:/// and a file in a folder that exists", file)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # Every thread of the server keeps its connection: opening one reads the whole schema.
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "timeout": 20,
            # A transaction that will write takes the lock at once, so that it waits for its turn
            # instead of failing halfway when another has written since it read.
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
                "PRAGMA cache_size=-4000; PRAGMA mmap_size=134217728;"
            ),
        },
    }


def postgres(name: str, url: str) -> dict[str, Any]:
    try:
        parsed = environ.Env.db_url_config(url)
    except ValueError:
        parsed = {}
    if not parsed.get("NAME") or re.search(r"\s", url):
        refuse(name, "postgres://user:password@host:port/name, special characters as %XX")
    return {
        **parsed,
        # The pool keeps connections open and lends one to each request.
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **parsed.get("OPTIONS", {}),
            "pool": {"min_size": 1, "max_size": 10, "timeout": 10},
            # With values apart from the SQL, the server keeps the plan of what is asked often.
            "server_side_binding": True,
            "prepare_threshold": 5,
        },
    }
