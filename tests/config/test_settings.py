"""Settings from environment variables: valid values, and the error for invalid ones."""

import os
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config import environment

ROOT = Path(settings.BASE_DIR)
READERS = {
    "SECRET_KEY": lambda name: environment.secret(name, debug=False),
    "DEBUG": environment.flag,
    "BEHIND_PROXY": environment.flag,
    "ALLOWED_HOSTS": lambda name: environment.hosts(name, "localhost"),
    "DATABASE_URL": lambda name: environment.database(name, "sqlite:///db.sqlite3", ROOT),
    "SITE_NAME": lambda name: environment.title(name, "Diwan"),
    "LANGUAGE_CODE": lambda name: environment.language(name, "en"),
    "TIME_ZONE": lambda name: environment.zone(name, "UTC"),
    "REMOTE_IMAGES": environment.image_hosts,
    "MEDIA_ROOT": lambda name: environment.folder(name, "media", ROOT),
    "PORT": lambda name: environment.number(name, 8000, 1, 65535),
    "API_RATE": lambda name: environment.number(name, 300, 1, 1_000_000),
    "WEB_CONCURRENCY": lambda name: environment.number(name, 2, 1, 64),
    "TRUSTED_PROXIES": lambda name: environment.networks(name, "127.0.0.1,::1"),
    "MONITORING_ALLOWED": lambda name: environment.networks(name, ""),
    "SENTRY_DSN": environment.sentry,
    "BIND": lambda name: environment.bind(name, "127.0.0.1"),
    "CACHE_URL": environment.redis,
    "EMAIL_URL": environment.email_server,
    "EMAIL_FROM": lambda name: environment.email_address(name, "diwan@localhost.localdomain"),
    "ADMINS": environment.recipients,
    "LOG_FORMAT": lambda name: environment.choice(name, "text", ("text", "json")),
    "SECOND_FACTOR": lambda name: environment.choice(name, "off", ("off", "optional", "required")),
    "OIDC_ISSUER": environment.issuer,
    "OIDC_CLIENT_ID": lambda name: environment.needed_with(name, "OIDC_ISSUER", "https://id.test"),
    "OIDC_SCOPES": lambda name: environment.scopes(name, "openid email profile"),
    "OIDC_GROUPS": environment.mapping,
}
INVALID = [
    ("SECRET_KEY", "short", "32"),
    ("DEBUG", "maybe", "on or off"),
    ("DEBUG", "", "on or off"),
    ("BEHIND_PROXY", "nginx", "on or off"),
    ("ALLOWED_HOSTS", "https://example.org", "without scheme"),
    ("ALLOWED_HOSTS", "example.org, www.example.org", "spaces"),
    ("ALLOWED_HOSTS", "example.org:8000", "port"),
    ("ALLOWED_HOSTS", "", "host names"),
    ("REMOTE_IMAGES", "https://img.example.org", "without scheme"),
    ("REMOTE_IMAGES", "img.example.org:443", "port"),
    ("REMOTE_IMAGES", "img.example.org/a", "path"),
    ("REMOTE_IMAGES", "*", "*"),
    ("REMOTE_IMAGES", "*.example.org", "*"),
    ("REMOTE_IMAGES", "img.example.org,", "host names"),
    ("REMOTE_IMAGES", "img.example.org; script-src *", "host names"),
    ("REMOTE_IMAGES", "localhost", "host names"),
    ("DATABASE_URL", "mysql://root@localhost/diwan", "sqlite:///"),
    ("DATABASE_URL", "sqlite:///no such folder/db.sqlite3", "a folder that exists"),
    ("DATABASE_URL", "sqlite:///", "a file"),
    ("DATABASE_URL", "sqlite:////dev/null", "a file"),
    ("DATABASE_URL", "sqlite:///a%00b", "a file"),
    ("DATABASE_URL", "postgres://localhost:many/diwan", "postgres://user"),
    ("DATABASE_URL", "postgres://localhost", "postgres://user"),
    ("DATABASE_URL", "postgres://localhost/diwan?ssl_mode=require", '"ssl_mode"'),
    ("SITE_NAME", "  ", "1 to 100"),
    ("SECOND_FACTOR", "on", "off or optional or required"),
    ("OIDC_ISSUER", "id.example.org", "https://"),
    ("OIDC_ISSUER", "http://id.example.org", "https://"),
    ("OIDC_ISSUER", "https://id.example.org/?tenant=1", "without query string"),
    ("OIDC_ISSUER", "https://[", "https://"),
    ("OIDC_ISSUER", "https://id.example.org:99999", "https://"),
    ("OIDC_ISSUER", "https://user:password@id.example.org", "https://"),
    ("OIDC_CLIENT_ID", "", "set if OIDC_ISSUER is"),
    ("OIDC_CLIENT_ID", " ", "set if OIDC_ISSUER is"),
    ("OIDC_SCOPES", "email profile", "openid"),
    ("OIDC_SCOPES", "openid,email", "spaces"),
    ("OIDC_GROUPS", "editors", "pairs"),
    ("OIDC_GROUPS", "editors=Editors,", "pairs"),
    ("OIDC_GROUPS", "=Editors", "pairs"),
    ("SITE_NAME", "two\nlines", "one line"),
    ("LANGUAGE_CODE", "klingon", "language tag"),
    ("TIME_ZONE", "Mars/Olympus", "time zone"),
    ("MEDIA_ROOT", "manage.py", "folder"),
    ("MEDIA_ROOT", ".", "without the site's own files"),
    ("MEDIA_ROOT", "media/../..", "without the site's own files"),
    ("MEDIA_ROOT", "/", "without the site's own files"),
    ("PORT", "80a", "1 to 65535"),
    ("PORT", "0", "1 to 65535"),
    ("PORT", "65536", "1 to 65535"),
    ("PORT", "-1", "1 to 65535"),
    ("API_RATE", "0", "1 to 1000000"),
    ("WEB_CONCURRENCY", "lots", "1 to 64"),
    ("TRUSTED_PROXIES", "proxy.example", "IP addresses"),
    ("TRUSTED_PROXIES", "*", "IP addresses"),
    ("TRUSTED_PROXIES", "10.0.0.1/8", "networks"),
    ("TRUSTED_PROXIES", "", "IP addresses"),
    ("MONITORING_ALLOWED", "*", "IP addresses"),
    ("MONITORING_ALLOWED", "10.0.0.1,", "IP addresses"),
    ("SENTRY_DSN", "sentry.example.org", "https://key@host/number"),
    ("SENTRY_DSN", "https://sentry.example.org/1", "https://key@host/number"),
    ("SENTRY_DSN", "https://key@sentry.example.org/project", "https://key@host/number"),
    ("BIND", "localhost", "an IP address"),
    ("BIND", "127.0.0.1:8000", "an IP address"),
    ("BIND", "unix:run/site.sock", "unix:/path"),
    ("BIND", "unix:/", "unix:/path of a socket"),
    ("BIND", f"unix:{ROOT / 'manage.py'}", "unix:/path of a socket"),
    ("CACHE_URL", "localhost:6379", "redis://"),
    ("CACHE_URL", "redis://localhost:many/0", "redis://"),
    ("CACHE_URL", "redis://localhost:99999/0", "redis://"),
    ("CACHE_URL", "redis://[::1/0", "redis://"),
    ("EMAIL_URL", "mail.example.org", "smtp+tls://"),
    ("EMAIL_URL", "smtps://u:p@mail.example.org", "smtp+ssl://"),
    ("EMAIL_URL", "smtp+tls://", "host"),
    ("EMAIL_URL", "smtp://mail.example.org:many", "port"),
    ("EMAIL_URL", "smtp+tls://us er:p@mail.example.org", "%XX"),
    ("EMAIL_FROM", "Diwan", "an e-mail address"),
    ("ADMINS", "Mona", "e-mail addresses"),
    ("LOG_FORMAT", "xml", "text or json"),
    ("ADMINS", "mona@example.org; ops@example.org", "commas"),
]


