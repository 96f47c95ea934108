"""What a backup contains, and when none is made."""

import hashlib
import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import zipfile
from contextlib import closing

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError
from django.db import connection

from articles import VERSION
from articles.backups import site_settings
from articles.backups.database_copies import connection_variables
from articles.backups.media import list_media
from articles.backups.work_folders import work_folder
from articles.models import Article, ContentVersion
from tests.backups.conftest import MEDIA, contents, files, run


@pytest.fixture
def archive(backup):
    with zipfile.ZipFile(backup) as archive:
        yield archive


def manifest(archive):
    return json.loads(archive.read("manifest.json"))


def query(archive, tmp_path, sql):
    """Return the rows of a query on the database in a backup."""
    file = tmp_path / "copy.sqlite3"
    file.write_bytes(archive.read("database.sqlite3"))
    with closing(sqlite3.connect(file)) as database:
        return database.execute(sql).fetchall()


def test_the_manifest_tells_version_engine_date_counts_and_migrations(archive):
    data = manifest(archive)
    assert (data["format"], data["diwan_version"]) == ("diwan-backup", VERSION)
    assert data["engine"].startswith(connection.vendor)
    assert data["created"].endswith("+00:00")
    assert data["counts"]["articles_article"] == Article.objects.count()
    assert data["counts"]["auth_user"] == 1
    assert ["articles", "0001_initial"] in data["migrations"]
    assert data["has_secrets"] is False


def test_the_manifest_has_the_size_and_the_checksum_of_each_file(archive):
    members = manifest(archive)["members"]
    assert {member["name"] for member in members} == set(archive.namelist()) - {"manifest.json"}
    for member in members:
        content = archive.read(member["name"])
        assert member["size"] == len(content)
        assert member["sha256"] == hashlib.sha256(content).hexdigest()


def test_the_comment_is_the_checksum_of_all_bytes_before_it(backup, archive):
    assert archive.comment.decode() == hashlib.sha256(backup.read_bytes()[:-64]).hexdigest()


def test_media_files_are_in_it_with_their_names_in_any_script(archive):
    media = {name for name in archive.namelist() if name.startswith("media/")}
    assert media == {f"media/{name}" for name in MEDIA}
    for name, content in MEDIA.items():
        assert archive.read(f"media/{name}") == content


def test_users_are_in_it_with_their_passwords_but_no_sessions(archive, tmp_path):
    user = User.objects.get()
    rows = query(archive, tmp_path, "SELECT username, password FROM auth_user")
    assert rows == [("amina", user.password)]
    assert query(archive, tmp_path, "SELECT * FROM django_session") == []
    # Not in the free pages of the file either.
    assert b"secretsession" not in archive.read("database.sqlite3")


def test_on_postgresql_it_has_a_dump_for_pg_restore(archive):
    has_dump = connection.vendor == "postgresql" and shutil.which("pg_dump") is not None
    assert ("database.dump" in archive.namelist()) is has_dump
    if has_dump:
        content = archive.read("database.dump")
        assert content.startswith(b"PGDMP") and b"secretsession" not in content


@pytest.fixture
def other_postgresql():
    """The parameters of an empty database on the server of the tests."""
    name = f"{connection.settings_dict['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield {**connection.get_connection_params(), "dbname": name}
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}"')


def test_pg_restore_restores_the_dump_as_documented(request, archive, tmp_path):
    if "database.dump" not in archive.namelist() or not shutil.which("pg_restore"):
        return
    parameters = request.getfixturevalue("other_postgresql")
    text = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    options = re.findall(r"pg_restore (.*) --dbname diwan2 database\.dump\n", text)[0].split()
    dump = archive.extract("database.dump", tmp_path)
    environment = {**os.environ, **connection_variables()}
    subprocess.run(
        ["pg_restore", *options, "--dbname", parameters["dbname"], dump],
        env=environment,
        check=True,
    )
    counts = json.loads(archive.read("manifest.json"))["counts"]
    with psycopg.connect(**parameters) as database:
        for table, count in counts.items():
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (count,), table
        assert database.execute("SELECT count(*) FROM django_session").fetchone() == (0,)


