"""Backups and restores that are killed at many points, or whose disk is full: nothing is lost, and
the next attempt is not in the way of what they left."""

import errno
import os
import resource
import shutil
import sys
from functools import partial
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from articles import backups
from articles.backups import archives
from tests.backups.conftest import MEDIA, contents, files, run
from tests.killing import count_calls, kill_at_call, points, run_in_child

POINTS = 12
FOLDER = str(Path(backups.__file__).parent)


def silently(*arguments, **options):
    with open(os.devnull, "w") as null:
        call_command(*arguments, stdout=null, stderr=null, **options)


def visible(folder):
    return [name for name in os.listdir(folder) if not name.startswith(".")]


def test_a_backup_that_was_killed_leaves_no_file(site, media, tmp_path):
    file = tmp_path / "backups" / "site.zip"
    file.parent.mkdir()
    before, work = contents(), partial(silently, "backup", str(file))
    total = count_calls(work, FOLDER, tmp_path / "calls")
    file.unlink()
    for at in points(total, POINTS):
        assert kill_at_call(work, FOLDER, at)
        assert visible(file.parent) in ([], [file.name])
        if file.exists():  # It was killed when the backup was complete.
            file.unlink()
        for path in file.parent.rglob("*"):
            assert path.stat().st_mode & 0o077 == 0
    assert contents() == before and files(media) == MEDIA
    work()
    assert os.listdir(file.parent) == [file.name]
    run("restore", str(file), replace=True, interactive=False)
    assert contents() == before


def test_a_restore_that_was_killed_leaves_everything_as_it_was(lost, media, tmp_path):
    empty = contents()
    work = partial(silently, "restore", str(lost))
    total = count_calls(work, FOLDER, tmp_path / "calls")
    restored = contents()
    assert files(media) == MEDIA
    call_command("flush", interactive=False, verbosity=0)
    shutil.rmtree(media)
    empty = without_keys(contents())
    for at in points(total, POINTS):
        assert kill_at_call(work, FOLDER, at)
        if contents() == restored:  # It was killed when the database was restored.
            call_command("flush", interactive=False, verbosity=0)
        assert without_keys(contents()) == empty
        # Complete files that no article refers to, or none.
        assert visible_files(media).items() <= MEDIA.items()
        # With these files, the next restore would have fewer calls.
        shutil.rmtree(media, ignore_errors=True)
    work()
    assert contents() == restored
    assert files(media) == MEDIA
    assert os.listdir(lost.parent) == [lost.name]


def without_keys(rows):
    """Return the numbers of rows by table: what `flush` creates gets other keys and times."""
    return {label: len(table) for label, table in rows.items() if label != "accounts.auditentry"}


def visible_files(root):
    return (
        {
            name: content
            for name, content in files(root).items()
            if not any(part.startswith(".") for part in name.split("/"))
        }
        if root.exists()
        else {}
    )


def test_a_replacement_that_was_killed_replaces_all_or_nothing(backup, media, tmp_path):
    before = contents()
    (media / "map.png").write_bytes(b"other")
    work = partial(silently, "restore", str(backup), replace=True, interactive=False)
    total = count_calls(work, FOLDER, tmp_path / "calls")
    assert contents() == before
    for at in points(total, POINTS):
        (media / "map.png").write_bytes(b"other")
        assert kill_at_call(work, FOLDER, at)
        assert contents() == before
        assert visible_files(media) in (MEDIA, {**MEDIA, "map.png": b"other"})
    work()
    assert files(media) == MEDIA


def limited(work, size):
    """Run `work` with files of at most `size` bytes, and return whether it failed in one line."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        work()
    except CommandError as error:
        return "\n" not in str(error)
    return False


@pytest.mark.parametrize("size", [0, 100, 20_000, 200_000])
def test_a_backup_on_a_full_disk_is_an_error_and_leaves_nothing(site, tmp_path, size):
    folder = tmp_path / "backups"
    folder.mkdir()
    work = partial(silently, "backup", str(folder / "site.zip"))
    assert run_in_child(lambda: sys.exit(0 if limited(work, size) else 1)) == 0
    assert os.listdir(folder) == []


@pytest.mark.parametrize("size", [0, 100, 20_000, 200_000])
def test_a_restore_on_a_full_disk_changes_nothing(lost, media, size):
    empty = contents()
    work = partial(silently, "restore", str(lost))
    assert run_in_child(lambda: sys.exit(0 if limited(work, size) else 1)) == 0
    assert contents() == empty
    assert not media.exists() or files(media) == {}
    assert os.listdir(lost.parent) == [lost.name]


def full(*arguments):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_the_message_of_a_full_disk_names_the_file(lost, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "_read", full)
    with pytest.raises(CommandError, match=r"/database\.sqlite3: no space left on device\."):
        run("restore", str(lost))
    monkeypatch.setattr(archives.ArchiveWriter, "add", full)
    with pytest.raises(CommandError, match=r"/backup\.zip: no space left on device\."):
        run("backup", str(tmp_path / "new.zip"))