@pytest.mark.parametrize(("name", "value", "allowed"), INVALID)
def test_an_invalid_value_raises_an_error_with_the_name_and_what_is_allowed(
    name, value, allowed, monkeypatch
):
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as raised:
        READERS[name](name)
    assert str(raised.value).startswith(f"{name} must be ")
    assert allowed in str(raised.value)


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "EMAIL_URL", "SENTRY_DSN"])
def test_an_error_does_not_repeat_a_secret(name, monkeypatch):
    monkeypatch.setenv(name, "mysql://u:hunter2@h/d")
    with pytest.raises(ImproperlyConfigured) as raised:
        READERS[name](name)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DEBUG", "ON", True),
        ("DEBUG", "0", False),
        (
            "ALLOWED_HOSTS",
            "example.org,.example.com,[::1]",
            ["example.org", ".example.com", "[::1]"],
        ),
        ("REMOTE_IMAGES", "", []),
        (
            "REMOTE_IMAGES",
            "img.shields.io,Upload.Example.org",
            ["img.shields.io", "upload.example.org"],
        ),
        ("SITE_NAME", " ديوان ", "ديوان"),
        ("LANGUAGE_CODE", "pt-BR", "pt-br"),
        ("TIME_ZONE", "Asia/Dubai", "Asia/Dubai"),
        ("MEDIA_ROOT", "/srv/media files", Path("/srv/media files")),
        ("MEDIA_ROOT", "uploads", ROOT / "uploads"),
        ("PORT", "65535", 65535),
        ("MONITORING_ALLOWED", "", []),
        ("MONITORING_ALLOWED", "10.0.0.0/8,::1", [ip_network("10.0.0.0/8"), ip_network("::1")]),
        ("BIND", "0.0.0.0", "0.0.0.0"),
        ("BIND", "::1", "::1"),
        ("BIND", "unix:/run/diwan/site.sock", "unix:/run/diwan/site.sock"),
        ("MEDIA_ROOT", "x" * 300, ROOT / ("x" * 300)),
        ("CACHE_URL", "rediss://:p%40ss@[::1]:6379/3", "rediss://:p%40ss@[::1]:6379/3"),
        ("CACHE_URL", "unix:///run/redis.sock?db=1", "unix:///run/redis.sock?db=1"),
        (
            "ADMINS",
            '"Mona, Head" <mona@example.org>, ops@example.org',
            [("Mona, Head", "mona@example.org"), ("", "ops@example.org")],
        ),
        ("ADMINS", "", []),
        ("EMAIL_FROM", "site@example.org", "site@example.org"),
    ],
)
def test_a_valid_value_is_converted(name, value, expected, monkeypatch):
    monkeypatch.setenv(name, value)
    assert READERS[name](name) == expected


