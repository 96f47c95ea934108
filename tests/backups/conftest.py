"""A site with all kinds of content, and databases to restore it into."""

import io
import shutil
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import ConnectionHandler
from django.utils import timezone

from articles import editing
from articles.backups import database_copies
from articles.backups.database_copies import create_tables
from articles.backups.tables import stored_models
from config import environment
from tests import factories

# What a restore changes: cached pages of another state are not current.
CHANGED = "articles.contentversion"
MEDIA = {
    "map.png": b"\x89PNG\r\n" * 100,
    "a/b/empty.txt": b"",
    "سلام/图 1.svg": b"<svg/>",
    "cafe\u0301.txt": b"decomposed",
    "odd %2e & 'name'\n.txt": b"line",
}


def run(*arguments, **options):
    """Run a management command, and return what it prints."""
    out = io.StringIO()
    call_command(*arguments, stdout=out, stderr=out, **options)
    return out.getvalue()


def rows_by_key(model, names):
    return {row["pk"]: row for row in model._base_manager.values("pk", *names)}


def contents():
    """Return all rows of all tables that a backup contains, by model and primary key."""
    return {
        model._meta.label_lower: rows_by_key(model, names)
        for model, names in _stored_fields().items()
    }


def _stored_fields():
    return {
        model: [field.attname for field in model._meta.concrete_fields]
        for model in stored_models(apps)
        if model._meta.label_lower != CHANGED
    }


def files(root):
    """Return the contents of all files in a folder, hidden ones too, by name."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def empty_database():
    """Delete all content and all users. What `migrate` creates is there."""
    call_command("flush", interactive=False, verbosity=0)


@contextmanager
def other_database(file):
    """Let the default database be another SQLite file, empty unless it exists."""
    database = environment.sqlite("DATABASE_URL", str(file), Path("/"))
    actual = connections[DEFAULT_DB_ALIAS]
    other = ConnectionHandler({DEFAULT_DB_ALIAS: database})[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = other
    try:
        yield
    finally:
        other.close()
        connections[DEFAULT_DB_ALIAS] = actual


@pytest.fixture
def media(settings, tmp_path):
    """The media folder, with files."""
    settings.MEDIA_ROOT = tmp_path / "media"
    for name, content in MEDIA.items():
        path = settings.MEDIA_ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return settings.MEDIA_ROOT


@pytest.fixture(scope="session")
def created_tables(tmp_path_factory):
    """A SQLite file with the tables of all migrations, which take seconds to apply."""
    return tmp_path_factory.mktemp("tables") / "tables.sqlite3"


@pytest.fixture
def database(separate_connections, created_tables, monkeypatch):
    """An empty database, on SQLite in a file.

    The tables for backups of PostgreSQL are created once.
    """

    def copy_tables(file, migrations):
        if not created_tables.exists():
            create_tables(created_tables, migrations)
        shutil.copyfile(created_tables, file)

    monkeypatch.setattr(database_copies, "create_tables", copy_tables)


@pytest.fixture
def site(database, media):
    """A site with users, articles, drafts, trash and media."""
    editor = factories.editor("amina")
    group = Group.objects.create(name="Proofreaders")
    group.permissions.add(Permission.objects.get(codename="view_article"))
    editor.groups.add(group)
    for number in range(5):
        body = f"See [[Article {number + 1}]].\n\n## Part"
        article = factories.article(f"Article {number}", tags=["a", f"t{number}"], body=body)
        article.body += f"\n\nMore {number}."
        editing.save(article, ["a"])
    article.body = "Drafted."
    editing.save_draft(article, tags=["a"])
    editing.store_working_copy(editor, "0123456789abcdef", article, 2, {"body": "Typed."})
    editing.delete([factories.article("Deleted", body="Gone.")])
    factories.article("سلام", language="ar", publish_at=timezone.now() + timedelta(days=1))
    LogEntry.objects.create(user=editor, action_flag=1, object_repr="x")
    expires = timezone.now() + timedelta(days=1)
    Session.objects.create(session_key="secretsession", session_data="y", expire_date=expires)


@pytest.fixture
def backup(site, tmp_path):
    """The file of a backup of the site."""
    file = tmp_path / "backups" / "site.zip"
    file.parent.mkdir()
    run("backup", str(file))
    return file


@pytest.fixture(scope="session")
def stored_backup(tmp_path_factory):
    """The file of a backup that the first test makes which needs one."""
    return tmp_path_factory.mktemp("backup") / "site.zip"


@pytest.fixture
def lost(request, database, media, tmp_path, stored_backup):
    """The file of a backup, whose site is gone: its database is empty, and there is no media."""
    if not stored_backup.exists():
        request.getfixturevalue("site")
        run("backup", str(stored_backup))
        empty_database()
    shutil.rmtree(media)
    folder = tmp_path / "backups"
    folder.mkdir()
    return Path(shutil.copy(stored_backup, folder))
