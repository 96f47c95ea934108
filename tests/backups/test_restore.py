"""Restoring: the same content on the same or on the other engine, or nothing at all."""

import os
import shutil
import sys
import threading

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from articles import editing
from articles.backups import database_copies
from articles.backups.upgrade import check_and_upgrade
from articles.models import Article, ContentVersion
from articles.search.index import reindex
from tests import factories
from tests.backups.conftest import (
    MEDIA,
    contents,
    create_tables,
    empty_database,
    files,
    other_database,
    run,
)


def restored_search(query):
    return Client().get("/search/", {"q": query}).content.decode()


def test_all_content_is_restored(site, media, tmp_path):
    before, file = contents(), tmp_path / "site.zip"
    run("backup", str(file))
    empty_database()
    shutil.rmtree(media)
    output = run("restore", str(file))
    assert contents() == before
    assert files(media) == MEDIA
    assert output.startswith("Restored 6 article(s) and 5 media file(s) of 2")
    assert run("rebuild", check=True) == "Nothing is stale.\n"


def test_users_can_log_in_with_their_permissions(lost, client):
    run("restore", str(lost))
    assert client.login(username="amina", password="pass")
    amina = User.objects.get(username="amina")
    assert amina.has_perm("articles.publish_article")
    assert amina.groups.get().permissions.get().codename == "view_article"
    assert Group.objects.filter(name="Editors").exists()
    assert not Session.objects.filter(session_key="secretsession").exists()


def test_the_site_can_be_edited_and_searched_afterwards(lost):
    run("restore", str(lost))
    new = factories.article("Newcomer", tags=["fresh"], body="Marsupial.")
    assert new.pk > max(Article.objects.exclude(pk=new.pk).values_list("pk", flat=True))
    factories.user("new")
    editing.delete([Article.objects.get(slug="article-1")])
    assert "Newcomer" in restored_search("marsupial")
    assert "Article 2" in restored_search("article")


def test_the_index_is_as_if_it_had_been_built_here(lost):
    run("restore", str(lost))
    restored = restored_search("article more")
    list(reindex())
    assert restored_search("article more") == restored


def test_a_backup_is_restored_on_the_other_engine_and_back(site, media, tmp_path):
    """From PostgreSQL to SQLite and back; if the tests use SQLite, from one file to another."""
    before = contents()
    run("backup", str(tmp_path / "first.zip"))
    with other_database(tmp_path / "other.sqlite3"):
        run("restore", str(tmp_path / "first.zip"))
        assert connection.vendor == "sqlite"
        assert contents() == before
        factories.article("On SQLite", tags=["there"])
        changed = contents()
        run("backup", str(tmp_path / "second.zip"))
    empty_database()
    run("restore", str(tmp_path / "second.zip"))
    assert contents() == changed
    factories.article("Back", tags=["here"])
    run("rebuild", check=True)


def test_pages_that_are_cached_are_not_current_any_more(site, tmp_path):
    version = ContentVersion.objects.current()
    run("backup", str(tmp_path / "site.zip"))
    empty_database()
    run("restore", str(tmp_path / "site.zip"))
    assert ContentVersion.objects.current() != version


def test_a_database_that_is_not_empty_is_refused(backup, media):
    before = contents()
    with pytest.raises(CommandError, match=r"The database is not empty\..*--replace"):
        run("restore", str(backup))
    assert contents() == before


def test_a_database_with_a_user_only_is_not_empty(lost):
    factories.user("root")
    with pytest.raises(CommandError, match="not empty"):
        run("restore", str(lost))


def test_a_database_with_a_table_of_another_program_is_not_empty(lost):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE other (a integer)")
        cursor.execute("INSERT INTO other VALUES (1)")
    try:
        with pytest.raises(CommandError, match="not empty"):
            run("restore", str(lost))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE other")


def test_what_is_saved_during_a_restore_is_not_overwritten(lost, media, monkeypatch):
    """By a user, or by another restore into the same database."""

    def check_and_save(*arguments):
        factories.article("Saved meanwhile")
        return check_and_upgrade(*arguments)

    monkeypatch.setattr("articles.backups.restoration.check_and_upgrade", check_and_save)
    with pytest.raises(CommandError, match=r"not empty any more.*Nothing was changed"):
        run("restore", str(lost))
    assert [article.title for article in Article.objects.all()] == ["Saved meanwhile"]
    assert files(media) == {}


def test_replacing_deletes_what_is_there(backup, media):
    before = contents()
    factories.article("Later")
    editing.delete([Article.objects.get(slug="article-1")])
    (media / "map.png").write_bytes(b"other")
    (media / "later.png").write_bytes(b"later")
    run("restore", str(backup), replace=True, interactive=False)
    assert contents() == before
    assert files(media) == {**MEDIA, "later.png": b"later"}


def end_of_input(question):
    """What Ctrl-D does."""
    raise EOFError


def test_replacing_needs_an_answer_on_a_terminal(backup, monkeypatch):
    before = contents()
    with pytest.raises(CommandError, match="--no-input"):
        run("restore", str(backup), replace=True)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: "no")
    factories.article("Later")
    with pytest.raises(CommandError, match=r"Nothing was changed\."):
        run("restore", str(backup), replace=True)
    assert Article.objects.filter(title="Later").exists()
    monkeypatch.setattr("builtins.input", end_of_input)
    with pytest.raises(CommandError, match=r"Nothing was changed\."):
        run("restore", str(backup), replace=True)
    monkeypatch.setattr("builtins.input", lambda question: "yes")
    run("restore", str(backup), replace=True)
    assert contents() == before


