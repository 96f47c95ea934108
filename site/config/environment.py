"""Readers of settings from environment variables. An invalid value raises ImproperlyConfigured."""

import os
import re
import secrets
from collections.abc import Sequence
from email.utils import getaddresses
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from urllib.parse import unquote, urlsplit
from zoneinfo import available_timezones

import environ
from django.conf import global_settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from rapidfuzz.distance import OSA

from config.sqlite import connect

TRUE, FALSE = ("on", "true", "yes", "1"), ("off", "false", "no", "0")
HOST = re.compile(r"\*|\.?[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]", re.IGNORECASE)
IMAGE_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?")
LANGUAGE_CODES = {code for code, _ in global_settings.LANGUAGES} | {"en-us"}
REDIS = re.compile(r"(rediss?://([^\s/@]*@)?[^\s/@]+(/[0-9]{1,4})?|unix://\S+)")
ISSUER = re.compile(
    r"(https://[^\s/?#@]+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)(/[^\s?#]*)?"
)
SCOPES = re.compile(r"[!#-\[\]-~]+( [!#-\[\]-~]+)*", re.ASCII)
SENTRY = re.compile(r"https?://[^\s/@:]+(:[^\s/@]*)?@[^\s/@]+/(\S*/)?[0-9]+")
SECRET_LENGTH = 32
SITE_NAME_LENGTH = 100
POSTGRES = ("postgres", "postgresql")
POSTGRES_NAMES = ("PREPARED_STATEMENTS", "DB_POOL")
# Connections of each process: one for each thread of the server.
POOL_SIZE = 32
# Without encryption, with STARTTLS, with TLS from the start.
EMAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
EMAIL_TIMEOUT = 10
# Letters from which on a name with two wrong letters is still taken for misspelt.
LONG_NAME = 8

Default = TypeVar("Default", str, None)


# The names of the variables that were read, to tell misspelt ones.
read_names: set[str] = set()


def load(file: Path) -> None:
    """Read variables from a `.env` file. Those of the environment take precedence."""
    environ.Env.read_env(file)


def refuse(name: str, allowed: str, value: str | None = None) -> NoReturn:
    """Raise an error that names the variable and what is allowed. Don't pass secret values."""
    actual = "" if value is None else f", not {value!r}"
    raise ImproperlyConfigured(f"{name} must be {allowed}{actual}.")


def read(name: str, default: Default) -> str | Default:
    """Return the value of a variable. Its name is remembered for `misspelt_names`."""
    read_names.add(name)
    return os.environ.get(name, default)


def misspelt_names() -> list[tuple[str, str]]:
    """Return the variables of the environment whose names are nearly those of settings, each with
    the name of the setting. Call it when all settings have been read."""
    pairs = [(name, _nearest_setting(name)) for name in sorted(os.environ.keys() - read_names)]
    return [(name, nearest) for name, nearest in pairs if nearest]


def _nearest_setting(name: str) -> str | None:
    """Return the setting whose name differs by a letter or two, in a long name, or by case."""
    upper = name.upper()
    for setting in sorted(read_names):
        limit = 2 if len(setting) >= LONG_NAME else 1
        if OSA.distance(upper, setting, score_cutoff=limit) <= limit:
            return setting
    return None


def flag(name: str, default: bool = False) -> bool:
    value = read(name, None)
    if value is None:
        return default
    if value.lower() not in TRUE + FALSE:
        refuse(name, "on or off (or true, false, yes, no, 1, 0)", value)
    return value.lower() in TRUE