def test_the_path_of_a_database_file_can_have_spaces_and_signs(tmp_path, monkeypatch):
    folder = tmp_path / "a folder + more"
    folder.mkdir()
    for path in (f"{folder}/my db.sqlite3", f"{folder}/my db.sqlite3".replace(" ", "%20")):
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
        assert READERS["DATABASE_URL"]("DATABASE_URL")["NAME"] == folder / "my db.sqlite3"


def test_postgresql_has_a_connection_pool(monkeypatch):
    monkeypatch.setenv(
        "DATABASE_URL", "postgres://us%40er:p%2Fw@db.example:5433/diwan?sslmode=require"
    )
    database = READERS["DATABASE_URL"]("DATABASE_URL")
    assert (database["USER"], database["PASSWORD"]) == ("us@er", "p/w")
    assert (database["HOST"], database["PORT"]) == ("db.example", 5433)
    assert database["NAME"] == "diwan"
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["OPTIONS"]["pool"]
    assert database["CONN_MAX_AGE"] == 0


@pytest.mark.parametrize(
    ("scheme", "port", "encryption"),
    [
        ("smtp", 25, (None, None)),
        ("smtp+tls", 587, (True, None)),
        ("smtp+ssl", 465, (None, True)),
    ],
)
def test_e_mail_is_sent_by_the_server_of_a_url(scheme, port, encryption, monkeypatch):
    monkeypatch.setenv("EMAIL_URL", f"{scheme}://us%40er:p%2Fw@mail.example")
    server = environment.email_server("EMAIL_URL")
    assert (server["EMAIL_HOST"], server["EMAIL_PORT"]) == ("mail.example", port)
    assert (server["EMAIL_HOST_USER"], server["EMAIL_HOST_PASSWORD"]) == ("us@er", "p/w")
    assert (server.get("EMAIL_USE_TLS"), server.get("EMAIL_USE_SSL")) == encryption


def test_without_a_server_no_e_mail_is_sent(monkeypatch):
    monkeypatch.delenv("EMAIL_URL", raising=False)
    assert environment.email_server("EMAIL_URL")["EMAIL_BACKEND"].endswith("dummy.EmailBackend")


def test_prepared_statements_and_the_size_of_the_pool_can_be_set(monkeypatch):
    url = "postgres://user@db.example/diwan"
    database = environment.postgres("DATABASE_URL", url)
    assert database["OPTIONS"]["pool"]["max_size"] == settings.SERVER_THREADS
    assert database["OPTIONS"]["prepare_threshold"] is not None
    monkeypatch.setenv("PREPARED_STATEMENTS", "off")
    monkeypatch.setenv("DB_POOL", "4")
    database = environment.postgres("DATABASE_URL", url)
    assert database["OPTIONS"]["pool"]["max_size"] == 4
    assert database["OPTIONS"]["prepare_threshold"] is None
    assert database["DISABLE_SERVER_SIDE_CURSORS"]