def test_a_media_file_with_other_contents_is_not_replaced(lost, media):
    media.mkdir()
    (media / "map.png").write_bytes(b"other")
    with pytest.raises(CommandError, match=r"other files of these names: map\.png"):
        run("restore", str(lost))
    assert files(media) == {"map.png": b"other"}
    assert not Article.objects.exists()


def test_media_files_that_are_there_already_stay(lost, media):
    media.mkdir()
    (media / "map.png").write_bytes(MEDIA["map.png"])
    (media / "other.png").write_bytes(b"other")
    before = (media / "map.png").stat()
    run("restore", str(lost))
    assert files(media) == {**MEDIA, "other.png": b"other"}
    assert (media / "map.png").stat().st_ino == before.st_ino


@pytest.mark.parametrize("name", ["a", "map.png", "سلام"])
def test_a_link_in_the_media_folder_is_not_followed(lost, media, tmp_path, name):
    outside = tmp_path / "outside"
    outside.mkdir()
    media.mkdir()
    (media / name).symlink_to(outside)
    with pytest.raises(CommandError, match="is a link"):
        run("restore", str(lost))
    assert files(outside) == {}
    assert not Article.objects.exists()


@pytest.mark.parametrize("name", ["a", "map.png/x"])
def test_a_folder_in_the_way_of_a_file_is_an_error(lost, media, name):
    path = media / name
    path.parent.mkdir(parents=True)
    path.write_text("x")
    with pytest.raises(CommandError, match="in the way"):
        run("restore", str(lost))
    assert not Article.objects.exists()


def test_restored_media_can_be_read_by_the_proxy(lost, media):
    run("restore", str(lost))
    assert {oct(path.stat().st_mode & 0o777) for path in media.rglob("*.png")} == {"0o644"}


def test_a_failure_at_the_end_leaves_everything_as_it_was(lost, media, monkeypatch):
    before = contents()
    target = "_write_sqlite" if connection.vendor == "sqlite" else "_verify"

    def fail(*args):
        raise OSError(28, "No space left on device")

    owner = "articles.backups.restoration"
    path = f"{owner}._Restore.{target}" if target == "_write_sqlite" else f"{owner}.{target}"
    monkeypatch.setattr(path, fail)
    with pytest.raises(CommandError, match="No space left on device"):
        run("restore", str(lost))
    assert contents() == before
    assert files(media) == {}
    assert os.listdir(lost.parent) == [lost.name]


def test_a_backup_with_other_settings_is_brought_up_to_date(lost, settings):
    settings.ALLOWED_HOSTS = ["other.example"]
    output = run("restore", str(lost))
    assert "Derived the data of 6 article(s) again.\n" in output
    run("rebuild", check=True)


def test_settings_that_differ_are_named(lost, monkeypatch):
    monkeypatch.setenv("SITE_NAME", "Other")
    assert "SITE_NAME" in run("restore", str(lost)).splitlines()[-1]


def test_the_database_can_be_named_by_the_environment(capsys):
    with pytest.raises(SystemExit):
        call_command("restore", "--help")
    assert "DATABASE_URL" in capsys.readouterr().out


def test_open_connections_see_the_restored_database(lost):
    """A server that runs meanwhile goes on with the new content."""
    counts = []

    def read():
        counts.append(Article.objects.count())
        is_open.set()
        is_restored.wait(60)
        counts.append(Article.objects.count())
        connection.close()

    is_open, is_restored = threading.Event(), threading.Event()
    thread = threading.Thread(target=read)
    thread.start()
    assert is_open.wait(60)
    run("restore", str(lost))
    is_restored.set()
    thread.join()
    assert counts == [0, 6]


@pytest.mark.parametrize("earlier", ["0032", "0028"])
def test_a_backup_of_an_earlier_version_is_migrated(site, tmp_path, monkeypatch, earlier):
    """A backup that was made before `migrate`, with the code of either version."""
    monkeypatch.setattr(database_copies, "create_tables", create_tables)
    before, file = contents(), tmp_path / "site.zip"
    migrate("articles", earlier)
    try:
        run("backup", str(file))
    finally:
        migrate()
    empty_database()
    run("restore", str(file))
    assert run("rebuild", check=True) == "Nothing is stale.\n"
    for label in ("articles.article", "articles.revision", "articles.tag", "auth.user"):
        assert without_derived(contents()[label]) == without_derived(before[label])


def migrate(*arguments):
    call_command("migrate", *arguments, verbosity=0)


def without_derived(rows):
    return {
        key: {name: value for name, value in row.items() if not name.startswith("derived")}
        for key, row in rows.items()
    }


def test_an_interrupt_is_a_message_and_changes_nothing(lost, media, monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("articles.backups.restoration.check_and_upgrade", interrupt)
    with pytest.raises(CommandError, match=r"^Interrupted\.$") as error:
        run("restore", str(lost))
    assert error.value.returncode == 130
    assert not Article.objects.exists() and files(media) == {}


def test_media_files_that_cannot_be_replaced_afterwards_are_named(backup, media, monkeypatch):
    before, actual = contents(), os.replace
    (media / "map.png").write_bytes(b"other")
    factories.article("Later")

    def fail(source, target):
        if str(target).endswith("map.png"):
            raise OSError(28, "No space left on device", str(source), None, str(target))
        actual(source, target)

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(CommandError, match=r"but not all media files: .*map\.png: no space"):
        run("restore", str(backup), replace=True, interactive=False)
    assert contents() == before
    monkeypatch.undo()