def number(name: str, default: int, low: int, high: int) -> int:
    value = read(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
        refuse(name, f"a whole number from {low} to {high}", value)
    return int(value)


def choice(name: str, default: str, choices: Sequence[str]) -> str:
    value = read(name, default)
    if value not in choices:
        refuse(name, " or ".join(choices), value)
    return value


def secret(name: str, debug: bool) -> str:
    """Return the secret key. With `debug` it defaults to a random key of this process."""
    value = read(name, None)
    if value is None and debug:
        return secrets.token_urlsafe(48)
    if value is None or len(value) < SECRET_LENGTH:
        refuse(name, f"set to at least {SECRET_LENGTH} random characters")
    return value


def hosts(name: str, default: str) -> list[str]:
    value = read(name, default)
    names = value.split(",")
    if not all(HOST.fullmatch(host) for host in names):
        refuse(name, "host names separated by commas, without scheme, port or spaces", value)
    return names


def bind(name: str, default: str) -> str:
    """Return the IP address that the server listens on, or ``unix:`` and the path of a socket,
    whose folder need not exist before the service starts."""
    value = read(name, default)
    if value.startswith("unix:/"):
        path = Path(value.removeprefix("unix:"))
        if value.endswith("/") or "\0" in value or (os.path.exists(path) and not path.is_socket()):
            refuse(name, "unix:/path of a socket, which is created", value)
        return value
    try:
        return str(ip_address(value))
    except ValueError:
        refuse(name, "an IP address, such as 127.0.0.1 or 0.0.0.0, or unix:/path", value)


def has_valid_host(url: str) -> bool:
    """Return whether host and port of a URL are possible ones."""
    try:
        parts = urlsplit(url)
        return parts.port != 0 and bool(parts.hostname or parts.path)
    except ValueError:
        return False


def networks(name: str, default: str) -> list[IPv4Network | IPv6Network]:
    """Return IP networks. There may be none if there is none by default."""
    value = read(name, default)
    if not value and not default:
        return []
    try:
        return [ip_network(address) for address in value.split(",")]
    except ValueError:
        refuse(name, "IP addresses or networks separated by commas, such as 10.0.0.0/8", value)


def email_server(name: str) -> dict[str, Any]:
    """Return Django's settings of the server that sends e-mail. By default, none is sent."""
    value = read(name, "")
    if not value:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    scheme = value.partition("://")[0]
    try:
        parsed = environ.Env.email_url_config(value) if scheme in EMAIL_PORTS else {}
    except ValueError:
        parsed = {}
    if not parsed.get("EMAIL_HOST") or re.search(r"\s", value):
        allowed = "smtp+tls://user:password@host:port (or smtp+ssl://, smtp://)"
        refuse(name, f"{allowed}, special characters as %XX")
    port = parsed["EMAIL_PORT"] or EMAIL_PORTS[scheme]
    return {**parsed, "EMAIL_PORT": port, "EMAIL_TIMEOUT": EMAIL_TIMEOUT}


def email_address(name: str, default: str) -> str:
    value = read(name, default)
    try:
        validate_email(value)
    except ValidationError:
        refuse(name, "an e-mail address", value)
    return value


def recipients(name: str) -> list[tuple[str, str]]:
    """Return names and e-mail addresses, as in ``Mona <mona@example.org>, ops@example.org``."""
    value = read(name, "")
    pairs = getaddresses([value]) if value else []
    try:
        for _name, address in pairs:
            validate_email(address)
    except ValidationError:
        refuse(name, "e-mail addresses separated by commas", value)
    return pairs


def image_hosts(name: str) -> list[str]:
    """Return the hosts that the site may show images of. By default, none."""
    value = read(name, "")
    names = value.lower().split(",") if value else []
    if not all(IMAGE_HOST.fullmatch(host) for host in names):
        refuse(name, "host names separated by commas, without scheme, port, path or *", value)
    return names


def title(name: str, default: str) -> str:
    value = read(name, default)
    if not value.strip() or not value.isprintable() or len(value) > SITE_NAME_LENGTH:
        refuse(name, f"one line of 1 to {SITE_NAME_LENGTH} characters", value)
    return value.strip()


def language(name: str, default: str) -> str:
    value = read(name, default)
    if value.lower() not in LANGUAGE_CODES:
        refuse(name, "a language tag that Django knows, such as en, ar or pt-br", value)
    return value.lower()


def zone(name: str, default: str) -> str:
    value = read(name, default)
    if value not in available_timezones():
        refuse(name, "a time zone, such as UTC or Asia/Dubai", value)
    return value


def folder(name: str, default: str, root: Path) -> Path:
    """Return the path of a folder of public files, relative to `root`. It doesn't have to exist,
    and must not contain `root`, which has secrets."""
    value = read(name, default)
    path = root / value
    # Unlike the method of paths, `os.path.exists` raises no errors, for instance of long names.
    if not value.strip() or "\0" in value or (os.path.exists(path) and not path.is_dir()):
        refuse(name, "the path of a folder", value)
    if root.is_relative_to(os.path.normpath(path)):
        refuse(name, "a folder without the site's own files, because everybody can read it", value)
    return path


def redis(name: str) -> str:
    """Return the URL of a Redis server, or an empty string."""
    value = read(name, "")
    if value and not (REDIS.fullmatch(value) and has_valid_host(value)):
        refuse(name, "redis://host:port/number (rediss:// with TLS), special characters as %XX")
    return value


def issuer(name: str) -> str:
    """Return the URL of an OpenID provider, or an empty string."""
    value = read(name, "")
    if value and not (ISSUER.fullmatch(value) and has_valid_host(value)):
        allowed = "an https:// URL without query string, whose metadata is below /.well-known/"
        refuse(name, f"{allowed} (http:// for this machine only)", value)
    return value


def needed_with(name: str, other: str, value_of_other: str) -> str:
    """Return the value of a variable, which must be set exactly if the `other` one is."""
    value = read(name, "")
    if bool(value.strip()) != bool(value_of_other):
        refuse(name, f"set if {other} is, and only then")
    return value


def scopes(name: str, default: str) -> str:
    value = read(name, default)
    if not SCOPES.fullmatch(value) or "openid" not in value.split():
        refuse(name, "names separated by spaces, openid among them", value)
    return value


def mapping(name: str) -> dict[str, str]:
    """Return pairs, as in ``wiki-editors=Editors,*=Writers``. By default, none."""
    value = read(name, "")
    pairs = [pair.partition("=") for pair in value.split(",")] if value.strip() else []
    if not all(left.strip() and right.strip() for left, _equals, right in pairs):
        refuse(name, "pairs separated by commas, as in wiki-editors=Editors,*=Writers", value)
    return {left.strip(): right.strip() for left, _equals, right in pairs}


def sentry(name: str) -> str:
    """Return the DSN of a project in Sentry, or an empty string."""
    value = read(name, "")
    if value and not (SENTRY.fullmatch(value) and has_valid_host(value)):
        refuse(name, "the DSN of a project, https://key@host/number")
    if value and not find_spec("sentry_sdk"):
        raise ImproperlyConfigured(
            f"{name} needs a package: pip install -r requirements-sentry.txt"
        )
    return value


def database(name: str, default: str, root: Path) -> dict[str, Any]:
    """Return Django's settings of `sqlite:///file` (relative to `root`) or `postgres://…`."""
    # SQLite ignores them, but tells that they are misspelt.
    read_names.update(POSTGRES_NAMES)
    value = read(name, default)
    if value.startswith("sqlite:///"):
        return sqlite(name, unquote(value.removeprefix("sqlite:///")), root)
    if value.startswith(tuple(f"{scheme}://" for scheme in POSTGRES)):
        return postgres(name, value)
    refuse(name, "sqlite:///file.sqlite3 or postgres://user:password@host:port/name")


def _check_options(name: str, options: dict[str, Any]) -> None:
    """Refuse parameters of a URL that PostgreSQL's client doesn't know. The pool would try to
    connect for ten seconds."""
    import psycopg

    try:
        psycopg.conninfo.make_conninfo(**options)
    except psycopg.ProgrammingError as error:
        refuse(
            name,
            f"a URL with parameters of libpq, such as ?sslmode=require ({str(error).strip()})",
        )


def replica(name: str, primary: dict[str, Any]) -> dict[str, Any] | None:
    """Return Django's settings of a read-only copy of the database `primary`, or None."""
    if not (value := read(name, "")):
        return None
    if not value.startswith(tuple(f"{scheme}://" for scheme in POSTGRES)):
        refuse(name, "postgres://user:password@host:port/name")
    if primary["ENGINE"] != "django.db.backends.postgresql":
        refuse(name, "set only if DATABASE_URL is one of PostgreSQL")
    settings = postgres(name, value)
    options = settings["OPTIONS"]
    read_only = "-c default_transaction_read_only=on"
    options["options"] = f"{read_only} {options.get('options', '')}".strip()
    return {**settings, "TEST": {"MIRROR": "default"}}


def is_possible(file: Path) -> bool:
    """Whether a file can be created, or exists and is neither a folder nor a device."""
    return os.path.isfile(file) or (os.path.isdir(file.parent) and not os.path.exists(file))


def sqlite(name: str, file: str, root: Path) -> dict[str, Any]:
    path = root / file
    if not file or file == ":memory:" or "?" in file or "\0" in file or not is_possible(path):
        refuse(name, "sqlite:/// and a file in a folder that exists", file)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # Each thread of the server keeps its connection: opening one reads the whole schema.
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "timeout": 20,
            # A transaction takes the write lock when it begins. Otherwise it would fail when it
            # writes after another transaction has written since it began to read.
            "transaction_mode": "IMMEDIATE",
            "factory": connect,
            "init_command": (
                "PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
                # What is mapped counts as memory of each process. More makes no search faster.
                "PRAGMA cache_size=-4000; PRAGMA mmap_size=134217728;"
                # After a large load, the log would keep the size of the database.
                "PRAGMA journal_size_limit=67108864;"
            ),
        },
    }


def postgres(name: str, url: str) -> dict[str, Any]:
    """Return the settings of a PostgreSQL database.

    PgBouncer gives the connections of a pool of its own to transactions, and knows no prepared
    statements and no cursors of the server beyond one.
    """
    prepared = flag("PREPARED_STATEMENTS", default=True)
    pool_size = number("DB_POOL", POOL_SIZE, 1, 1000)
    try:
        parsed = environ.Env.db_url_config(url)
    except ValueError:
        parsed = {}
    if not parsed.get("NAME") or re.search(r"\s", url):
        refuse(name, "postgres://user:password@host:port/name, special characters as %XX")
    _check_options(name, parsed.get("OPTIONS", {}))
    return {
        **parsed,
        # The pool keeps connections open between requests.
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": not prepared,
        "OPTIONS": {
            **parsed.get("OPTIONS", {}),
            "pool": {"min_size": 1, "max_size": pool_size, "timeout": 10},
            # With server-side parameters, PostgreSQL prepares queries that are repeated.
            "server_side_binding": True,
            "prepare_threshold": 5 if prepared else None,
        },
    }