@pytest.mark.parametrize("program", [None, "pg_dump (PostgreSQL) 9.6.1", "no version"])
def test_without_a_pg_dump_that_knows_the_server_there_is_no_dump(
    site, tmp_path, monkeypatch, program
):
    programs = tmp_path / "programs"
    programs.mkdir()
    if program:
        (programs / "pg_dump").write_text(f"#!/bin/sh\necho '{program}'\n")
        (programs / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    run("backup", str(tmp_path / "site.zip"))
    with zipfile.ZipFile(tmp_path / "site.zip") as archive:
        assert "database.dump" not in archive.namelist()


SECRETS = {
    "SECRET_KEY": "s3cret" * 10,
    "DATABASE_URL": "postgres://u:s3cret@h/d",
    "EMAIL_URL": "smtp://u:s3cret@h",
    "CACHE_URL": "redis://:s3cret@h/1",
}


@pytest.mark.parametrize("with_secrets", [False, True])
def test_secrets_are_in_it_only_if_asked_for(site, tmp_path, monkeypatch, with_secrets):
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SITE_NAME", "Encyclopedia")
    file = tmp_path / "site.zip"
    run("backup", str(file), with_secrets=with_secrets)
    with zipfile.ZipFile(file) as archive:
        lines = archive.read("settings.env").decode().splitlines()
        contents = [archive.read(name) for name in archive.namelist()]
    assert "SITE_NAME=Encyclopedia" in lines
    assert ("SECRET_KEY=" + SECRETS["SECRET_KEY"] in lines) is with_secrets
    assert any(b"s3cret" in content for content in contents) is with_secrets


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "x"),
        ("OIDC_CLIENT_SECRET", "x"),
        ("DATABASE_REPLICA_URL", "postgres:///x"),
        ("SENTRY_DSN", "https://key@host/1"),
        ("ANY_SERVER", "https://user:password@host/"),
    ],
)
def test_secrets_are_recognised_by_their_name_or_by_a_password_in_a_url(name, value):
    assert site_settings.is_secret(name, value)


@pytest.mark.parametrize(
    ("name", "value"), [("SITE_NAME", "Diwan"), ("ADMINS", "Mona <mona@example.org>")]
)
def test_other_settings_are_no_secrets(name, value):
    assert not site_settings.is_secret(name, value)


def test_the_file_is_for_its_owner_only_whatever_the_umask(site, tmp_path):
    umask = os.umask(0)
    try:
        run("backup", str(tmp_path / "site.zip"))
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "site.zip").stat().st_mode) == 0o600


def test_nothing_else_is_left_in_the_folder(backup):
    assert os.listdir(backup.parent) == [backup.name]


def test_the_output_has_the_checksum_of_the_file(site, tmp_path):
    file = tmp_path / "site.zip"
    output = run("backup", str(file))
    assert output.count("\n") == 1
    assert hashlib.sha256(file.read_bytes()).hexdigest() in output
    assert output.startswith("Backed up 6 article(s) and 5 media file(s): ")


def test_a_file_that_exists_is_replaced_only_with_force(backup):
    backup.write_text("old")
    with pytest.raises(CommandError, match=r"exists\. Use --force"):
        run("backup", str(backup))
    assert backup.read_text() == "old"
    run("backup", str(backup), force=True)
    assert zipfile.is_zipfile(backup)


def test_a_device_is_never_replaced(site, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CommandError, match="is a device or the like"):
        run("backup", str(tmp_path / "pipe"), force=True)
    assert (tmp_path / "pipe").is_fifo()


def test_a_file_that_another_process_creates_meanwhile_is_not_replaced(
    site, tmp_path, monkeypatch
):
    file = tmp_path / "site.zip"

    def create_then_seal(stream, report):
        file.write_text("other")
        return ""

    monkeypatch.setattr("articles.backups.creation.seal", create_then_seal)
    with pytest.raises(CommandError, match="exists"):
        run("backup", str(file))
    assert file.read_text() == "other"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("-", "standard output"),
        ("none/site.zip", "/none is not a folder, or does not exist"),
        ("file/site.zip", "/file is not a folder, or does not exist"),
        ("folder", "is a folder"),
    ],
)
def test_a_file_that_cannot_be_written_is_an_error(site, tmp_path, name, message):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    path = name if name == "-" else str(tmp_path / name)
    with pytest.raises(CommandError, match=message):
        run("backup", path)