def test_the_replica_is_a_database_of_postgresql_that_is_only_read(monkeypatch):
    url = "postgres://user:password@host/name?options=-c%20search_path%3Ddiwan"
    primary = environment.postgres("DATABASE_URL", url)
    assert environment.replica("DATABASE_REPLICA_URL", primary) is None
    monkeypatch.setenv("DATABASE_REPLICA_URL", url.replace("host", "replica"))
    database = environment.replica("DATABASE_REPLICA_URL", primary)
    assert database["HOST"] == "replica"
    options = "-c default_transaction_read_only=on -c search_path=diwan"
    assert database["OPTIONS"]["options"] == options
    sqlite = environment.database("DATABASE_URL", "sqlite:///db.sqlite3", Path("/tmp"))
    with pytest.raises(ImproperlyConfigured, match="only if DATABASE_URL is one of PostgreSQL"):
        environment.replica("DATABASE_REPLICA_URL", sqlite)
    for value in ("sqlite:///db.sqlite3", "replica", "mysql://user@host/name"):
        monkeypatch.setenv("DATABASE_REPLICA_URL", value)
        with pytest.raises(ImproperlyConfigured, match="DATABASE_REPLICA_URL must be postgres:"):
            environment.replica("DATABASE_REPLICA_URL", primary)


def test_a_name_that_is_nearly_a_setting_is_named_at_the_start():
    environ = {"WEB_CONCURENCY": "4", "EMAIL_ULR": "x", "trusted_proxies": "x", "PORCH": "x"}
    environ["PREPARED_STATEMENT"] = "off"
    done = python("manage.py", "check", **environ)
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "EMAIL_ULR is not a setting. Did you mean EMAIL_URL?",
        "PREPARED_STATEMENT is not a setting. Did you mean PREPARED_STATEMENTS?",
        "WEB_CONCURENCY is not a setting. Did you mean WEB_CONCURRENCY?",
        "trusted_proxies is not a setting. Did you mean TRUSTED_PROXIES?",
    ]


def test_a_command_with_an_invalid_setting_prints_one_line():
    assert check_error(PORT="http") == "PORT must be a whole number from 1 to 65535, not 'http'."


@pytest.mark.parametrize(
    ("value", "sources", "urls"),
    [
        ("", ["'self'"], ("/media/",)),
        ("a.example", ["'self'", "https://a.example"], ("/media/", "https://a.example/")),
    ],
)
def test_the_content_security_policy_lets_the_images_of_the_setting_pass(value, sources, urls):
    code = (
        "from config import settings as s;"
        "print(s.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src'], s.IMAGE_URLS)"
    )
    done = python("-c", code, PYTHONPATH="site", REMOTE_IMAGES=value)
    assert done.stdout.strip() == f"{sources} {urls}", done.stderr


def test_a_missing_package_for_error_reports_is_named_with_the_command_that_installs_it(
    monkeypatch,
):
    dsn = "https://hunter2@sentry.example.org/1"
    monkeypatch.setenv("SENTRY_DSN", dsn)
    assert environment.sentry("SENTRY_DSN") == dsn
    monkeypatch.setattr(environment, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured) as raised:
        environment.sentry("SENTRY_DSN")
    message = "SENTRY_DSN needs a package: pip install -r requirements-sentry.txt"
    assert str(raised.value) == message


def test_without_debug_a_secret_key_is_required():
    assert check_error(SECRET_KEY="") == "SECRET_KEY must be set to at least 32 random characters."


@pytest.mark.parametrize(
    ("environ", "secure_cookies", "redirect"),
    [
        ({}, False, False),
        ({"ALLOWED_HOSTS": "example.org"}, True, False),
        ({"ALLOWED_HOSTS": "example.org", "BEHIND_PROXY": "on"}, True, True),
        ({"ALLOWED_HOSTS": "example.org", "DEBUG": "on"}, False, False),
    ],
)
def test_only_a_local_site_works_without_https(environ, secure_cookies, redirect):
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT")
    code = f"from config import settings as s; print([getattr(s, name) for name in {names}])"
    done = python("-c", code, PYTHONPATH="site", **environ)
    assert done.stdout.strip() == str([secure_cookies, secure_cookies, redirect]), done.stderr


def check_error(**environ: str) -> str:
    """The output of `manage.py check` with an invalid setting."""
    done = python("manage.py", "check", **environ)
    assert done.returncode == 1
    return done.stderr.removesuffix("\n")


def python(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **environ},
        capture_output=True,
        text=True,
    )


def test_a_database_that_cannot_be_used_is_reported_in_one_line(tmp_path):
    file = tmp_path / "notes.sqlite3"
    file.write_text("These are notes, and no database. " * 100)
    done = python("manage.py", "migrate", DATABASE_URL=f"sqlite:///{file}", SECRET_KEY="x" * 50)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"The database can't be used: {file}: file is not a database. It is" in done.stderr
    assert file.read_text().startswith("These are notes")