def test_two_backups_in_one_folder_don_t_disturb_each_other(site, tmp_path):
    with work_folder(tmp_path), pytest.raises(CommandError, match="Another backup or restore"):
        run("backup", str(tmp_path / "site.zip"))
    assert not (tmp_path / "site.zip").exists()


@pytest.mark.parametrize("kind", ["outside", "broken", "folder", "pipe", "bytes"])
def test_media_that_cannot_be_backed_up_are_named(site, media, tmp_path, kind):
    (tmp_path / "secret.txt").write_text("secret")
    match kind:
        case "outside":
            (media / "bad").symlink_to(tmp_path / "secret.txt")
        case "broken":
            (media / "bad").symlink_to("nowhere")
        case "folder":
            (media / "bad").symlink_to("a")
        case "pipe":
            os.mkfifo(media / "bad")
        case "bytes":
            (media / os.fsdecode(b"bad\xff")).write_text("x")
    file = tmp_path / "site.zip"
    with pytest.raises(CommandError, match=r"(?s)bad.*can't be backed up.*--skip-unreadable"):
        run("backup", str(file))
    assert not file.exists()
    output = run("backup", str(file), skip_unreadable=True)
    assert "Left out:\nbad" in output
    with zipfile.ZipFile(file) as archive:
        media = [name for name in archive.namelist() if name.startswith("media/")]
        assert len(media) == len(MEDIA)
        assert len(manifest(archive)["skipped"]) == 1
        assert b"secret" not in b"".join(archive.read(name) for name in media)


def test_a_media_file_without_permission_is_named(site, settings, unprivileged_folder):
    settings.MEDIA_ROOT = unprivileged_folder / "media"
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "private.txt").write_text("x")
    (settings.MEDIA_ROOT / "private.txt").chmod(0)
    files, problems = list_media(settings.MEDIA_ROOT)
    assert files == []
    assert [str(problem) for problem in problems] == ["private.txt: permission denied."]


def test_a_link_to_a_media_file_is_the_file(site, media, tmp_path):
    (media / "link.png").symlink_to("map.png")
    run("backup", str(tmp_path / "site.zip"))
    with zipfile.ZipFile(tmp_path / "site.zip") as archive:
        assert archive.read("media/link.png") == MEDIA["map.png"]


def test_a_database_of_a_newer_version_is_not_backed_up(site, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('articles', '9999_future', '2026-01-01')"
        )
    try:
        with pytest.raises(CommandError, match=r"does not know, 9999_future\. Upgrade first"):
            run("backup", str(tmp_path / "site.zip"))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE name = '9999_future'")


def test_a_site_without_media_folder_is_backed_up(site, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "none"
    assert "and 0 media file(s)" in run("backup", str(tmp_path / "site.zip"))
    assert not settings.MEDIA_ROOT.exists()


def test_a_backup_changes_nothing(site, tmp_path):
    before = contents(), ContentVersion.objects.current()
    run("backup", str(tmp_path / "site.zip"))
    assert (contents(), ContentVersion.objects.current()) == before


@pytest.mark.parametrize("name", ["site.zip", "a/site.zip", "new/../site.zip"])
def test_a_backup_in_the_media_folder_would_be_public(site, media, name):
    with pytest.raises(CommandError, match="in MEDIA_ROOT, which everybody can read"):
        run("backup", str(media / name))
    assert files(media) == MEDIA


def test_a_file_system_without_links_to_files_has_backups_too(site, tmp_path, monkeypatch):
    def refuse(*args):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    file = tmp_path / "backups" / "site.zip"
    file.parent.mkdir()
    run("backup", str(file))
    assert zipfile.is_zipfile(file) and os.listdir(file.parent) == [file.name]


def test_a_work_folder_of_another_user_is_not_used(site, tmp_path, monkeypatch):
    (tmp_path / ".diwan-backup").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(CommandError, match="belongs to another user"):
        run("backup", str(tmp_path / "site.zip"))
